//! A named mutex, for decisions that only one process at a time may make.

use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};

use windows_sys::Win32::Foundation::{WAIT_ABANDONED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{CreateMutexW, ReleaseMutex, WaitForSingleObject};

use crate::permissions::AccessList;

/// After this many milliseconds the holder does not intend to release it, and we go on without it.
const PATIENCE: u32 = 5000;

/// While this exists, no other process has its turn.
#[derive(Debug)]
pub(super) struct Turn(OwnedHandle);

impl Turn {
    /// Waits for the mutex; returns `None` if another user has the name, or if it never becomes
    /// free.
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
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

#[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
fn is_ours(mutex: &OwnedHandle) -> bool {
    // SAFETY: the handle is open as long as it is borrowed.
    let waited = unsafe { WaitForSingleObject(mutex.as_raw_handle(), PATIENCE) };
    // The process that had it may have died; nothing is left half done then, because nothing is
    // written under this mutex.
    [WAIT_OBJECT_0, WAIT_ABANDONED].contains(&waited)
}
