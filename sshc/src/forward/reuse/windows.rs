//! Windows allows it without an option. There `SO_REUSEADDR` would let us take a port on which
//! another program listens. It also lets another program of the same user take ours; only
//! `SO_EXCLUSIVEADDRUSE` would prevent that, which socket2 does not offer.

use std::io;

/// Leaves the socket as it is.
pub(crate) fn allow(_socket: &socket2::Socket) -> io::Result<()> {
    Ok(())
}
