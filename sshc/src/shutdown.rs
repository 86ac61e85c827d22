//! Requests to end: Ctrl-C, or a signal from another program.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::requested;
#[cfg(windows)]
pub(crate) use windows::requested;
