//! The terminal during a question: without echo, and restored however the question ends.

use std::fs::File;
use std::io;

use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use signal_hook::low_level::emulate_default_handler;

use crate::signals::{self, Cleanup};

/// The terminal with echo off; keys are read one by one, and we send its signals. Restored on drop.
pub(super) struct EchoOff {
    /// The previous modes and keys.
    pub(super) before: Termios,
    _cleanup: Cleanup,
}

impl EchoOff {
    pub(super) fn new(terminal: &File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes -=
            LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        let (again, loud) = (terminal.try_clone()?, before.clone());
        let silence = || Ok(tcsetattr(terminal, OptionalActions::Flush, &quiet)?);
        let put_back = move || {
            // If the terminal is gone, nothing needs restoring.
            let _ = tcsetattr(again, OptionalActions::Now, &loud);
        };
        let ((), cleanup) = Cleanup::new(silence, put_back)?;
        Ok(Self { before, _cleanup: cleanup })
    }
}

/// Does what the terminal would have done for this key: signals the whole pipeline.
pub(super) fn deliver(signal: Signal) -> io::Result<()> {
    kill_current_process_group(signal)?;
    if signal != Signal::TSTP && signals::are_watched() {
        // The watching thread is about to do the same; do not get ahead of it.
        emulate_default_handler(signal.as_raw())?;
    }
    Ok(())
}
