//! Restores the terminal's echo and removes a half-written key file before a signal ends the
//! program.
//!
//! Signals are watched only while there is something to undo, and only in programs that asked for
//! it ([`restore_terminal_on_signals`]). The handlers are in `unix` and `windows`, which have the
//! same functions.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(unix)]
pub(crate) use unix::are_watched;
#[cfg(windows)]
use windows as platform;

use std::io;
use std::mem;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Set by programs whose signals are watched: whether other code handles a signal that arrives
/// while there is nothing to undo.
static WATCHED: OnceLock<fn() -> bool> = OnceLock::new();

/// What to undo. A signal that ends the program takes this lock and keeps it, so that nothing new
/// begins.
static OPEN: Mutex<Vec<Undo>> = Mutex::new(Vec::new());

struct Undo {
    number: u64,
    action: Box<dyn FnOnce() + Send>,
}

/// From now on, signals that end this program (SIGINT, SIGTERM, SIGHUP and SIGQUIT; Ctrl-C,
/// Ctrl-Break and the closing of the console on Windows) first restore the terminal if a question
/// is open, and remove half-written files.
///
/// A signal that arrives when there is nothing to undo ends the program too, unless
/// `is_left_to_others` says that other code handles it.
pub fn restore_terminal_on_signals(is_left_to_others: fn() -> bool) {
    WATCHED.get_or_init(|| is_left_to_others);
}

/// Something begun that must not outlive the program. It is undone on drop, and by a signal.
#[derive(Debug)]
pub(crate) struct Cleanup {
    number: u64,
}

impl Cleanup {
    /// Begins it, unless a signal is ending the program.
    pub(crate) fn new<T>(
        begin: impl FnOnce() -> io::Result<T>,
        undo: impl FnOnce() + Send + 'static,
    ) -> io::Result<(T, Self)> {
        if let Some(is_left_to_others) = WATCHED.get() {
            platform::watch(*is_left_to_others)?;
        }
        let mut open = open();
        let result = begin()?;
        let number = open.last().map_or(0, |last| last.number + 1);
        open.push(Undo { number, action: Box::new(undo) });
        Ok((result, Self { number }))
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        let mut open = open();
        if let Some(at) = open.iter().position(|undo| undo.number == self.number) {
            (open.remove(at).action)();
        }
    }
}

/// Does the work completely: a signal that arrives meanwhile ends the program afterwards.
pub(crate) fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
    let _open = open();
    work()
}

/// Undoes everything, unless the signal is not ours. Returns `true` if the program may end now;
/// then nothing new begins.
fn undo_all(is_left_to_others: fn() -> bool) -> bool {
    let mut open = open();
    if open.is_empty() && is_left_to_others() {
        return false;
    }
    for undo in mem::take(&mut *open) {
        (undo.action)();
    }
    // The lock is kept until the process ends.
    mem::forget(open);
    true
}

fn open() -> MutexGuard<'static, Vec<Undo>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}
