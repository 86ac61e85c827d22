//! Room in a pipe, where the system lets a program ask for more.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(super) use linux::enlarge;
#[cfg(not(target_os = "linux"))]
pub(super) use other::enlarge;
