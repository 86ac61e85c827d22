//! Ctrl-C, Ctrl-Break, and the end of the console, of the session or of Windows.

use std::io;
use std::sync::OnceLock;

use windows_sys::Win32::System::Console::SetConsoleCtrlHandler;

use super::{WATCHED, undo_all};

/// Registers [`answer`] with the system, once.
pub(super) fn watch(_is_left_to_others: fn() -> bool) -> io::Result<()> {
    static STARTED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    let started = STARTED.get_or_init(|| register().map_err(|error| error.kind()));
    started.map_err(io::Error::from)
}

#[expect(unsafe_code, reason = "the standard library hands out no console events")]
fn register() -> io::Result<()> {
    // SAFETY: the function has the required signature and lives as long as the program.
    if unsafe { SetConsoleCtrlHandler(Some(answer), 1) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Called on a thread of the system. Returning 0 lets the next handler answer, and finally the
/// system, which ends the program.
#[expect(unsafe_code, reason = "the system calls it, and asks for this signature")]
unsafe extern "system" fn answer(_event: u32) -> i32 {
    if let Some(is_left_to_others) = WATCHED.get() {
        undo_all(*is_left_to_others);
    }
    0
}
