//! On Unix `SO_REUSEADDR` allows exactly that.

use std::io;

/// Allows binding while earlier connections close.
pub(crate) fn allow(socket: &socket2::Socket) -> io::Result<()> {
    socket.set_reuse_address(true)
}
