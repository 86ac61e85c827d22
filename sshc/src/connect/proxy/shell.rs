//! The shell that runs a proxy command.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::shell;
#[cfg(windows)]
pub(super) use windows::shell;
