//! Other systems: there is nothing to request.

use tokio::net::TcpStream;

/// Does nothing here.
pub(crate) fn rearm(_socket: &TcpStream) {}
