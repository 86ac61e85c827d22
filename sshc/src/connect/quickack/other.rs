//! Other systems: nothing to ask for.

use tokio::net::TcpStream;

/// Does nothing here.
pub(crate) fn rearm(_socket: &TcpStream) {}
