//! Saves a console's modes before a change. They would outlive the program, so they are restored
//! even if the window is closed or Ctrl-Break is pressed.

use std::io;
use std::sync::{Arc, Mutex, Once};

use super::Console;
use crate::lock::lock;
use crate::stdio::windows::console;

/// The changes in force, the latest last.
static SAVED: Mutex<Vec<SavedModes>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct SavedModes {
    console: Arc<Console>,
    input: u32,
    output: u32,
}

/// A change of modes, until dropped.
#[derive(Debug)]
pub(in crate::terminal) struct RawMode {
    depth: usize,
}

/// Changes the console's modes with the two functions.
pub(super) fn change(
    console: &Arc<Console>,
    change_input: impl FnOnce(u32) -> u32,
    change_output: impl FnOnce(u32) -> u32,
) -> io::Result<RawMode> {
    watch_closing();
    let mut held = lock(&SAVED);
    let (input, output) = (console::mode(&console.input)?, console::mode(&console.output)?);
    held.push(SavedModes { console: Arc::clone(console), input, output });
    let hold = RawMode { depth: held.len() };
    let changed = console::set_mode(&console.input, change_input(input))
        .and_then(|()| console::set_mode(&console.output, change_output(output)));
    // Dropping the hold takes the lock.
    drop(held);
    changed.map(|()| hold)
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let mut held = lock(&SAVED);
        let first = self.depth.saturating_sub(1);
        restore(held.get(first..).unwrap_or_default());
        held.truncate(first);
    }
}

/// Whether a change is in force.
pub(in crate::terminal) fn is_changed() -> bool {
    !lock(&SAVED).is_empty()
}

/// Restores the modes of a program that is about to end. Never waits: the calling thread may itself
/// hold the lock.
pub(in crate::terminal) fn restore_now() {
    if let Ok(held) = SAVED.try_lock() {
        restore(&held);
    }
}

fn restore(held: &[SavedModes]) {
    for held in held.iter().rev() {
        // If the console is gone, there is nothing to restore.
        let _ = console::set_mode(&held.console.input, held.input);
        let _ = console::set_mode(&held.console.output, held.output);
    }
}

/// Does nothing on Windows: Ctrl-C and the like always reach the program's own handlers.
#[derive(Debug)]
pub(in crate::terminal) struct Awaited;

impl Awaited {
    pub(in crate::terminal) fn new() -> Self {
        Self
    }
}

fn watch_closing() {
    static ONCE: Once = Once::new();
    // Without this handler the modes are still restored in all other cases.
    ONCE.call_once(|| drop(console::on_close(closing)));
}

extern "system" fn closing(_event: u32) -> i32 {
    /// Passes the event on to the next handler, which ends the program.
    const NOT_HANDLED: i32 = 0;
    restore_now();
    NOT_HANDLED
}
