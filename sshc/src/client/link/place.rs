//! Where a holder is met: a name that one process at a time may claim, and the streams to it. Both
//! sides see to it that the other is the same user's.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::io;

pub(crate) use platform::{
    Claim, Door, Listener, Porch, SUPPORTED, Stream, connect, is_starting, usual_folder,
};

/// Why there is no stream to a holder.
#[derive(Debug)]
pub(crate) enum Unreached {
    /// Nobody listens there, or nobody any more.
    Nobody,
    /// What listens there is another user's, or it could not be asked.
    Failed(io::Error),
}
