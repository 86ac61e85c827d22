//! `VirtualLock`. Windows makes crash dumps only of programs that ask for them.

use windows_sys::Win32::System::Memory::VirtualLock;

/// Locks the pages of these bytes. They are never unlocked, because other secrets may be on them.
#[expect(unsafe_code, reason = "locking memory takes a pointer")]
pub(super) fn lock(bytes: &[u8]) {
    // SAFETY: the pointer and the length are those of a slice; locking changes no byte.
    let _ = unsafe { VirtualLock(bytes.as_ptr().cast(), bytes.len()) };
}

pub(super) fn seal_process() {}
