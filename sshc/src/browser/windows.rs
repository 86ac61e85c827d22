//! The default browser, through a function of the Windows shell: without a command line, and
//! without starting another program.

use std::io;
use std::ptr;

use keygen::windows::wide;
use windows_sys::Win32::UI::Shell::ShellExecuteW;
use windows_sys::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;

/// Return values up to this are failures.
const LAST_FAILURE: usize = 32;

pub(super) fn open(page: &str, _on_failure: impl Fn() + Send + 'static) -> io::Result<()> {
    if execute(&wide("open"), &wide(page)) > LAST_FAILURE {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[expect(unsafe_code, reason = "only the system knows the default browser")]
fn execute(verb: &[u16], page: &[u16]) -> usize {
    // SAFETY: both texts end with a zero and outlive the call; null is allowed for the rest.
    let instance = unsafe {
        ShellExecuteW(
            ptr::null_mut(),
            verb.as_ptr(),
            page.as_ptr(),
            ptr::null(),
            ptr::null(),
            SW_SHOWNORMAL,
        )
    };
    instance.addr()
}
