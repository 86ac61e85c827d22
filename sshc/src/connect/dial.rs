//! TCP to a host that may have several addresses: Happy Eyeballs (RFC 8305).
//!
//! Addresses of both families are tried in turn, a new one every quarter of a second, and the first
//! to answer wins. So a dead address costs no more than that.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use contract::shown;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::interface;
use crate::error::Unresolved;

/// RFC 8305 §5: the "Connection Attempt Delay" between two addresses.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Which addresses may be tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Family {
    /// Both, IPv6 first where the system prefers it.
    #[default]
    Any,
    /// IPv4 only (`-4`).
    V4,
    /// IPv6 only (`-6`).
    V6,
}

impl Family {
    pub(crate) fn admits(self, address: SocketAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

/// Where a connection may start, which addresses it may use, and how often it is tried.
#[derive(Clone, Debug, Default)]
pub(crate) struct DialOptions {
    pub(crate) family: Family,
    /// The local addresses to use, one for each family (`BindAddress`); none for any.
    pub(crate) from: Vec<IpAddr>,
    /// The network interface to use (`BindInterface`).
    pub(crate) interface: Option<String>,
    /// Whether the system sends keepalives to a silent peer (`TCPKeepAlive`).
    pub(crate) keep_alive: bool,
    /// `ConnectionAttempts`
    pub(crate) tries: u32,
}

impl DialOptions {
    /// The local address to use for a connection to this one.
    pub(crate) fn source_for(&self, address: IpAddr) -> Option<IpAddr> {
        self.from.iter().find(|from| from.is_ipv4() == address.is_ipv4()).copied()
    }
}

/// Connects to `host`; returns which address answered.
///
/// # Errors
/// When the name does not resolve, or no address of an allowed family answered; then the error is
/// that of the last address that failed.
pub(crate) async fn dial(
    host: &str,
    port: u16,
    options: &DialOptions,
) -> io::Result<(TcpStream, SocketAddr)> {
    reach(resolve(host, port, options).await?, options).await
}

/// The addresses of a host that may be tried.
///
/// # Errors
/// When the name does not resolve, or has no address of an allowed family.
pub(super) async fn resolve(
    host: &str,
    port: u16,
    options: &DialOptions,
) -> io::Result<Vec<SocketAddr>> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await
        .map_err(|cause| io::Error::new(cause.kind(), Unresolved(contract::report::cause(&cause))))?
        .filter(|address| options.family.admits(*address))
        .filter(|address| options.from.is_empty() || options.source_for(address.ip()).is_some())
        .collect();
    if addresses.is_empty() {
        return Err(no_address());
    }
    Ok(addresses)
}

/// Connects to the first of these addresses that answers.
///
/// # Errors
/// The error of the last one that failed.
pub(super) async fn reach(
    addresses: Vec<SocketAddr>,
    options: &DialOptions,
) -> io::Result<(TcpStream, SocketAddr)> {
    race(interleave(addresses), options).await
}

/// The error if no name server answered in time.
pub(super) fn no_name() -> io::Error {
    io::Error::other(Unresolved("no name server has answered in time".to_owned()))
}

/// The error if a name has no address of the wanted family.
pub(crate) fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::AddrNotAvailable, "no address of the wanted family")
}

/// RFC 8305 §4: the families take turns, starting with that of the first address.
fn interleave(addresses: Vec<SocketAddr>) -> VecDeque<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (mut leading, mut other): (VecDeque<_>, VecDeque<_>) =
        addresses.into_iter().partition(|address| address.is_ipv4() == first_is_v4);
    let mut order = VecDeque::new();
    while !leading.is_empty() || !other.is_empty() {
        order.extend(leading.pop_front());
        order.extend(other.pop_front());
    }
    order
}

async fn race(
    mut waiting: VecDeque<SocketAddr>,
    options: &DialOptions,
) -> io::Result<(TcpStream, SocketAddr)> {
    let mut attempts = JoinSet::new();
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut next_attempt = None;
    loop {
        if attempts.is_empty() && waiting.is_empty() {
            return Err(failure);
        }
        tokio::select! {
            () = reached_time(next_attempt), if !waiting.is_empty() => {
                if let Some(address) = waiting.pop_front() {
                    let options = options.clone();
                    attempts.spawn(async move { (attempt(address, &options).await, address) });
                }
                next_attempt = Some(Instant::now() + ATTEMPT_DELAY);
            }
            Some(outcome) = attempts.join_next() => match outcome {
                Ok((Ok(socket), address)) => return Ok((socket, address)),
                Ok((Err(cause), _)) => {
                    failure = cause;
                    next_attempt = None;
                }
                Err(cause) => failure = io::Error::other(cause),
            },
        }
    }
}

/// Waits for this time. `None` is now: even a timer that is over takes up to a millisecond.
async fn reached_time(time: Option<Instant>) {
    if let Some(time) = time {
        sleep_until(time).await;
    }
}

async fn attempt(address: SocketAddr, options: &DialOptions) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_keepalive(options.keep_alive)?;
    if let Some(name) = &options.interface {
        interface::bind(&socket, name).map_err(|cause| unusable(name, &cause))?;
    }
    if let Some(from) = options.source_for(address.ip()) {
        socket.bind(SocketAddr::new(from, 0)).map_err(|cause| unbound(from, &cause))?;
    }
    socket.connect(address).await
}

/// Why the address that the user named cannot be used locally.
fn unbound(from: IpAddr, cause: &io::Error) -> io::Error {
    let reason = match cause.kind() {
        io::ErrorKind::AddrNotAvailable => format!("{from} is not an address of this computer"),
        _ => format!("cannot use the address {from}: {}", contract::report::cause(cause)),
    };
    io::Error::new(cause.kind(), reason)
}

/// Why the interface cannot be used. If the user named one, no other may be used.
fn unusable(interface: &str, cause: &io::Error) -> io::Error {
    let (name, why) = (shown(interface), contract::report::cause(cause));
    io::Error::new(cause.kind(), format!("cannot use the interface `{name}`: {why}"))
}

#[cfg(test)]
mod tests {
    use socket2::SockRef;

    use super::*;

    #[test]
    fn the_families_take_turns_from_the_preferred_one() {
        let addresses = ["[::1]:1", "[::2]:1", "192.0.2.1:1", "[::3]:1"];
        let order = interleave(addresses.iter().map(|text| text.parse().unwrap()).collect());
        let order: Vec<String> = order.iter().map(ToString::to_string).collect();
        assert_eq!(order, ["[::1]:1", "192.0.2.1:1", "[::2]:1", "[::3]:1"]);
    }

    #[tokio::test]
    async fn a_closed_port_is_reported_and_the_next_address_tried() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let closed = {
            let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            gone.local_addr().unwrap()
        };
        let options = DialOptions::default();
        let (_, reached) = race(VecDeque::from([closed, open]), &options).await.unwrap();
        assert_eq!(reached, open);
        let refused = race(VecDeque::from([closed]), &options).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[tokio::test]
    async fn the_system_probes_a_silent_peer_unless_tcp_keepalive_is_off() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for keep_alive in [true, false] {
            let options = DialOptions { keep_alive, ..DialOptions::default() };
            let (socket, _) = dial("127.0.0.1", port, &options).await.unwrap();
            assert_eq!(SockRef::from(&socket).keepalive().unwrap(), keep_alive);
        }
    }

    #[tokio::test]
    async fn an_address_that_is_not_ours_is_named() {
        let options = DialOptions { from: vec![[10, 99, 99, 99].into()], ..DialOptions::default() };
        let refused = dial("127.0.0.1", 1, &options).await.unwrap_err();
        assert_eq!(refused.to_string(), "10.99.99.99 is not an address of this computer");
    }

    #[tokio::test]
    async fn the_address_to_connect_from_is_of_the_family_of_the_other() {
        let from = |texts: &[&str]| {
            let from = texts.iter().map(|text| text.parse().unwrap()).collect();
            DialOptions { from, ..DialOptions::default() }
        };
        let both = from(&["2001:db8::1", "127.0.0.2", "127.0.0.3"]);
        for (to, expected) in [("::1", "2001:db8::1"), ("127.0.0.1", "127.0.0.2")] {
            assert_eq!(both.source_for(to.parse().unwrap()), expected.parse().ok());
            assert_eq!(resolve(to, 22, &both).await.unwrap().len(), 1);
        }
        let other = from(&["2001:db8::1"]);
        let refused = resolve("127.0.0.1", 22, &other).await.unwrap_err();
        assert_eq!(refused.to_string(), "no address of the wanted family");
    }

    #[tokio::test]
    async fn a_family_without_an_address_is_refused() {
        let options = DialOptions { family: Family::V6, ..DialOptions::default() };
        let refused = dial("127.0.0.1", 1, &options).await.unwrap_err();
        assert_eq!(refused.to_string(), "no address of the wanted family");
    }
}
