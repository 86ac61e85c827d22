//! Other systems: connections follow the routes, which is not what was asked for.

use std::io;

use tokio::net::TcpSocket;

/// Reports that this is not supported.
///
/// # Errors
/// Always.
pub(crate) fn bind(_socket: &TcpSocket, _name: &str) -> io::Result<()> {
    let why = "this is possible only on Linux; BindAddress names an address instead";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}
