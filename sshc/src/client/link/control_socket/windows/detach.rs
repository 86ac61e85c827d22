//! What a holder has of the program that starts it, and how it gives it up: the console, at which
//! it asks, and standard error.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::windows::io::{AsHandle as _, AsRawHandle as _, IntoRawHandle as _};

use keygen::windows::{Inherits, Process};
use windows_sys::Win32::Foundation::{
    CloseHandle, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE, SetHandleInformation,
};
use windows_sys::Win32::System::Console::{GetStdHandle, STD_ERROR_HANDLE, SetStdHandle};

use crate::background::{has_console, leave_console};

/// Starts this program at our console. Without one it gets none, and no window either.
pub(super) fn start(arguments: &[OsString]) -> io::Result<Process> {
    let stderr = io::stderr();
    let stderr = stderr.as_handle();
    let raw = stderr.as_raw_handle();
    let is_open = !raw.is_null() && raw != INVALID_HANDLE_VALUE;
    let stderr = is_open.then_some(stderr);
    Process::start(arguments, Inherits { console: has_console(), stderr })
}

/// Keeps standard error, which this process has inherited, from its own children.
#[expect(unsafe_code, reason = "the standard library passes all inheritable handles on")]
pub(super) fn keep_standard_error() -> io::Result<()> {
    let stderr = io::stderr();
    let raw = stderr.as_handle().as_raw_handle();
    if raw.is_null() || raw == INVALID_HANDLE_VALUE {
        return Ok(());
    }
    // SAFETY: the handle is open, and only its flag is changed.
    let succeeded = unsafe { SetHandleInformation(raw, HANDLE_FLAG_INHERIT, 0) };
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Leaves the console, standard error and the folder, which could not be removed otherwise.
pub(crate) fn leave_terminal() -> io::Result<()> {
    leave_console();
    let nothing = File::options().write(true).open("NUL")?;
    replace_standard_error(nothing)?;
    let _ = env::set_current_dir(env::var_os("SystemRoot").unwrap_or_else(|| r"C:\".into()));
    Ok(())
}

#[expect(unsafe_code, reason = "the standard library replaces no standard stream")]
fn replace_standard_error(by: File) -> io::Result<()> {
    // SAFETY: the handle is open, and from now on belongs to the process.
    let succeeded = unsafe {
        let before = GetStdHandle(STD_ERROR_HANDLE);
        let succeeded = SetStdHandle(STD_ERROR_HANDLE, by.into_raw_handle());
        if !before.is_null() && before != INVALID_HANDLE_VALUE {
            CloseHandle(before);
        }
        succeeded
    };
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
