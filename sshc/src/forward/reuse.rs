//! Whether a port can be bound while earlier connections on it are still closing.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::allow;
#[cfg(windows)]
pub(super) use windows::allow;
