//! From a host and a port to an encrypted connection whose host key has been judged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{self, Handle};
use russh::keys::ssh_key::Algorithm;
use russh::{Limits, SshId};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::Error;
use crate::client::{Client, HostKeyCheck, ProgressObserver, Shared};
use crate::defaults;
use crate::reason::Reason;
use version_exchange::{NotSsh, ReceivedSoFar, VersionExchange};

pub(crate) mod algorithms;
mod dial;
mod interface;
mod kexinit;
mod post_quantum;
pub(crate) mod proxy;
mod quickack;
mod stall_guard;
mod stream;
pub(crate) mod tls;
mod version_exchange;

pub(crate) use algorithms::AlgorithmPreferences;
pub(crate) use dial::{DialOptions, Family, no_address};
pub(crate) use post_quantum::Classical;
use proxy::CommandStatus;
pub(crate) use proxy::{Proxy, Server};
use stall_guard::StallGuard;

/// Anything SSH can run over.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for S {}

/// A stream to the server, and the address that answered if there is one.
pub(crate) struct Transport {
    pub(crate) stream: Box<dyn ByteStream>,
    pub(crate) address: Option<SocketAddr>,
    /// Our own address on it, if there is one.
    pub(crate) near: Option<SocketAddr>,
    /// The state of the command that provides the stream, if one does.
    pub(crate) command: Option<CommandStatus>,
}

/// What a connection is for. This decides how much a server may send on one channel before it must
/// wait for us. On a slow connection that much may be in flight when Ctrl-C is pressed; with a long
/// round trip, no more than that arrives in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A terminal, whose user waits for the effect of a key.
    Interactive,
    /// Many channels in parallel.
    Tunnels,
    /// One stream of bytes.
    Bulk,
}

impl Purpose {
    fn window_bytes(self) -> u32 {
        match self {
            Self::Interactive => defaults::INTERACTIVE_WINDOW_BYTES,
            Self::Tunnels => defaults::TUNNEL_WINDOW_BYTES,
            Self::Bulk => defaults::BULK_WINDOW_BYTES,
        }
    }
}

/// The user's settings for the transport layer.
#[derive(Clone, Debug)]
pub(crate) struct TransportSettings {
    /// How long the network may take from the first packet until the server shows its host key.
    pub(crate) timeout: Duration,
    /// The length of silence before a keepalive is sent; zero for never.
    pub(crate) keepalive: Duration,
    /// The number of unanswered keepalives after which the connection is lost; with 0, as with ssh,
    /// silence ends it without one.
    pub(crate) keepalive_max: usize,
    /// `RekeyLimit`, in bytes in one direction.
    pub(crate) rekey_bytes: usize,
    /// `RekeyLimit`, as a time.
    pub(crate) rekey_time: Duration,
    /// The settings for compression, ciphers, key exchanges, MACs and types of host key.
    pub(crate) algorithms: AlgorithmPreferences,
}

impl TransportSettings {
    /// How long a server may be silent, if keepalives are not to ask it first.
    pub(crate) fn silence_limit(&self) -> Option<Duration> {
        (self.keepalive_max == 0 && !self.keepalive.is_zero()).then_some(self.keepalive)
    }
}

/// How to connect to one server.
#[derive(Clone, Debug)]
pub(crate) struct ConnectOptions {
    /// `host:port` as messages name it.
    pub(crate) place: String,
    pub(crate) transport: TransportSettings,
    /// How long the server's address, or the proxy, may take to answer, within the total timeout.
    pub(crate) dial_timeout: Duration,
    /// How long the server may stay silent, within the total timeout.
    pub(crate) version_timeout: Duration,
    pub(crate) purpose: Purpose,
    /// Receives reports of the progress.
    pub(crate) observer: ProgressObserver,
}

/// What is known about a server's host keys once it answers.
pub(crate) struct HostKeys {
    /// The types of host key on record, which are offered first.
    pub(crate) recorded: Vec<Algorithm>,
    /// Whether to ask for host certificates, because an authority is on record.
    pub(crate) authorities: bool,
    /// Judges the key that the server shows.
    pub(crate) check: HostKeyCheck,
}

/// An encrypted connection before the login.
pub(crate) struct Connection {
    pub(crate) handle: Handle<Client>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) place: String,
    /// How long the server may take for an answer that needs no person.
    pub(crate) time_limit: Duration,
    /// Whether the server is Microsoft's OpenSSH, on Windows.
    pub(crate) is_windows: bool,
    /// Whether the server knows `publickey-hostbound-v00@openssh.com`.
    pub(crate) knows_host_binding: bool,
    /// The key exchange, if it is not post-quantum.
    pub(crate) classical: Option<Classical>,
}

/// Opens the stream to `host`, directly or through `proxy`. Repeats the attempt only if the
/// connection failed or timed out.
pub(crate) async fn open_transport(
    host: &str,
    port: u16,
    dial: &DialOptions,
    proxy: Option<&Proxy>,
    options: &ConnectOptions,
) -> Result<Transport, Error> {
    let Some(proxy) = proxy else {
        let (place, time_limit) = (&options.place, options.dial_timeout);
        let (socket, address) = open_socket(host, port, dial, place, time_limit).await?;
        return direct(socket, address)
            .map_err(|source| Error::Dial { place: place.clone(), source });
    };
    persist(dial.tries, async || {
        let opened = proxy.open(host, port, dial, &options.place);
        let opened = timeout(options.dial_timeout, opened).await;
        opened.unwrap_or_else(|_| Err(options.no_answer(proxy.server())))
    })
    .await
}

/// Connects to `host` directly. Repeats the attempt if it failed or took longer than `time_limit`.
///
/// # Errors
/// That of the last attempt, about this place.
pub(crate) async fn open_socket(
    host: &str,
    port: u16,
    dial: &DialOptions,
    place: &str,
    time_limit: Duration,
) -> Result<(TcpStream, SocketAddr), Error> {
    persist(dial.tries, async || match timeout(time_limit, dial::dial(host, port, dial)).await {
        Ok(Ok(opened)) => Ok(opened),
        Ok(Err(source)) => Err(Error::Dial { place: place.to_owned(), source }),
        Err(_) => Err(no_answer(place, time_limit)),
    })
    .await
}

async fn persist<T>(
    tries: u32,
    mut attempt: impl AsyncFnMut() -> Result<T, Error>,
) -> Result<T, Error> {
    let mut left = tries;
    loop {
        left = left.saturating_sub(1);
        match attempt().await {
            Err(cause @ (Error::Dial { .. } | Error::Timeout { .. })) if left > 0 => {
                log::info!("{}; trying again", cause.plain());
                sleep(defaults::ATTEMPT_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

/// The error for an address that did not answer.
fn no_answer(place: &str, time_limit: Duration) -> Error {
    let (code, waited_for) = (Reason::NoAnswer, "no answer from that address");
    Error::Timeout { code, place: place.to_owned(), waited_for, time_limit }
}

/// The addresses of `host` that may be tried.
///
/// # Errors
/// When the name does not resolve, or has no such address.
pub(crate) async fn resolve(
    host: &str,
    port: u16,
    dial: &DialOptions,
    options: &ConnectOptions,
) -> Result<Vec<SocketAddr>, Error> {
    let place = || options.place.clone();
    match timeout(options.dial_timeout, dial::resolve(host, port, dial)).await {
        Ok(found) => found.map_err(|source| Error::Dial { place: place(), source }),
        Err(_) => Err(Error::Dial { place: place(), source: dial::no_name() }),
    }
}

/// Opens the stream to the first of these addresses that answers.
///
/// # Errors
/// The error of the last one that failed, or that none answered in time.
pub(crate) async fn open_to(
    addresses: Vec<SocketAddr>,
    dial: &DialOptions,
    options: &ConnectOptions,
) -> Result<Transport, Error> {
    let failed = |source| Error::Dial { place: options.place.clone(), source };
    let reached = timeout(options.dial_timeout, dial::reach(addresses, dial)).await;
    let (socket, address) = reached.map_err(|_| options.no_answer(None))?.map_err(failed)?;
    direct(socket, address).map_err(failed)
}

/// Whether anything answers there, even with a refusal.
pub(crate) async fn answers(
    host: &str,
    port: u16,
    dial: &DialOptions,
    time_limit: Duration,
) -> bool {
    match timeout(time_limit, dial::dial(host, port, dial)).await {
        Ok(outcome) => match outcome {
            Ok(_) => true,
            Err(cause) => cause.kind() == std::io::ErrorKind::ConnectionRefused,
        },
        Err(_) => false,
    }
}

/// The stream over a socket that is connected to this address.
///
/// # Errors
/// When its options cannot be set.
pub(crate) fn direct(socket: TcpStream, address: SocketAddr) -> std::io::Result<Transport> {
    let near = socket.local_addr().ok();
    let stream = stream::Buffered::new(socket)?;
    Ok(Transport { stream: Box::new(stream), address: Some(address), near, command: None })
}

/// Exchanges versions and keys, and has the host key judged.
///
/// # Errors
/// Among others, that the host key is not accepted.
pub(crate) async fn handshake(
    line: Transport,
    options: &ConnectOptions,
    host_keys: HostKeys,
) -> Result<Connection, Error> {
    let config = Arc::new(options.config(&host_keys));
    let check = host_keys.check;
    let shared = Arc::new(Shared::default());
    shared.begin(line.near.zip(line.address));
    let key_shown = Arc::new(Notify::new());
    let client =
        Client::new(Arc::clone(&shared), check, Arc::clone(&key_shown), options.observer.clone());
    // A connection that accepts no bytes is as dead as one without answers, after the same time.
    let Transport { stream, command, .. } = line;
    let guarded = StallGuard::new(
        stream,
        options.transport.keepalive,
        options.transport.keepalive_max,
        Arc::clone(&shared),
    );
    let (stream, received) = VersionExchange::new(guarded, options.observer.clone());
    let exchange = client::connect_stream(config, stream, client);
    tokio::pin!(exchange);
    let begun = Instant::now();
    let mut deadline = begun + options.version_timeout;
    let mut shown = false;
    loop {
        tokio::select! {
            biased;
            outcome = &mut exchange => {
                let handle = outcome.map_err(|cause| match shared.end() {
                    Some(end) if end.is_disconnect => Error::hung_up(options.place.clone(), &end),
                    _ => options.explain(cause, &received, command.as_ref()),
                })?;
                let (place, time_limit) = (options.place.clone(), options.transport.timeout.max(defaults::KEY_LOOKUP));
                let classical = Classical::of(&shared.key_exchange(), &received.key_exchanges());
                return Ok(Connection {
                    handle,
                    shared,
                    place,
                    time_limit,
                    is_windows: received.is_windows(),
                    knows_host_binding: received.knows_host_binding(),
                    classical,
                });
            }
            // The question about the key takes as long as the user needs; afterwards the network
            // gets its full time again.
            () = key_shown.notified(), if !shown => {
                shown = true;
                deadline = Instant::now() + options.transport.timeout;
            }
            () = sleep_until(deadline) => {
                let last = begun + options.transport.timeout;
                if deadline < last && !received.is_nothing() {
                    deadline = last;
                    continue;
                }
                return Err(options.unfinished(&received));
            }
        }
    }
}

impl ConnectOptions {
    fn config(&self, host_keys: &HostKeys) -> client::Config {
        let TransportSettings { keepalive, rekey_bytes, rekey_time, algorithms, .. } =
            &self.transport;
        client::Config {
            client_id: SshId::Standard(concat!("SSH-2.0-sshc_", env!("CARGO_PKG_VERSION")).into()),
            limits: Limits {
                rekey_write_limit: *rekey_bytes,
                rekey_read_limit: *rekey_bytes,
                rekey_time_limit: *rekey_time,
            },
            window_size: self.purpose.window_bytes(),
            maximum_packet_size: defaults::PACKET_BYTES,
            preferred: algorithms::offered(algorithms, &host_keys.recorded, host_keys.authorities),
            keepalive_interval: (!keepalive.is_zero() && self.transport.keepalive_max > 0)
                .then_some(*keepalive),
            keepalive_max: self.unanswered(),
            ..client::Config::default()
        }
    }

    /// How many unanswered keepalives russh allows. It gives up one interval after the last one, so
    /// it needs one fewer: ours would send a last one only to wait for that.
    fn unanswered(&self) -> usize {
        self.transport.keepalive_max.saturating_sub(1).max(1)
    }

    /// The error for no answer: from the proxy if there is one, or from the server itself.
    fn no_answer(&self, proxy: Option<&Server>) -> Error {
        let Some(server) = proxy else { return no_answer(&self.place, self.dial_timeout) };
        let (place, proxy) = (self.place.clone(), server.shown());
        Error::ProxyTimeout { place, proxy, time_limit: self.dial_timeout }
    }

    /// Chooses the timeout error from what the server has sent so far.
    fn unfinished(&self, received: &ReceivedSoFar) -> Error {
        match received.not_ssh() {
            Some(not_ssh) => self.no_version(not_ssh),
            None if received.is_nothing() => self.no_version(NotSsh::silent(self.version_timeout)),
            None => Error::Timeout {
                code: Reason::KeyExchange,
                place: self.place.clone(),
                waited_for: "the server did not finish the key exchange",
                time_limit: self.transport.timeout,
            },
        }
    }

    /// Adds the place to russh's error for a failed handshake; leaves our own errors unchanged.
    fn explain(
        &self,
        cause: Error,
        received: &ReceivedSoFar,
        command: Option<&CommandStatus>,
    ) -> Error {
        let place = self.place.clone();
        match (cause, received.not_ssh(), command.and_then(CommandStatus::ended)) {
            (Error::Protocol(_), Some(not_ssh), _) => self.no_version(not_ssh),
            (Error::Protocol(_), None, Some((command, fate))) => {
                Error::ProxyCommand { place, command: command.to_owned(), fate }
            }
            (Error::Protocol(cause), None, None) => {
                let is_chosen = self.transport.algorithms.is_chosen(&cause);
                Error::handshake(place, &cause, &algorithms::available_to(&cause), is_chosen)
            }
            (ours, ..) => ours,
        }
    }

    fn no_version(&self, NotSsh { code, reason, hint }: NotSsh) -> Error {
        Error::NoVersion { code, place: self.place.clone(), reason, hint }
    }
}
