//! `-L` and `-D`: we listen, the server connects.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use russh::Channel;
use russh::client::Msg;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::relay::{open_tcp, relay};
use super::reuse;
use super::socket::{Socket, UnixListening};
use super::socks;
use super::spec::{Forward, Goal, Listen};
use super::{Link, Live};
use crate::Error;
use crate::error::io_words;

/// The pause after a connection could not be accepted, such as for too many open files: the next may be luckier, but
/// not at once.
const AFTER_A_REFUSAL: Duration = Duration::from_millis(100);

/// Listens, and gives the forward back with the port it listens on.
pub(super) async fn listen(
    link: &Link,
    forward: &Forward,
    tasks: &mut JoinSet<()>,
) -> Result<Forward, Error> {
    match &forward.listen {
        Listen::Unix(path) => {
            let listening = UnixListening::bind(path).map_err(|cause| refused(forward, &cause))?;
            let (link, goal) = (link.clone(), forward.goal.clone());
            tasks.spawn(async move {
                loop {
                    match listening.accept().await {
                        Ok(socket) => {
                            tokio::spawn(serve(link.clone(), goal.clone(), socket));
                        }
                        Err(_) => sleep(AFTER_A_REFUSAL).await,
                    }
                }
            });
            Ok(forward.clone())
        }
        Listen::Tcp { bind, port } => {
            let listeners =
                bind_all(bind.as_deref(), *port).await.map_err(|cause| refused(forward, &cause))?;
            let chosen = listeners.first().and_then(|first| first.local_addr().ok());
            for listener in listeners {
                tasks.spawn(accept(link.clone(), forward.goal.clone(), listener));
            }
            Ok(forward.on_port(chosen.map_or(*port, |address| address.port())))
        }
    }
}

async fn accept(link: Link, goal: Goal, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                tokio::spawn(serve_tcp(link.clone(), goal.clone(), socket));
            }
            Err(_) => sleep(AFTER_A_REFUSAL).await,
        }
    }
}

async fn serve_tcp(link: Link, goal: Goal, mut socket: TcpStream) {
    // Small requests should not wait for each other; a socket that cannot is only slower.
    let _ = socket.set_nodelay(true);
    let Goal::Socks = goal else {
        return serve(link, goal, Arc::new(socket)).await;
    };
    let Ok(request) = socks::negotiate(&mut socket).await else { return };
    let goal = Goal::Tcp { host: request.host.clone(), port: request.port };
    let opened = open(&link, &goal).await;
    let told = socks::answer(&mut socket, &request, opened.is_ok()).await;
    if let (Ok((live, channel)), Ok(())) = (opened, told) {
        relay(&live, &link.tally, channel, Arc::new(socket)).await;
    }
}

async fn serve(link: Link, goal: Goal, socket: Arc<dyn Socket>) {
    match open(&link, &goal).await {
        Ok((live, channel)) => relay(&live, &link.tally, channel, socket).await,
        // A socket that is dropped tells its program that the server could not be reached.
        Err(cause) => log::info!("cannot forward to {goal}: {}", cause.plain()),
    }
}

/// Opens a channel on the connection there is or, when that turns out to be lost, on the next.
async fn open(link: &Link, goal: &Goal) -> Result<(Live, Channel<Msg>), Error> {
    let mut live = link.live().await?;
    loop {
        let opened = match goal {
            Goal::Tcp { host, port } => open_tcp(&live, host, *port).await,
            Goal::Unix(path) => live.handle.channel_open_direct_streamlocal(path).await,
            Goal::Socks => Err(russh::Error::Inconsistent),
        };
        match opened {
            Ok(channel) => return Ok((live, channel)),
            Err(refused @ russh::Error::ChannelOpenFailure(_)) => return Err(refused.into()),
            Err(_) => live = link.after(&live).await?,
        }
    }
}

/// Binds loopback of both families, or what was asked for. With port 0 the families share the
/// port that the first one was given.
async fn bind_all(bind: Option<&str>, port: u16) -> io::Result<Vec<TcpListener>> {
    let addresses: Vec<IpAddr> = match bind {
        None | Some("localhost") => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        Some("" | "*") => vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()],
        Some(name) => {
            let found = tokio::net::lookup_host((name, port)).await?;
            found.map(|address| address.ip()).take(1).collect()
        }
    };
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut port = port;
    for (at, address) in addresses.into_iter().enumerate() {
        match bind_one(SocketAddr::new(address, port)) {
            Ok(listener) => {
                port = listener.local_addr()?.port();
                listeners.push(listener);
            }
            Err(cause) if at == 0 => return Err(cause),
            // No IPv6 on this computer is no reason to refuse; a port that is taken there is.
            Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => return Err(cause),
            Err(_) => {}
        }
    }
    Ok(listeners)
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    use socket2::{Domain, Socket, Type};
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    reuse::allow(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(128)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket.into())
}

fn refused(forward: &Forward, cause: &io::Error) -> Error {
    let in_use = cause.kind() == io::ErrorKind::AddrInUse;
    Error::Forward {
        what: forward.to_string(),
        reason: if in_use { "the port is in use".into() } else { io_words(cause) },
        hint: in_use.then(|| {
            format!("let sshc choose a free one: -L auto:{} --print-forwards", forward.goal)
        }),
    }
}
