//! Signals on Unix: a thread waits for them.

use std::fs;
use std::io;
use std::sync::OnceLock;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::{WATCHED, undo_all};

/// Whether this program asked for its signals to be watched.
pub(crate) fn are_watched() -> bool {
    WATCHED.get().is_some()
}

/// Starts the watching thread, once.
pub(super) fn watch(is_left_to_others: fn() -> bool) -> io::Result<()> {
    static STARTED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    let start = || -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGINT, SIGQUIT])?;
        // SIGINT and SIGQUIT, which shells ignore for background programs, must still end a program
        // that asks a question.
        if !is_ignored(SIGHUP) {
            signals.add_signal(SIGHUP)?;
        }
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in &mut signals {
                if undo_all(is_left_to_others) {
                    // Ends the program as if the signal had never been caught, so that the shell
                    // sees which signal it was.
                    let _ = emulate_default_handler(signal);
                }
            }
        })?;
        Ok(())
    };
    let started = STARTED.get_or_init(|| start().map_err(|error| error.kind()));
    started.map_err(io::Error::from)
}

/// Whether this program was started with a signal ignored, as by `nohup`; Linux lists these as a
/// mask.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.unwrap_or_default() >> (signal - 1) & 1 == 1
}
