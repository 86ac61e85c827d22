//! Starts our agent so that it outlives the program that started it, and holds none of its streams.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::keep_descriptors_from_children;
#[cfg(unix)]
pub(super) use unix::{
    detach, do_not_start_at_logon, end_with, run_instead, start, start_at_logon,
};
#[cfg(windows)]
pub(super) use windows::{
    detach, do_not_start_at_logon, end_with, run_instead, start, start_at_logon,
};
