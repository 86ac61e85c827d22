//! Connections that leave by one network interface and no other, where the system lets a program
//! ask for that.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(super) use linux::bind;
#[cfg(not(target_os = "linux"))]
pub(super) use other::bind;
