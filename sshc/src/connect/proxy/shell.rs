//! The shell that runs a proxy command, and on Windows also a local command.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::shell;
#[cfg(windows)]
pub(crate) use windows::shell;
