//! Windows allows it by itself; there `SO_REUSEADDR` would let other programs steal the port.

use std::io;

/// Leaves the socket as it is.
pub(crate) fn allow(_socket: &socket2::Socket) -> io::Result<()> {
    Ok(())
}
