//! A named mutex: what several processes decide one after the other.

use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};

use windows_sys::Win32::Foundation::{WAIT_ABANDONED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{CreateMutexW, ReleaseMutex, WaitForSingleObject};

use crate::permissions::AccessList;

/// After so many milliseconds somebody holds it who does not mean to let go, and it is done
/// without.
const PATIENCE: u32 = 5000;

/// Until this is dropped, no other process has its turn.
#[derive(Debug)]
pub(super) struct Turn(OwnedHandle);

impl Turn {
    /// Waits for it; without one where the name is another user's, or never becomes free.
    pub(super) fn wait(name: &str) -> Option<Self> {
        let mutex = open(name).ok()?;
        is_ours(&mutex).then_some(Self(mutex))
    }
}

impl Drop for Turn {
    #[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
    fn drop(&mut self) {
        // SAFETY: the handle is open, and this thread has the mutex.
        unsafe { ReleaseMutex(self.0.as_raw_handle()) };
    }
}

#[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
fn open(name: &str) -> io::Result<OwnedHandle> {
    let list = AccessList::of_owner_alone()?;
    let attributes = list.attributes();
    let name: Vec<u16> = name.encode_utf16().chain([0]).collect();
    // SAFETY: the name ends with a zero, and the attributes' descriptor lives until `list` is
    // dropped.
    let handle = unsafe { CreateMutexW(&raw const attributes, 0, name.as_ptr()) };
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nobody else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

#[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
fn is_ours(mutex: &OwnedHandle) -> bool {
    // SAFETY: the handle is open as long as it is borrowed.
    let waited = unsafe { WaitForSingleObject(mutex.as_raw_handle(), PATIENCE) };
    // Whoever had it may have died with it: then nothing is half done, because nothing is written
    // under it.
    [WAIT_OBJECT_0, WAIT_ABANDONED].contains(&waited)
}
