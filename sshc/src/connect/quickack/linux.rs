//! Linux: `TCP_QUICKACK`, which the kernel clears again by itself (tcp(7)).

use tokio::net::TcpStream;

/// Asks that what arrives next is acknowledged at once.
pub(crate) fn rearm(socket: &TcpStream) {
    // A hint for speed: where the kernel refuses it, the connection is only slower.
    let _ = rustix::net::sockopt::set_tcp_quickack(socket, true);
}
