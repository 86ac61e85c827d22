//! Identifies the process at the other end of a socket.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod other;

#[cfg(any(target_os = "linux", target_os = "android"))]
use linux as platform;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use other as platform;

use std::io;
use std::os::unix::net::UnixStream;

use rustix::process::geteuid;

/// The other end of a socket.
#[derive(Clone, Copy, Debug)]
pub(in super::super::super) struct Peer {
    /// Its user.
    pub(in super::super::super) user: u32,
    /// Its process, if the system says.
    pub(in super::super::super) process: Option<i32>,
}

/// The process at the other end.
pub(in super::super::super) fn peer(stream: &UnixStream) -> io::Result<Peer> {
    platform::peer(stream)
}

/// Whether the peer is exactly this user; unlike elsewhere, root is not accepted.
#[must_use]
pub fn is_same_user(stream: &UnixStream) -> bool {
    peer(stream).is_ok_and(|peer| peer.user == geteuid().as_raw())
}

/// Whether we may use an agent of this user: our own and root's, who can read our memory anyway.
/// Root in turn reaches other users' sockets through a variable, in containers and with `sudo -E`.
#[must_use]
pub fn is_trusted(user: u32) -> bool {
    may_ask(user) || geteuid().is_root()
}

/// Whether our agent serves this user: only the agent's own user and root.
pub(in super::super::super) fn may_ask(user: u32) -> bool {
    user == geteuid().as_raw() || user == 0
}
