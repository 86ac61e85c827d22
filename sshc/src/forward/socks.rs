//! The server's side of SOCKS 4, 4a and 5 (RFC 1928), without logins: for `-D`, and for `-R`
//! without a goal.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::channel::Inbox;
use crate::client::link::ChannelWriter;

/// A SOCKS client at the other end of a socket or channel. What is not read here stays unread: it
/// belongs to the tunnel.
pub(crate) trait Caller {
    /// Fills `into` with the next bytes from the client.
    async fn hear(&mut self, into: &mut [u8]) -> io::Result<()>;

    /// Sends bytes to the client.
    async fn say(&mut self, bytes: &[u8]) -> io::Result<()>;
}

impl Caller for TcpStream {
    async fn hear(&mut self, into: &mut [u8]) -> io::Result<()> {
        self.read_exact(into).await.map(drop)
    }

    async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes).await
    }
}

/// A client on the server.
pub(super) struct Remote<'a> {
    pub(super) inbox: &'a Inbox,
    pub(super) writer: &'a ChannelWriter,
}

impl Caller for Remote<'_> {
    async fn hear(&mut self, into: &mut [u8]) -> io::Result<()> {
        self.inbox.out.read_exact(into).await
    }

    async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.data_bytes(bytes.to_vec()).await.map_err(io::Error::other)
    }
}

/// How long a client may take to send its request.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The longest name that a SOCKS 4 request may hold.
const NAME_BYTES: usize = 255;

/// Where a client wants to go.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The SOCKS version of the request and of the answer.
    pub(crate) version: u8,
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// Reads a request.
///
/// # Errors
/// When the client does not speak SOCKS, or asks for anything but a connection.
pub(crate) async fn negotiate(caller: &mut impl Caller) -> io::Result<Request> {
    tokio::time::timeout(TIME_LIMIT, read_request(caller)).await?
}

async fn read_request(caller: &mut impl Caller) -> io::Result<Request> {
    let [version] = bytes(caller).await?;
    match version {
        4 => read_version_4(caller).await,
        5 => read_version_5(caller).await,
        _ => Err(invalid("not SOCKS")),
    }
}

async fn read_version_4(caller: &mut impl Caller) -> io::Result<Request> {
    let [command] = bytes(caller).await?;
    let port = u16::from_be_bytes(bytes(caller).await?);
    let address: [u8; 4] = bytes(caller).await?;
    until_zero(caller).await?;
    let host = match address {
        // 4a: an address of 0.0.0.x means that a name follows.
        [0, 0, 0, last] if last != 0 => until_zero(caller).await?,
        address => Ipv4Addr::from(address).to_string().into_bytes(),
    };
    judge(caller, 4, command, host, port).await
}

async fn read_version_5(caller: &mut impl Caller) -> io::Result<Request> {
    let [count] = bytes(caller).await?;
    let methods = take(caller, count).await?;
    if !methods.contains(&0) {
        caller.say(&[5, 0xff]).await?;
        return Err(invalid("the client requires a login"));
    }
    caller.say(&[5, 0]).await?;
    let [_, command, _, address_type] = bytes(caller).await?;
    let host = match address_type {
        1 => v4(caller).await?.to_string().into_bytes(),
        4 => v6(caller).await?.to_string().into_bytes(),
        3 => {
            let [length] = bytes(caller).await?;
            take(caller, length).await?
        }
        _ => return Err(invalid("an address of an unknown type")),
    };
    let port = u16::from_be_bytes(bytes(caller).await?);
    judge(caller, 5, command, host, port).await
}

/// Returns the request if a server can be asked for it; otherwise tells the client that it failed.
async fn judge(
    caller: &mut impl Caller,
    version: u8,
    command: u8,
    host: Vec<u8>,
    port: u16,
) -> io::Result<Request> {
    const CONNECT: u8 = 1;
    let host = if command == CONNECT { name(host) } else { Err(invalid("not CONNECT")) };
    match host {
        Ok(host) => Ok(Request { version, host, port }),
        Err(cause) => {
            answer(caller, version, false).await?;
            Err(cause)
        }
    }
}

/// Tells the client whether the server could connect.
///
/// # Errors
/// When the client is gone.
pub(super) async fn answer(
    caller: &mut impl Caller,
    version: u8,
    connected: bool,
) -> io::Result<()> {
    let message: &[u8] = match (version, connected) {
        (4, true) => &[0, 0x5a, 0, 0, 0, 0, 0, 0],
        (4, false) => &[0, 0x5b, 0, 0, 0, 0, 0, 0],
        (_, true) => &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        (_, false) => &[5, 4, 0, 1, 0, 0, 0, 0, 0, 0],
    };
    caller.say(message).await
}

async fn v4(caller: &mut impl Caller) -> io::Result<Ipv4Addr> {
    bytes(caller).await.map(<[u8; 4]>::into)
}

async fn v6(caller: &mut impl Caller) -> io::Result<Ipv6Addr> {
    bytes(caller).await.map(<[u8; 16]>::into)
}

async fn bytes<const N: usize, C: Caller>(caller: &mut C) -> io::Result<[u8; N]> {
    let mut into = [0; N];
    caller.hear(&mut into).await?;
    Ok(into)
}

async fn take(caller: &mut impl Caller, count: u8) -> io::Result<Vec<u8>> {
    let mut into = vec![0; usize::from(count)];
    caller.hear(&mut into).await?;
    Ok(into)
}

async fn until_zero(caller: &mut impl Caller) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        match bytes(caller).await? {
            [0] => return Ok(text),
            [byte] if text.len() < NAME_BYTES => text.push(byte),
            _ => return Err(invalid("a name that is too long")),
        }
    }
}

/// Refuses control characters: for a name with a NUL, OpenSSH's server drops the whole connection,
/// with all its tunnels.
fn name(bytes: Vec<u8>) -> io::Result<String> {
    let name = String::from_utf8(bytes).map_err(|_| invalid("a name that is not text"))?;
    if name.chars().any(char::is_control) { Err(invalid("an invalid name")) } else { Ok(name) }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (listener.accept().await.unwrap().0, client)
    }

    async fn asked(said: &[u8]) -> io::Result<(String, u16)> {
        let (mut ours, mut client) = pair().await;
        client.write_all(said).await.unwrap();
        client.shutdown().await.unwrap();
        negotiate(&mut ours).await.map(|request| (request.host, request.port))
    }

    #[tokio::test]
    async fn every_version_says_where_it_wants_to_go() {
        for (said, host, port) in [
            (&b"\x04\x01\x00\x50\xc0\x00\x02\x01me\0"[..], "192.0.2.1", 80),
            (b"\x04\x01\x1f\x90\x00\x00\x00\x01\0node7.example\0", "node7.example", 8080),
            (b"\x05\x01\x00\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x16", "192.0.2.1", 22),
            (b"\x05\x02\x02\x00\x05\x01\x00\x03\x05node7\x00\x16", "node7", 22),
            (
                b"\x05\x01\x00\x05\x01\x00\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x16",
                "2001:db8::1",
                22,
            ),
        ] {
            assert_eq!(asked(said).await.unwrap(), (host.to_owned(), port));
        }
    }

    #[tokio::test]
    async fn invalid_requests_are_refused() {
        for said in [
            &b""[..],
            b"GET / HTTP/1.1\r\n",
            b"\x05\x01\x02",
            b"\x05\x01\x00\x05\x02\x00\x01\xc0\x00\x02\x01\x00\x16",
            b"\x05\x01\x00\x05\x01\x00\x03\x05nod",
            b"\x04\x01\x00\x50",
        ] {
            assert!(asked(said).await.is_err(), "{said:?}");
        }
    }

    #[tokio::test]
    async fn invalid_socks_requests_get_an_error_reply() {
        for (said, reply) in [
            (&b"\x04\x01\x00\x50\x00\x00\x00\x01\0no\x1bde7\0"[..], &[0, 0x5b][..]),
            (b"\x04\x02\x00\x50\xc0\x00\x02\x01me\0", &[0, 0x5b]),
            (b"\x05\x01\x00\x05\x01\x00\x03\x05no\0de\x00\x16", &[5, 0, 5, 4]),
            (b"\x05\x01\x00\x05\x01\x00\x03\x05node\n\x00\x16", &[5, 0, 5, 4]),
            (b"\x05\x01\x00\x05\x01\x00\x03\x02\xff\xfe\x00\x16", &[5, 0, 5, 4]),
            (b"\x05\x01\x00\x05\x02\x00\x01\xc0\x00\x02\x01\x00\x16", &[5, 0, 5, 4]),
        ] {
            let (mut ours, mut client) = pair().await;
            client.write_all(said).await.unwrap();
            assert!(negotiate(&mut ours).await.is_err(), "{said:?}");
            drop(ours);
            let mut heard = Vec::new();
            client.read_to_end(&mut heard).await.unwrap();
            assert!(heard.starts_with(reply), "{said:?}: {heard:?}");
        }
    }

    #[tokio::test]
    async fn the_answer_is_in_the_client_s_version() {
        for (version, expected) in [(4, &[0, 0x5a][..]), (5, &[5, 0, 0, 1])] {
            let (mut ours, mut client) = pair().await;
            answer(&mut ours, version, true).await.unwrap();
            let mut start = vec![0; expected.len()];
            client.read_exact(&mut start).await.unwrap();
            assert_eq!(start, expected);
        }
    }
}
