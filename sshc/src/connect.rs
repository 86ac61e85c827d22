//! From a host and a port to an encrypted connection whose host key was judged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{self, Handle};
use russh::keys::ssh_key::Algorithm;
use russh::{Limits, SshId};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use crate::Error;
use crate::client::{Client, HostKeyCheck, Shared};
use greeting::{Greeted, Heard, Stranger};

pub(crate) mod algorithms;
mod dial;
mod greeting;
mod interface;
pub(crate) mod proxy;
mod quickack;
mod stream;
mod watched;

pub(crate) use algorithms::Wishes;
pub(crate) use dial::{Family, Path, no_address};
use proxy::Fate;
pub(crate) use proxy::{Proxy, Server};
use watched::Watched;

/// Bytes of data that we take in one packet: whole pages, and the most below the 65,535 that russh allows. OpenSSH's server
/// makes use of it, and a pipe behind us is then filled with half as many writes, each of which wakes its reader.
const PACKET_BYTES: u32 = 60 * 1024;

/// 2^32 blocks of AES (RFC 4344 §3.2), the point at which OpenSSH starts a new key exchange
/// too. Ours must not come much earlier: russh gives up when more than two windows of data are
/// under way while an exchange that it began itself is open.
const REKEY_BYTES: usize = 1 << 36;

/// No exchange is begun for time alone unless `RekeyLimit` says so.
const REKEY_TIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The least that a server is given to look up a key, perhaps in a directory far away.
const LOOK_UP: Duration = Duration::from_secs(10);

/// The pause between two tries (`ssh_config(5)`, `ConnectionAttempts`).
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// Anything SSH can run over.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for S {}

/// A stream to the server, and the address that answered where there is one.
pub(crate) struct Line {
    pub(crate) stream: Box<dyn ByteStream>,
    pub(crate) address: Option<SocketAddr>,
    /// What has become of the command that is this stream, if one is.
    pub(crate) command: Option<Fate>,
}

/// What a connection is for, which says how much a server may send on one channel before it must wait for us. On a slow
/// line that much is in the server's memory, and on its way when Ctrl-C is pressed; on a long one no more than that comes
/// in a round trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A terminal, whose user waits for what a key does.
    Keys,
    /// Many channels beside each other.
    Tunnels,
    /// One stream of bytes.
    Bulk,
}

impl Purpose {
    fn window_bytes(self) -> u32 {
        let mebibytes = match self {
            Self::Keys => 1,
            Self::Tunnels => 16,
            Self::Bulk => 64,
        };
        mebibytes << 20
    }
}

/// How to talk to one server.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    /// `host:port` as messages name it.
    pub(crate) place: String,
    /// How long the network may take from the first packet to the shown host key.
    pub(crate) timeout: Duration,
    pub(crate) wishes: Wishes,
    /// Types of host key on record, offered first.
    pub(crate) recorded: Vec<Algorithm>,
    /// Whether host certificates are asked for, because an authority is on record.
    pub(crate) authorities: bool,
    /// Silence after which the server is asked for a sign of life; zero for never.
    pub(crate) keepalive: Duration,
    /// Unanswered questions after which the line is dead.
    pub(crate) keepalive_max: usize,
    /// `RekeyLimit`: bytes and time.
    pub(crate) rekey: (Option<usize>, Option<Duration>),
    pub(crate) purpose: Purpose,
}

/// An encrypted connection, not yet logged in.
pub(crate) struct Connection {
    pub(crate) handle: Handle<Client>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) place: String,
    /// How long the server may take for an answer that no person has a part in.
    pub(crate) patience: Duration,
}

/// Opens the stream to `host`, directly or through `proxy`. Only a server that is not reached directly is tried again.
pub(crate) async fn line(
    host: &str,
    port: u16,
    path: &Path,
    proxy: Option<&Proxy>,
    manner: &Manner,
) -> Result<Line, Error> {
    let mut left = path.tries;
    loop {
        left = left.saturating_sub(1);
        match try_line(host, port, path, proxy, manner).await {
            Err(cause @ (Error::Dial { .. } | Error::Timeout { .. })) if left > 0 => {
                log::info!("{}; trying again", cause.plain());
                sleep(BETWEEN_TRIES).await;
            }
            outcome => return outcome,
        }
    }
}

async fn try_line(
    host: &str,
    port: u16,
    path: &Path,
    proxy: Option<&Proxy>,
    manner: &Manner,
) -> Result<Line, Error> {
    let deadline = Instant::now() + manner.timeout;
    let opened = async {
        match proxy {
            Some(proxy) => proxy.open(host, port, path, &manner.place).await,
            None => {
                let (socket, address) = dial::dial(host, port, path)
                    .await
                    .map_err(|source| Error::Dial { place: manner.place.clone(), source })?;
                direct(socket, address)
                    .map_err(|source| Error::Dial { place: manner.place.clone(), source })
            }
        }
    };
    timeout_at(deadline, opened)
        .await
        .unwrap_or_else(|_| Err(manner.no_answer(proxy.and_then(Proxy::server))))
}

fn direct(socket: tokio::net::TcpStream, address: SocketAddr) -> std::io::Result<Line> {
    let stream = stream::Buffered::new(socket)?;
    Ok(Line { stream: Box::new(stream), address: Some(address), command: None })
}

/// Exchanges versions and keys, and asks `check` about the host key.
///
/// # Errors
/// Among others whatever `check` says.
pub(crate) async fn handshake(
    line: Line,
    manner: &Manner,
    check: HostKeyCheck,
) -> Result<Connection, Error> {
    let shared = Arc::new(Shared::default());
    let key_shown = Arc::new(Notify::new());
    let client = Client::new(Arc::clone(&shared), check, Arc::clone(&key_shown));
    // A line that takes nothing is as dead as one that answers nothing, and after the same time.
    let Line { stream, command, .. } = line;
    let watched = Watched::new(stream, manner.keepalive, manner.keepalive_max);
    let (stream, heard) = Greeted::new(watched);
    let exchange = client::connect_stream(Arc::new(manner.config()), stream, client);
    tokio::pin!(exchange);
    let mut deadline = Instant::now() + manner.timeout;
    let mut shown = false;
    loop {
        tokio::select! {
            biased;
            outcome = &mut exchange => {
                let handle = outcome.map_err(|cause| manner.explain(cause, &heard, command.as_ref()))?;
                let (place, patience) = (manner.place.clone(), manner.timeout.max(LOOK_UP));
                return Ok(Connection { handle, shared, place, patience });
            }
            // The question about the key takes as long as the user does; the network has
            // its time again afterwards.
            () = key_shown.notified(), if !shown => {
                shown = true;
                deadline = Instant::now() + manner.timeout;
            }
            () = sleep_until(deadline) => {
                return Err(manner.unfinished(&heard));
            }
        }
    }
}

impl Manner {
    fn config(&self) -> client::Config {
        let (bytes, time) = self.rekey;
        let bytes = bytes.unwrap_or(REKEY_BYTES);
        client::Config {
            client_id: SshId::Standard(concat!("SSH-2.0-sshc_", env!("CARGO_PKG_VERSION")).into()),
            limits: Limits {
                rekey_write_limit: bytes,
                rekey_read_limit: bytes,
                rekey_time_limit: time.unwrap_or(REKEY_TIME),
            },
            window_size: self.purpose.window_bytes(),
            maximum_packet_size: PACKET_BYTES,
            preferred: algorithms::offered(&self.wishes, &self.recorded, self.authorities),
            keepalive_interval: (!self.keepalive.is_zero()).then_some(self.keepalive),
            keepalive_max: self.unanswered(),
            ..client::Config::default()
        }
    }

    /// russh gives up one interval after so many unanswered questions; the last of ours would be
    /// asked only to wait for that. Zero is for never.
    fn unanswered(&self) -> usize {
        match self.keepalive_max {
            0 => 0,
            most => (most - 1).max(1),
        }
    }

    /// Nobody answered: the proxy if there is one, or the server itself.
    fn no_answer(&self, proxy: Option<&Server>) -> Error {
        let Some(server) = proxy else { return self.overdue("no answer from that address") };
        let (place, proxy) = (self.place.clone(), server.shown());
        Error::ProxyTimeout { place, proxy, patience: self.timeout }
    }

    fn overdue(&self, waited_for: &'static str) -> Error {
        Error::Timeout { place: self.place.clone(), waited_for, patience: self.timeout }
    }

    /// What was waited for in vain, by what was heard.
    fn unfinished(&self, heard: &Heard) -> Error {
        match heard.stranger() {
            Some(stranger) => self.no_version(stranger),
            None if heard.is_nothing() => self.no_version(Stranger::silent(self.timeout)),
            None => self.overdue("the server did not finish the key exchange"),
        }
    }

    /// russh's account of a failed handshake, with the place named; ours is left as it is.
    fn explain(&self, cause: Error, heard: &Heard, command: Option<&Fate>) -> Error {
        let place = self.place.clone();
        match (cause, heard.stranger(), command.and_then(Fate::ended)) {
            (Error::Protocol(_), Some(stranger), _) => self.no_version(stranger),
            (Error::Protocol(_), None, Some((command, fate))) => {
                Error::ProxyCommand { place, command: command.to_owned(), fate }
            }
            (cause @ Error::Protocol(_), None, None) => {
                Error::Handshake { place, reason: cause.plain() }
            }
            (ours, ..) => ours,
        }
    }

    fn no_version(&self, Stranger { reason, hint }: Stranger) -> Error {
        Error::NoVersion { place: self.place.clone(), reason, hint }
    }
}
