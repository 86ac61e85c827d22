//! A process outlives its parent on Windows anyway; it only has to leave the parent's console.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::windows::io::AsHandle as _;

use windows_sys::Win32::System::Console::FreeConsole;

/// Whether there is a console. A console program that is started without one gets one of its own,
/// with a window, unless its parent prevents that.
pub(crate) fn has_console() -> bool {
    File::options().write(true).open("CONOUT$").is_ok()
}

pub(super) fn leave_terminal(report: &[u8]) -> io::Result<()> {
    let stdin = io::stdin().as_handle().try_clone_to_owned()?;
    File::from(stdin).write_all(report)?;
    leave_console();
    Ok(())
}

/// Leaves the console, whose keys and whose end no longer concern us.
#[expect(unsafe_code, reason = "only the system can take a process out of its console")]
pub(crate) fn leave_console() {
    // SAFETY: the function takes no arguments and keeps nothing of ours. Without a console it
    // fails, which is just as good.
    unsafe {
        FreeConsole();
    }
}
