//! Connections through one network interface only, on systems that let a program request this.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(super) use linux::bind;
#[cfg(not(target_os = "linux"))]
pub(super) use other::bind;
