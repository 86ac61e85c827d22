//! The addresses at which our agent listens, and for how long.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::allow_many_descriptors;
#[cfg(unix)]
pub(super) use unix::{Listener, run};
#[cfg(windows)]
pub(super) use windows::{Listener, run};
