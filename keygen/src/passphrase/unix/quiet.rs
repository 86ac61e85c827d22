//! The terminal while a question is open: without echo, and put back however the question ends.

use std::fs::File;
use std::io;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Where the signals that end the program are watched: whether one that comes between questions is another's to answer.
static WATCHED: OnceLock<fn() -> bool> = OnceLock::new();

/// The terminal of the question that is open, and how it was before.
static OPEN: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// From the first question on, a signal that ends the program puts the terminal back before it does.
pub(in crate::passphrase) fn restore_terminal_on_signals(is_left_to_others: fn() -> bool) {
    WATCHED.get_or_init(|| is_left_to_others);
}

/// The terminal with echo off, its keys read one by one and its signals ours to send; dropped, it is as before.
pub(super) struct Quiet {
    /// The modes and keys from before.
    pub(super) before: Termios,
}

impl Quiet {
    pub(super) fn new(terminal: &File) -> io::Result<Self> {
        if let Some(is_left_to_others) = WATCHED.get() {
            watch(*is_left_to_others)?;
        }
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes -=
            LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        *open() = Some((terminal.try_clone()?, before.clone()));
        let question = Self { before };
        tcsetattr(terminal, OptionalActions::Flush, &quiet)?;
        Ok(question)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        put_back();
    }
}

fn open() -> MutexGuard<'static, Option<(File, Termios)>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the modes back; `false` when no question is open.
fn put_back() -> bool {
    let Some((terminal, before)) = open().take() else { return false };
    // A terminal that has gone away needs no restoring.
    let _ = tcsetattr(terminal, OptionalActions::Now, &before);
    true
}

/// Does what the terminal would have done for this key: the whole pipeline gets the signal.
pub(super) fn deliver(signal: Signal) -> io::Result<()> {
    kill_current_process_group(signal)?;
    if signal != Signal::TSTP && WATCHED.get().is_some() {
        // The watching thread is about to do the same: this one must not get ahead of it.
        emulate_default_handler(signal.as_raw())?;
    }
    Ok(())
}

/// Starts the watching thread, once.
fn watch(is_left_to_others: fn() -> bool) -> io::Result<()> {
    static STARTED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    let start = || -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT])?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in &mut signals {
                if put_back() || !is_left_to_others() {
                    // Ends the program as if the signal had never been caught, so that the shell sees which it was.
                    let _ = emulate_default_handler(signal);
                }
            }
        })?;
        Ok(())
    };
    let started = STARTED.get_or_init(|| start().map_err(|error| error.kind()));
    started.map_err(io::Error::from)
}
