//! The client's side of HTTP's `CONNECT` (RFC 9110 §9.3.6).

use std::io;
use std::net::Ipv6Addr;

use contract::shown;
use data_encoding::BASE64;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::ask::Secret;
use crate::error::ProxyFailure;

/// The longest answer of a proxy before the connection is ours.
const ANSWER_BYTES: usize = 16 * 1024;

/// Asks the proxy for a connection; afterwards the socket is that connection.
pub(crate) async fn ask(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    host: &str,
    port: u16,
    login: Option<(&str, &str)>,
) -> Result<(), ProxyFailure> {
    let place = match host.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]:{port}"),
        Err(_) => format!("{host}:{port}"),
    };
    let has_login = login.is_some();
    let login = login.map_or_else(Secret::default, |(user, password)| {
        let pair = Secret::new(format!("{user}:{password}"));
        let pair = Secret::new(BASE64.encode(pair.as_bytes()));
        Secret::new(format!("Proxy-Authorization: Basic {}\r\n", *pair))
    });
    let request = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{}\r\n", *login);
    let request = Secret::new(request);
    socket.write_all(request.as_bytes()).await?;
    let head = head(socket).await?;
    let status = head.split_ascii_whitespace().nth(1).unwrap_or_default();
    match status {
        "200" => Ok(()),
        "407" if has_login => Err(ProxyFailure::WrongPassword),
        "407" => Err(ProxyFailure::WantsLogin),
        _ => {
            let line = shown(head.lines().next().unwrap_or_default());
            Err(ProxyFailure::Other(format!("the proxy answered `{line}`")))
        }
    }
}

/// Reads up to the empty line and not a byte further, because the rest belongs to SSH.
async fn head(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= ANSWER_BYTES {
            return Err(io::Error::other("the proxy's answer is too long"));
        }
        head.push(socket.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
