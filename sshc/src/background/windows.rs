//! A process outlives its parent on Windows anyway; it only has to leave the parent's console.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::windows::io::AsHandle as _;

use windows_sys::Win32::System::Console::FreeConsole;

pub(super) fn leave_terminal(report: &[u8]) -> io::Result<()> {
    let stdin = io::stdin().as_handle().try_clone_to_owned()?;
    File::from(stdin).write_all(report)?;
    free_console();
    Ok(())
}

#[expect(unsafe_code, reason = "only the system can take a process out of its console")]
fn free_console() {
    // SAFETY: the function takes no arguments and keeps nothing of ours. Without a console it
    // fails, which is just as good.
    unsafe {
        FreeConsole();
    }
}
