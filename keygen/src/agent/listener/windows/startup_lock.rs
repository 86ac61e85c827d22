//! A named mutex, for decisions that only one process at a time may make.

use std::os::windows::io::{AsHandle as _, AsRawHandle as _};

use windows_sys::Win32::Foundation::{WAIT_ABANDONED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{ReleaseMutex, WaitForSingleObject};

use crate::windows::NamedMutex;

/// After this many milliseconds the holder does not intend to release it, and we go on without it.
const PATIENCE: u32 = 5000;

/// While this exists, no other process has its turn.
#[derive(Debug)]
pub(super) struct StartupLock(NamedMutex);

impl StartupLock {
    /// Waits for the mutex; returns `None` if another user has the name, or if it never becomes
    /// free.
    pub(super) fn wait(name: &str) -> Option<Self> {
        let (mutex, _) = NamedMutex::open(name).ok()?;
        is_ours(&mutex).then_some(Self(mutex))
    }
}

impl Drop for StartupLock {
    #[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
    fn drop(&mut self) {
        // SAFETY: the handle is open, and this thread has the mutex.
        unsafe { ReleaseMutex(self.0.as_handle().as_raw_handle()) };
    }
}

#[expect(unsafe_code, reason = "the standard library has no mutexes with names")]
fn is_ours(mutex: &NamedMutex) -> bool {
    // SAFETY: the handle is open as long as it is borrowed.
    let waited = unsafe { WaitForSingleObject(mutex.as_handle().as_raw_handle(), PATIENCE) };
    // The process that had it may have died; nothing is left half done then, because nothing is
    // written under this mutex.
    [WAIT_OBJECT_0, WAIT_ABANDONED].contains(&waited)
}
