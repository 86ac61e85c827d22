//! The clock for lifetimes: it goes on while the machine sleeps, and no one can set it.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod other;

#[cfg(any(target_os = "linux", target_os = "android"))]
use linux as platform;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use other as platform;

use std::time::Duration;

/// The time since some moment before this program started.
pub(super) fn now() -> Duration {
    platform::now()
}

/// How long the machine has slept since some moment before this program started; grows when it
/// wakes up.
pub(super) fn slept() -> Duration {
    platform::slept()
}
