//! Immediate TCP acknowledgements, on systems that let a program request them.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(super) use linux::rearm;
#[cfg(not(target_os = "linux"))]
pub(super) use other::rearm;
