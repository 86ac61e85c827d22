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

/// Locks the pages of these bytes. They are never unlocked, because other secrets may be on them.
#[expect(unsafe_code, reason = "locking memory takes a pointer")]
pub(super) fn lock(bytes: &[u8]) {
    // SAFETY: the pointer and the length are those of a slice; locking changes no byte.
    let _ = unsafe { mlock(bytes.as_ptr().cast_mut().cast(), bytes.len()) };
}

pub(super) fn seal_process() {
    // If the limit cannot be lowered, the next line still keeps memory out of core files.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    platform::forbid_tracing();
}
