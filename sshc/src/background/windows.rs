//! A process that outlives its parent, as every process does; its window keeps it no longer.

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
    // SAFETY: the function takes nothing and keeps nothing of ours. Without a console it fails,
    // which is as good.
    unsafe {
        FreeConsole();
    }
}
