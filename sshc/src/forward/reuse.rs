//! Whether a port may be bound while old connections of it are dying.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::allow;
#[cfg(windows)]
pub(super) use windows::allow;
