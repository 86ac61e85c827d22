//! The client's side of SOCKS 5 (RFC 1928) with a user and a password (RFC 1929).

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use zeroize::Zeroizing;

use crate::error::ProxyFailure;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const CONNECT: u8 = 1;

/// Asks the proxy for a connection; afterwards the socket is that connection.
pub(crate) async fn ask(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    host: &str,
    port: u16,
    login: Option<(&str, &str)>,
) -> Result<(), ProxyFailure> {
    let methods: &[u8] =
        if login.is_some() { &[VERSION, 2, NO_LOGIN, USER_AND_PASSWORD] } else { &[VERSION, 1, 0] };
    socket.write_all(methods).await?;
    let mut answer = [0; 2];
    socket.read_exact(&mut answer).await?;
    match (answer, login) {
        ([VERSION, NO_LOGIN], _) => {}
        ([VERSION, USER_AND_PASSWORD], Some((user, password))) => {
            log_in(socket, user, password).await?;
        }
        ([VERSION, _], Some(_)) => {
            return Err(io::Error::other("the proxy wants another kind of login").into());
        }
        ([VERSION, _], None) => return Err(ProxyFailure::WantsLogin),
        _ => return Err(io::Error::other("this is not a SOCKS 5 proxy").into()),
    }
    socket.write_all(&request(host, port)?).await?;
    let mut answer = [0; 4];
    socket.read_exact(&mut answer).await?;
    let [_, code, _, address_type] = answer;
    if code != 0 {
        return Err(io::Error::other(refusal(code)).into());
    }
    skip_bound_address(socket, address_type).await.map_err(ProxyFailure::from)
}

async fn log_in(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    user: &str,
    password: &str,
) -> Result<(), ProxyFailure> {
    let mut message = Zeroizing::new(Vec::with_capacity(3 + user.len() + password.len()));
    message.push(1);
    for text in [user, password] {
        message.push(length(text)?);
        message.extend_from_slice(text.as_bytes());
    }
    socket.write_all(&message).await?;
    let mut answer = [0; 2];
    socket.read_exact(&mut answer).await?;
    match answer {
        [_, 0] => Ok(()),
        _ => Err(ProxyFailure::WrongPassword),
    }
}

/// Leaves names to the proxy, which may know hosts that this computer cannot resolve.
fn request(host: &str, port: u16) -> io::Result<Vec<u8>> {
    let mut message = vec![VERSION, CONNECT, 0];
    match host.parse() {
        Ok(IpAddr::V4(address)) => {
            message.push(1);
            message.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            message.push(4);
            message.extend(address.octets());
        }
        Err(_) => {
            message.extend([3, length(host)?]);
            message.extend_from_slice(host.as_bytes());
        }
    }
    message.extend(port.to_be_bytes());
    Ok(message)
}

async fn skip_bound_address(
    socket: &mut (impl AsyncRead + Unpin),
    address_type: u8,
) -> io::Result<()> {
    let address_bytes = match address_type {
        1 => 4,
        4 => 16,
        3 => usize::from(socket.read_u8().await?),
        _ => return Err(io::Error::other("the proxy's answer is malformed")),
    };
    let mut rest = vec![0; address_bytes + 2];
    socket.read_exact(&mut rest).await.map(drop)
}

fn length(text: &str) -> io::Result<u8> {
    u8::try_from(text.len()).map_err(|_| io::Error::other("longer than SOCKS allows"))
}

/// RFC 1928 §6.
fn refusal(code: u8) -> &'static str {
    match code {
        2 => "the proxy does not allow it",
        3 => "network unreachable from the proxy",
        4 => "host unreachable from the proxy",
        5 => "connection refused",
        6 => "the proxy timed out",
        7 | 8 => "the proxy does not support this",
        _ => "the proxy failed",
    }
}
