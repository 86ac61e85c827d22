//! `-L` and `-D`: we listen, the server connects.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::failures::Refusal;
use super::relay::relay;
use super::reuse;
use super::socket::{Socket, UnixListening};
use super::socks;
use super::spec::{Forward, Goal, Listen};
use super::{ConnectionSlot, LiveConnection};
use crate::Error;
use crate::antispoof;
use crate::client::link::ChannelWriter;
use crate::connect::{Family, no_address};

/// The pause after accepting a connection failed, for example with too many open files. Trying
/// again at once would only spin.
const AFTER_A_REFUSAL: Duration = Duration::from_millis(100);

/// How many free IPv4 ports to try whose number is taken in IPv6.
const MOST_UNSUITABLE: usize = 16;

/// Listens, and returns the forward with its actual port.
pub(super) async fn listen(
    slot: &ConnectionSlot,
    forward: &Forward,
    family: Family,
    tasks: &mut JoinSet<()>,
) -> Result<Forward, Error> {
    match &forward.listen {
        Listen::Unix(path) => {
            let listening =
                UnixListening::bind(path).map_err(|cause| refused_path(forward, &cause))?;
            let (slot, goal) = (slot.clone(), forward.goal.clone());
            tasks.spawn(async move {
                loop {
                    match listening.accept().await {
                        Ok(socket) => {
                            tokio::spawn(serve(slot.clone(), goal.clone(), socket));
                        }
                        Err(_) => sleep(AFTER_A_REFUSAL).await,
                    }
                }
            });
            Ok(forward.clone())
        }
        Listen::Tcp { bind, port } => {
            let listeners = bind_all(bind.as_deref(), *port, family)
                .await
                .map_err(|cause| refused(forward, &cause))?;
            let chosen = listeners.first().and_then(|first| first.local_addr().ok());
            for listener in listeners {
                tasks.spawn(accept(slot.clone(), forward.goal.clone(), listener));
            }
            Ok(forward.on_port(chosen.map_or(*port, |address| address.port())))
        }
    }
}

async fn accept(slot: ConnectionSlot, goal: Goal, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                tokio::spawn(serve_tcp(slot.clone(), goal.clone(), socket));
            }
            Err(_) => sleep(AFTER_A_REFUSAL).await,
        }
    }
}

async fn serve_tcp(slot: ConnectionSlot, goal: Goal, mut socket: TcpStream) {
    // Small requests should not wait for each other. If this fails, the socket is only slower.
    let _ = socket.set_nodelay(true);
    let Goal::Socks = goal else {
        return serve(slot, goal, Arc::new(socket)).await;
    };
    let Ok(request) = socks::negotiate(&mut socket).await else { return };
    let goal = Goal::Tcp { host: request.host.clone(), port: request.port };
    let opened = open(&slot, &goal).await;
    let answered = socks::answer(&mut socket, request.version, opened.is_ok()).await;
    match (opened, answered) {
        (Ok((live, writer)), Ok(())) => {
            relay(&live, &slot.traffic, &writer, Arc::new(socket)).await;
        }
        (Err(refusal), _) => slot.failures.remote(&goal, &refusal),
        (Ok(_), Err(_)) => {}
    }
}

async fn serve(slot: ConnectionSlot, goal: Goal, socket: Arc<dyn Socket>) {
    match open(&slot, &goal).await {
        Ok((live, writer)) => relay(&live, &slot.traffic, &writer, socket).await,
        // The socket is closed here, so its program sees that the server could not connect.
        Err(refusal) => slot.failures.remote(&goal, &refusal),
    }
}

/// Opens a channel on the current connection or, if that proves to be lost, on the next one;
/// returns the reason otherwise.
async fn open(
    slot: &ConnectionSlot,
    goal: &Goal,
) -> Result<(LiveConnection, ChannelWriter), Refusal> {
    let lost = |cause: Error| Refusal { code: None, said: String::new(), plain: cause.plain() };
    let mut live = slot.live().await.map_err(lost)?;
    loop {
        let opened = match goal {
            Goal::Tcp { host, port } => live.handle.open_tcp(host, *port).await,
            Goal::Unix(path) => live.handle.open_unix(path).await,
            Goal::Socks => Err(russh::Error::Inconsistent),
        };
        match opened {
            Ok(writer) => return Ok((live, writer)),
            Err(russh::Error::ChannelOpenFailure(code)) => {
                let said = live.shared.take_refusal();
                let cause = Error::from(russh::Error::ChannelOpenFailure(code.clone())).plain();
                let quoted = (!said.is_empty()).then(|| format!(": {}", antispoof::quoted(&said)));
                let plain = cause + &quoted.unwrap_or_default();
                return Err(Refusal { code: Some(code), said, plain });
            }
            Err(_) => live = slot.after(&live).await.map_err(lost)?,
        }
    }
}

/// The addresses to bind: loopback or all, in both families or the wanted one, or the named one.
async fn addresses(bind: Option<&str>, port: u16, family: Family) -> io::Result<Vec<SocketAddr>> {
    let of_both = |addresses: [IpAddr; 2]| {
        let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, port));
        addresses.filter(|address| family.admits(*address)).collect()
    };
    match bind {
        None | Some("localhost") => {
            Ok(of_both([Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]))
        }
        Some("" | "*") => Ok(of_both([Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()])),
        Some(name) => {
            let mut found = tokio::net::lookup_host((name, port)).await?;
            let admitted = found.find(|address| family.admits(*address));
            admitted.map(|address| vec![address]).ok_or_else(no_address)
        }
    }
}

/// Binds these addresses; port 0 becomes one port that is free in every family.
async fn bind_all(bind: Option<&str>, port: u16, family: Family) -> io::Result<Vec<TcpListener>> {
    let addresses = addresses(bind, port, family).await?;
    // Kept bound until a port fits, so that the system does not choose one twice.
    let mut unsuitable = Vec::new();
    loop {
        let mut listeners = Vec::new();
        match bind_together(&addresses, &mut listeners) {
            Ok(()) => return Ok(listeners),
            Err(cause) if is_taken(&cause) && port == 0 && unsuitable.len() < MOST_UNSUITABLE => {
                unsuitable.append(&mut listeners);
            }
            Err(cause) => return Err(cause),
        }
    }
}

/// Binds all of these. With port 0 they share the port that the first one got.
fn bind_together(addresses: &[SocketAddr], listeners: &mut Vec<TcpListener>) -> io::Result<()> {
    for &address in addresses {
        let mut address = address;
        if let Some(first) = listeners.first() {
            address.set_port(first.local_addr()?.port());
        }
        match bind_one(address) {
            Ok(listener) => listeners.push(listener),
            // A computer without IPv6 is no reason to refuse; a port that is taken there is.
            Err(cause) if listeners.is_empty() || is_taken(&cause) => return Err(cause),
            Err(_) => {}
        }
    }
    Ok(())
}

fn is_taken(cause: &io::Error) -> bool {
    cause.kind() == io::ErrorKind::AddrInUse
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
    let in_use = is_taken(cause);
    Error::Forward {
        what: forward.to_string(),
        reason: if in_use { "the port is in use".into() } else { contract::report::cause(cause) },
        hint: in_use.then(|| format!("let sshc choose a free one: {}", on_a_free_port(forward))),
    }
}

/// The options for the same forward on a free port.
fn on_a_free_port(forward: &Forward) -> String {
    let bind = match &forward.listen {
        Listen::Tcp { bind: Some(bind), .. } if bind.contains(':') => format!("[{bind}]:"),
        Listen::Tcp { bind: Some(bind), .. } => format!("{bind}:"),
        Listen::Tcp { bind: None, .. } | Listen::Unix(_) => String::new(),
    };
    match &forward.goal {
        Goal::Socks => format!("-D {bind}auto --print-forwards"),
        goal => format!("-L {bind}auto:{goal} --print-forwards"),
    }
}

fn refused_path(forward: &Forward, cause: &io::Error) -> Error {
    let is_taken = matches!(cause.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::AlreadyExists);
    Error::Forward {
        what: forward.to_string(),
        reason: contract::report::cause(cause),
        hint: is_taken.then(|| "choose another path for the socket".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::Direction;

    #[test]
    fn a_free_port_is_asked_for_by_the_option_that_was_given() {
        let socks = Goal::Socks;
        let web = Goal::Tcp { host: "::1".into(), port: 80 };
        for (bind, goal, shown) in [
            (None, &web, "-L auto:[::1]:80 --print-forwards"),
            (Some("*"), &web, "-L *:auto:[::1]:80 --print-forwards"),
            (None, &socks, "-D auto --print-forwards"),
            (Some("::1"), &socks, "-D [::1]:auto --print-forwards"),
        ] {
            let listen = Listen::Tcp { bind: bind.map(str::to_owned), port: 80 };
            let forward = Forward { direction: Direction::Local, listen, goal: goal.clone() };
            assert_eq!(on_a_free_port(&forward), shown);
        }
    }

    #[tokio::test]
    async fn the_wanted_family_is_listened_on() {
        for (bind, family, expected) in [
            (None, Family::Any, &["127.0.0.1:1", "[::1]:1"][..]),
            (Some("localhost"), Family::V4, &["127.0.0.1:1"]),
            (None, Family::V6, &["[::1]:1"]),
            (Some("*"), Family::V4, &["0.0.0.0:1"]),
            (Some(""), Family::V6, &["[::]:1"]),
            (Some("127.0.0.2"), Family::V4, &["127.0.0.2:1"]),
        ] {
            let found = addresses(bind, 1, family).await.unwrap();
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{bind:?} {family:?}");
        }
        assert!(addresses(Some("::1"), 1, Family::V4).await.is_err());
    }
}
