//! The meeting place of a holder and its guests: a name that one process at a time may claim, and
//! the streams to it. Both sides check that the other belongs to the same user.

mod rights;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::io;
use std::time::Duration;

pub(crate) use platform::{
    Claim, Door, Holder, Listener, Porch, Stream, connect, guest_of, is_starting, leave_terminal,
    named, pair, usual,
};
pub(crate) use rights::{send_with, try_receive};

/// How long a holder may be silent: a living one answers at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// The same while the holder waits for a silent server, or for a user's password: it sends signs of
/// life all the time.
pub(crate) const WAITING: Duration = Duration::from_secs(3);

/// Why there is no stream to a holder.
#[derive(Debug)]
pub(crate) enum Unreached {
    /// No process listens there, or it has stopped.
    Nobody,
    /// It hung up before it had let us in.
    #[cfg_attr(unix, expect(dead_code, reason = "on Windows the name leads to a door first"))]
    HungUp,
    /// The listener belongs to another user, or could not be checked.
    Failed(io::Error),
}
