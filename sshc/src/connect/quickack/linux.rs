//! Linux: `TCP_QUICKACK`, which the kernel clears again by itself (tcp(7)).

use tokio::net::TcpStream;

/// Requests that the next data is acknowledged at once.
pub(crate) fn rearm(socket: &TcpStream) {
    // This is only for speed; if the kernel refuses, the connection is slower.
    let _ = rustix::net::sockopt::set_tcp_quickack(socket, true);
}
