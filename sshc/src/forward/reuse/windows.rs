//! Windows allows it by itself. There `SO_REUSEADDR` would let us take a port that another program
//! listens on. It keeps no program of the same user from taking ours in that way: only
//! `SO_EXCLUSIVEADDRUSE` would, which socket2 does not offer.

use std::io;

/// Leaves the socket as it is.
pub(crate) fn allow(_socket: &socket2::Socket) -> io::Result<()> {
    Ok(())
}
