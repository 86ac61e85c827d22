//! Where asking the system needs unsafe code, uses the owner of the socket's file, which only its
//! owner could make.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;

use rustix::process::geteuid;

use super::Peer;

pub(super) fn peer(stream: &UnixStream) -> io::Result<Peer> {
    let address = stream.peer_addr()?;
    let user = match address.as_pathname() {
        Some(path) => fs::metadata(path)?.uid(),
        // A client's end has no name; but only the owner can enter the socket's folder.
        None => geteuid().as_raw(),
    };
    Ok(Peer { user, process: None })
}
