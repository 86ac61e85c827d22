//! `SO_PEERCRED`: the user as whom the other end connected or began to listen.

use std::io;
use std::os::unix::net::UnixStream;

use rustix::net::sockopt::socket_peercred;

use super::Peer;

pub(super) fn peer(stream: &UnixStream) -> io::Result<Peer> {
    let credentials = socket_peercred(stream)?;
    Ok(Peer {
        user: credentials.uid.as_raw(),
        process: Some(credentials.pid.as_raw_nonzero().get()),
    })
}
