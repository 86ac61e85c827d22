//! Enlarges pipes, where the system allows it.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(super) use linux::enlarge;
#[cfg(not(target_os = "linux"))]
pub(super) use other::enlarge;
