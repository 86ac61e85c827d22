//! The meeting place of a holder and its guests: a name that one process at a time may claim, and
//! the streams to it. Both sides check that the other belongs to the same user.

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
    Claim, Door, Listener, Porch, SUPPORTED, Stream, connect, is_starting, leave_terminal, pair,
    send_with, try_receive, usual_folder,
};

/// Why there is no stream to a holder.
#[derive(Debug)]
pub(crate) enum Unreached {
    /// No process listens there, or it has stopped.
    #[cfg_attr(windows, expect(dead_code, reason = "Windows shares no connections yet"))]
    Nobody,
    /// The listener belongs to another user, or could not be checked.
    Failed(io::Error),
}
