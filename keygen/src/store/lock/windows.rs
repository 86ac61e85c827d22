//! A mutex named after the folder, because Windows cannot lock folders.

use std::fs;
use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::path::Path;
use std::ptr;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use windows_sys::Win32::Foundation::{WAIT_ABANDONED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{
    CreateMutexW, INFINITE, ReleaseMutex, WaitForSingleObject,
};

/// The mutex while we hold it; released on drop.
#[derive(Debug)]
pub(super) struct Held(OwnedHandle);

pub(super) fn take(folder: &Path) -> io::Result<Held> {
    let folder = fs::canonicalize(folder)?;
    let name = HEXLOWER.encode(&Sha256::digest(folder.as_os_str().as_encoded_bytes()));
    let name: Vec<u16> = format!("Global\\keygen-{name}").encode_utf16().chain([0]).collect();
    let mutex = create(&name)?;
    wait(&mutex)?;
    Ok(Held(mutex))
}

#[expect(unsafe_code, reason = "the standard library has no mutex between processes")]
fn create(name: &[u16]) -> io::Result<OwnedHandle> {
    // SAFETY: the name ends with a zero, and no attributes means the defaults.
    let handle = unsafe { CreateMutexW(ptr::null(), 0, name.as_ptr()) };
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

#[expect(unsafe_code, reason = "the standard library has no mutex between processes")]
fn wait(mutex: &OwnedHandle) -> io::Result<()> {
    // SAFETY: the handle is open as long as it is borrowed.
    match unsafe { WaitForSingleObject(mutex.as_raw_handle(), INFINITE) } {
        // A run that ended in the middle abandoned it; it is ours all the same.
        WAIT_OBJECT_0 | WAIT_ABANDONED => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

impl Drop for Held {
    #[expect(unsafe_code, reason = "the standard library has no mutex between processes")]
    fn drop(&mut self) {
        // SAFETY: the handle is open until after this, and the mutex is this thread's.
        unsafe { ReleaseMutex(self.0.as_raw_handle()) };
    }
}
