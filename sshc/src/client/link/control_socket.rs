//! The meeting place of a holder and its guests: a name that one process at a time may claim, and
//! the streams to it. Both sides check that the other belongs to the same user.

mod fd_passing;
mod timeouts;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::io;

pub(crate) use fd_passing::{send_with, try_receive};
pub(crate) use platform::{
    Claim, Handover, Holder, HolderSocket, Listener, Stream, TAKES_CONNECTIONS, WaitingGuests,
    connect, guest_of, leave_terminal, named, pair, usual,
};
pub(crate) use timeouts::{HolderTimeout, Pauses};

/// A stream to a holder, and how long to wait for its first answer.
#[derive(Debug)]
pub(crate) struct HolderStream {
    pub(crate) stream: Stream,
    pub(crate) time_limit: HolderTimeout,
}

/// Why there is no stream to a holder.
#[derive(Debug)]
pub(crate) enum NoHolder {
    /// No process listens there, or it has stopped.
    Nobody,
    /// It hung up before it had let us in.
    #[cfg_attr(unix, expect(dead_code, reason = "on Windows the name leads to another pipe first"))]
    HungUp,
    /// The listener belongs to another user, or could not be checked.
    Failed(io::Error),
}
