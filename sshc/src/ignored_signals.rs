//! Signals that were ignored when we started, and so must not end us.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{is_ignored, remember};
#[cfg(windows)]
pub(crate) use windows::remember;
