//! Linux: `SO_BINDTODEVICE` (socket(7)).

use std::io;

use tokio::net::TcpSocket;

/// Sends everything through this interface, regardless of routes.
///
/// # Errors
/// When there is no such interface, or the system does not allow it.
pub(crate) fn bind(socket: &TcpSocket, name: &str) -> io::Result<()> {
    socket.bind_device(Some(name.as_bytes()))
}
