//! `SO_REUSEADDR` means just that on Unix.

use std::io;

/// Allows it.
pub(crate) fn allow(socket: &socket2::Socket) -> io::Result<()> {
    socket.set_reuse_address(true)
}
