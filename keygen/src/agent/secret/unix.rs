//! `mlock`, and no core dumps.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod other;

#[cfg(any(target_os = "linux", target_os = "android"))]
use linux as platform;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use other as platform;

use rustix::mm::mlock;
use rustix::process::{Resource, Rlimit, setrlimit};

/// Locks the pages that these bytes are on. They are never unlocked: other secrets may lie on them.
#[expect(unsafe_code, reason = "locking memory takes a pointer")]
pub(super) fn lock(bytes: &[u8]) {
    // SAFETY: the pointer and the length are those of a slice; locking changes no byte.
    let _ = unsafe { mlock(bytes.as_ptr().cast_mut().cast(), bytes.len()) };
}

pub(super) fn seal_process() {
    // Where a limit cannot be lowered, the next line still keeps the memory out of files.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    platform::forbid_tracing();
}
