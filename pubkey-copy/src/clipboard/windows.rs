//! The clipboard of Windows, which keeps the text after the program has ended, and the console as a
//! terminal.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::windows::io::AsRawHandle as _;
use std::process::ExitCode;
use std::time::Duration;

use windows_sys::Win32::System::Console::{
    ENABLE_PROCESSED_OUTPUT, ENABLE_VIRTUAL_TERMINAL_PROCESSING, GetConsoleMode, SetConsoleMode,
};

use super::{Clipboard, ClipboardError, Environment, Lifetime, osc52};

/// Never shown: Windows always has a clipboard.
pub(super) const NO_DESKTOP: &str = "Windows did not open the clipboard";

pub(super) fn environment() -> Environment {
    Environment { native: Some(Clipboard::Desktop), terminal: true }
}

pub(super) fn hold_if_asked() -> Option<ExitCode> {
    None
}

pub(super) fn put(
    _native: Clipboard,
    text: &str,
    _time_limit: Duration,
) -> Result<Lifetime, ClipboardError> {
    arboard::Clipboard::new()
        .and_then(|mut clipboard| clipboard.set_text(text))
        .map(|()| Lifetime::UntilReplaced)
        .map_err(|error| ClipboardError::Refused(error.to_string()))
}

/// Writes to the console itself, wherever standard output leads.
pub(super) fn put_on_terminal(text: &str) -> Result<(), ClipboardError> {
    let console = OpenOptions::new().read(true).write(true).open("CONOUT$");
    let mut console = console.map_err(|_| ClipboardError::NoTerminal)?;
    let sequence = osc52::copy(text, osc52::Multiplexer::find());
    with_escape_sequences(&mut console, |console| console.write_all(sequence.as_bytes())).map_err(
        |source| ClipboardError::Io { what: "the console did not accept the text", source },
    )
}

/// Consoles show escape sequences as text unless configured otherwise; the previous setting is
/// restored for the next program.
#[expect(unsafe_code, reason = "the console's mode has no safe interface")]
fn with_escape_sequences(
    console: &mut std::fs::File,
    write: impl FnOnce(&mut std::fs::File) -> io::Result<()>,
) -> io::Result<()> {
    let handle = console.as_raw_handle();
    let mut before = 0;
    // SAFETY: the handle belongs to `console`, which outlives the call; `before` is where the mode
    // goes.
    if unsafe { GetConsoleMode(handle, &raw mut before) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let obeying = before | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING;
    // SAFETY: as above; a mode is a plain number.
    if unsafe { SetConsoleMode(handle, obeying) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let written = write(console);
    // SAFETY: as above.
    unsafe { SetConsoleMode(handle, before) };
    written
}
