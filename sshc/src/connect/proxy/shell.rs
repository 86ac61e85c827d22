//! The shell that a proxy command is run by.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::shell;
#[cfg(windows)]
pub(super) use windows::shell;
