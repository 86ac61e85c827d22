//! Mutexes with a name. One exists as long as a process has it open, so its name can also be a
//! claim that ends with the process.

use std::io;
use std::os::windows::io::{
    AsHandle, AsRawHandle as _, BorrowedHandle, FromRawHandle as _, OwnedHandle,
};

use windows_sys::Win32::Foundation::{
    ERROR_ALREADY_EXISTS, WAIT_ABANDONED, WAIT_EVENT, WAIT_FAILED, WAIT_OBJECT_0,
};
use windows_sys::Win32::System::Threading::{CreateMutexW, ReleaseMutex, WaitForSingleObject};

use crate::permissions::AccessList;

/// A mutex for this user only.
#[derive(Debug)]
pub struct NamedMutex(OwnedHandle);

impl NamedMutex {
    /// Opens the mutex of this name, which exists from then on; the flag says whether it is new.
    /// Another user may have created it.
    ///
    /// # Errors
    /// When another user keeps it to themselves, or the name is invalid.
    pub fn open(name: &str) -> io::Result<(Self, bool)> {
        create(name).map(|(handle, is_new)| (Self(handle), is_new))
    }

    /// Waits for at most this time until this thread has the mutex. A process that died while it
    /// had the mutex has left nothing half done: files are renamed whole.
    ///
    /// # Errors
    /// When the mutex did not become free.
    pub(crate) fn hold(self, milliseconds: u32) -> io::Result<HeldMutex> {
        match wait(&self.0, milliseconds) {
            WAIT_OBJECT_0 | WAIT_ABANDONED => Ok(HeldMutex(self)),
            WAIT_FAILED => Err(io::Error::last_os_error()),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// A mutex that this thread has; released on drop.
#[derive(Debug)]
pub(crate) struct HeldMutex(NamedMutex);

impl Drop for HeldMutex {
    #[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
    fn drop(&mut self) {
        // SAFETY: the handle is open, and this thread has the mutex.
        unsafe { ReleaseMutex(self.0.0.as_raw_handle()) };
    }
}

impl AsHandle for NamedMutex {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.0.as_handle()
    }
}

#[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
fn create(name: &str) -> io::Result<(OwnedHandle, bool)> {
    let list = AccessList::of_owner_alone()?;
    let attributes = list.attributes();
    let name = super::wide(name);
    // SAFETY: the name ends with a zero, and the attributes' descriptor lives until `list` is
    // dropped.
    let handle = unsafe { CreateMutexW(&raw const attributes, 0, name.as_ptr()) };
    let error = io::Error::last_os_error();
    if handle.is_null() {
        return Err(error);
    }
    let existed = i32::try_from(ERROR_ALREADY_EXISTS).ok();
    // SAFETY: the handle is new, and nothing else owns it.
    Ok((unsafe { OwnedHandle::from_raw_handle(handle) }, error.raw_os_error() != existed))
}

#[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
fn wait(mutex: &OwnedHandle, milliseconds: u32) -> WAIT_EVENT {
    // SAFETY: the handle is open as long as it is borrowed.
    unsafe { WaitForSingleObject(mutex.as_raw_handle(), milliseconds) }
}
