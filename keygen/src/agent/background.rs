//! Starting our agent so that it outlives whoever started it, and holds none of their streams.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{detach, end_with, run_instead, start};
#[cfg(windows)]
pub(super) use windows::{detach, end_with, run_instead, start};
