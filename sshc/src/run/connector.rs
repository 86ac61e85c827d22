//! Connects hop by hop to the server, each hop with its own host key and login.

use std::io::{self, IsTerminal as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use contract::shown;
use russh::MethodKind;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::host_keys;
use crate::Error;
use crate::antispoof::ServerFrame;
use crate::ask::{self, Asker};
use crate::auth::{self, Candidate, KeyRetry, Keyring, Login};
use crate::client::{End, ProgressObserver, Shared, ShowBanner};
use crate::connect::{self, ConnectOptions, Connection, Proxy, Transport};
use crate::error::ProxyFailure;
use crate::forward::LiveConnection;
use crate::host_key_policy::{LearnedHostKey, Verifier};
use crate::notices;
use crate::plan::{Credentials, Hop, Plan};

/// How often to ask for a user name, as for a password.
const NAME_PROMPTS: u32 = 3;

/// In how many turns the longest silence of a server is counted.
const SILENT_TURNS: u32 = 4;

/// How many banners of one server are shown.
const BANNERS_SHOWN: u32 = 16;

/// What is needed to connect again without repeating a question.
pub(super) struct Connector<'a> {
    plan: &'a Plan,
    asker: Arc<Asker>,
    /// For jump hosts: without the password file, which is for the destination only.
    asker_on_the_way: Arc<Asker>,
    /// The jump hosts, then the destination.
    stages: Vec<Stage<'a>>,
    /// Connections that a failed attempt has made; the next attempt continues from the last one.
    passed: Vec<Connection>,
    /// The hop that was tried last.
    position: usize,
    /// A connection to the first server that was made for us.
    begun: Option<(TcpStream, SocketAddr)>,
}

/// The time limits of one attempt of `--wait`:
#[derive(Clone, Copy, Debug)]
pub(super) struct AttemptLimits {
    /// for an address to answer,
    pub(super) dial: Duration,
    /// for a server to send its first byte,
    pub(super) version: Duration,
    /// and for the server to finish the handshake.
    pub(super) handshake: Duration,
    /// Until when to offer refused keys again on the same connection.
    pub(super) keys_until: Instant,
}

/// A hop, and what we have to log in there.
struct Stage<'a> {
    hop: &'a Hop,
    /// `None` until the user has named it.
    user: Option<String>,
    /// The named keys; once unlocked they stay so.
    keys: Vec<Candidate>,
    /// Why other keys cannot be offered.
    unusable: Vec<String>,
    /// It includes its password once that was asked for.
    proxy: Option<Proxy>,
    met: Arc<LearnedHostKey>,
    /// Whether the last login needed only keys. If keys no longer suffice, the login fails without
    /// a password prompt: no user expects one at that moment.
    keys_sufficed: bool,
}

impl<'a> Connector<'a> {
    /// Reads the keys of all hops.
    ///
    /// # Errors
    /// When a named key cannot be read.
    pub(super) fn new(plan: &'a Plan, asker: Asker) -> Result<Self, Error> {
        let stage = |hop: &'a Hop| {
            let (keys, unusable) = candidates(&hop.credentials)?;
            let (user, proxy) = (hop.user.clone(), hop.proxy.clone());
            let (met, keys_sufficed) = (Arc::default(), false);
            Ok(Stage { hop, user, keys, unusable, proxy, met, keys_sufficed })
        };
        let stages = plan.route.iter().map(stage).collect::<Result<_, Error>>()?;
        let asker_on_the_way = Arc::new(Asker { password_file: None, ..asker.clone() });
        let (asker, passed, position) = (Arc::new(asker), Vec::new(), 0);
        Ok(Self { plan, asker, asker_on_the_way, stages, passed, position, begun: None })
    }

    /// Gives it a connection to the first server, for the first attempt.
    pub(super) fn begin_with(&mut self, connection: Option<(TcpStream, SocketAddr)>) {
        self.begun = connection;
    }

    /// Asks for the passphrases of the keys that are certain to be offered.
    ///
    /// # Errors
    /// When no user can be asked, or a passphrase is wrong.
    pub(super) async fn ask_ahead(&mut self) -> Result<(), Error> {
        for stage in &mut self.stages {
            let is_named = stage.hop.credentials.names_keys();
            let wants_keys = stage.hop.credentials.methods.contains(&MethodKind::PublicKey);
            if !wants_keys || !is_named && stage.keys.len() != 1 {
                continue;
            }
            let held = Keyring::new(stage.hop.credentials.agent.clone()).keys().await;
            for key in &mut stage.keys {
                key.unlock(&held, &self.asker)?;
            }
        }
        Ok(())
    }

    /// The number of servers on the route, including the destination.
    pub(super) fn hops(&self) -> usize {
        self.stages.len()
    }

    /// The position of the hop that was tried last.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Connects to the destination, hop by hop.
    ///
    /// # Errors
    /// The first hop that fails, and why.
    pub(super) async fn go(&mut self) -> Result<LiveConnection, Error> {
        self.passed.clear();
        self.connect_all(None).await
    }

    /// Connects again, from the last hop whose connection still holds.
    ///
    /// # Errors
    /// The first hop that fails, and why.
    pub(super) async fn attempt(&mut self, limits: AttemptLimits) -> Result<LiveConnection, Error> {
        let stands = |connection: &Connection| connection.shared.end().is_none();
        self.passed.truncate(self.passed.iter().take_while(|it| stands(it)).count());
        self.connect_all(Some(limits)).await
    }

    async fn connect_all(
        &mut self,
        limits: Option<AttemptLimits>,
    ) -> Result<LiveConnection, Error> {
        let count = self.stages.len();
        for (position, stage) in self.stages.iter_mut().enumerate().skip(self.passed.len()) {
            self.position = position;
            let is_goal = position + 1 == count;
            let asker = if is_goal { &self.asker } else { &self.asker_on_the_way };
            let from = match self.passed.last() {
                Some(before) => Start::Hop(before),
                None => Start::Here(self.begun.take()),
            };
            let connection = stage.reach(self.plan, from, asker, is_goal, limits).await?;
            self.passed.push(connection);
        }
        let mut passed = std::mem::take(&mut self.passed);
        let goal = passed.pop().ok_or(Error::NoDestination("the route is empty"))?;
        Ok(LiveConnection::new(goal, passed))
    }

    /// The record of the destination, if the server may name further host keys of its own
    /// (`UpdateHostKeys`).
    pub(super) fn record_to_update(&self) -> Option<host_keys::Record> {
        let goal = self.stages.last()?;
        let may = goal.hop.policy.update && goal.met.is_trusted();
        let user = goal.user.as_ref().filter(|_| may)?;
        let address = goal.met.address();
        Some(host_keys::Record { hop: goal.hop.clone(), user: user.clone(), address })
    }

    /// The destination, as in messages.
    pub(super) fn place(&self) -> String {
        self.stages.last().map(|goal| goal.hop.place()).unwrap_or_default()
    }
}

/// Where the connection to a hop begins.
enum Start<'a> {
    /// At this computer, which may have connected already.
    Here(Option<(TcpStream, SocketAddr)>),
    /// At the previous hop.
    Hop(&'a Connection),
}

impl Stage<'_> {
    /// Connects to this hop, and logs in.
    async fn reach(
        &mut self,
        plan: &Plan,
        from: Start<'_>,
        asker: &Arc<Asker>,
        is_goal: bool,
        limits: Option<AttemptLimits>,
    ) -> Result<Connection, Error> {
        let Self { hop, user, keys, unusable, proxy, met, keys_sufficed } = self;
        let user = match user {
            Some(user) => user,
            None => user.insert(name(hop, asker, is_goal)?),
        };
        let certificates = hop.credentials.certificates.iter().map(|path| auth::certificate(path));
        let certificates: Vec<_> = certificates.collect::<Result<_, _>>()?;
        let verifier = Verifier::new(&hop.policy, user, &hop.host, hop.port, asker, met)?;
        let options = options(plan, hop, limits);
        log::info!("connecting to {}", options.place);
        let through = if let Start::Hop(before) = &from { Some(*before) } else { None };
        let transport = match from {
            Start::Here(Some((socket, address))) => {
                log::info!("using the connection to {address} that the calling sshc has made");
                connect::direct(socket, address)
                    .map_err(|source| Error::Dial { place: options.place.clone(), source })?
            }
            Start::Here(None) => {
                complete(proxy.as_mut(), asker)?;
                connect::open_transport(&hop.host, hop.port, &hop.dial, proxy.as_ref(), &options)
                    .await?
            }
            Start::Hop(before) => transport_through(before, hop, &options).await?,
        };
        let algorithms = &options.transport.algorithms;
        let host_keys = verifier.reached(transport.address, algorithms)?;
        let mut connection = connect::handshake(transport, &options, host_keys).await?;
        if let Some(before) = through {
            tokio::spawn(end_with(Arc::clone(&before.shared), Arc::clone(&connection.shared)));
        }
        log::info!("the host key of {} is accepted", options.place);
        warn_of_weak_crypto(plan, hop, &connection);
        let mut methods = hop.credentials.methods.clone();
        if *keys_sufficed && asker.password_file.is_none() {
            methods.retain(|method| *method == MethodKind::PublicKey);
        }
        let is_named = hop.credentials.names_keys();
        let key_retry = limits.map(|limits| KeyRetry { until: limits.keys_until, named: is_named });
        let login = Login {
            user,
            named: keys,
            unusable,
            certificates: &certificates,
            keyring: Keyring::new(hop.credentials.agent.clone()),
            // The server counts each refused key against us.
            identities_only: hop.credentials.identities_only || limits.is_some() && is_named,
            add_to_agent: hop.credentials.add_to_agent,
            methods,
            password_prompts: hop.credentials.password_prompts,
            devices: hop.credentials.devices.as_deref(),
            accepted: &hop.credentials.accepted,
            host_binding: hop.credentials.host_binding,
            key_retry,
            only_asks: false,
            keys_first: hop.credentials.keys_first,
            proof_required: plan.proof_required,
            quiet: plan.quiet,
            asker,
        };
        let audience = BannerAudience { quiet: plan.quiet, in_scripts: plan.verbosity > 0 };
        connection.shared.show_banners(banners(audience, user, &options.place));
        *keys_sufficed = auth::log_in(&mut connection, login).await?;
        if let Some(limit) = options.transport.silence_limit() {
            tokio::spawn(end_when_silent(Arc::clone(&connection.shared), limit));
        }
        log::info!("logged in to {} as {}", options.place, shown(user));
        Ok(connection)
    }
}

/// Asks for the user name at a hop.
fn name(hop: &Hop, asker: &Asker, is_goal: bool) -> Result<String, Error> {
    let local = &hop.local_user;
    let (question, option) = if is_goal && !local.is_empty() {
        (format!("login as [{}]: ", shown(local)), "user@host or --user")
    } else if is_goal {
        ("login as: ".to_owned(), "user@host or --user")
    } else {
        (format!("login to {} as: ", hop.place()), "user@host")
    };
    for _ in 0..NAME_PROMPTS {
        let name = asker.shown(question.as_str(), Some(option))?;
        let name = Some(name.trim()).filter(|name| !name.is_empty()).unwrap_or(local);
        if !name.is_empty() {
            return Ok(name.to_owned());
        }
    }
    Err(Error::Ask(format!("no user was named; use {option}")))
}

/// Ends a connection together with the one that carries it: by itself it would notice only at its
/// next keepalive.
async fn end_with(before: Arc<Shared>, through: Arc<Shared>) {
    through.finish(before.wait_for_end().await);
}

/// Ends a connection on which nothing has come for this long. It counts turns of its own: a clock
/// that was set, or time in which this program was not run, is not the server's silence.
async fn end_when_silent(shared: Arc<Shared>, limit: Duration) {
    let (mut received, mut silent_turns) = (shared.received(), 0);
    while silent_turns < SILENT_TURNS {
        tokio::select! {
            _ = shared.wait_for_end() => return,
            () = sleep(limit / SILENT_TURNS) => {}
        }
        let now = shared.received();
        silent_turns = if now == received { silent_turns + 1 } else { 0 };
        received = now;
    }
    let reason = Error::from(russh::Error::KeepaliveTimeout).plain();
    shared.finish(End { reason, is_disconnect: false });
}

/// Warns of a key exchange that is not post-quantum. As with ssh, not of one that the user chose.
fn warn_of_weak_crypto(plan: &Plan, hop: &Hop, connection: &Connection) {
    let Some(classical) = &connection.classical else { return };
    log::info!("{}", classical.note(&connection.place));
    let is_chosen = hop.transport.algorithms.key_exchanges.is_some();
    if hop.warns_of_weak_crypto && !is_chosen && classical.is_the_servers_best() {
        notices::tell(plan.quiet, &classical.warning(&connection.place));
    }
}

/// Whether a banner is shown, and where.
#[derive(Clone, Copy)]
struct BannerAudience {
    quiet: bool,
    /// Whether it is also for scripts, as with `-v`.
    in_scripts: bool,
}

/// Shows banners before any question is asked, up to [`BANNERS_SHOWN`] of one server.
fn banners(audience: BannerAudience, user: &str, place: &str) -> ShowBanner {
    let mut left = BANNERS_SHOWN;
    let (user, place) = (user.to_owned(), place.to_owned());
    Box::new(move |banner| {
        if left > 0 && !banner.trim().is_empty() {
            left -= 1;
            let said = ServerFrame::new(&user, &place).says(banner);
            if audience.in_scripts && !io::stderr().is_terminal() {
                notices::say(&format!("{}\n", said.trim_end()));
            } else {
                notices::tell(audience.quiet, said.trim_end());
            }
        }
    })
}

pub(super) fn options(plan: &Plan, hop: &Hop, limits: Option<AttemptLimits>) -> ConnectOptions {
    let mut transport = hop.transport.clone();
    let (mut dial_timeout, mut version_timeout) = (transport.timeout, transport.timeout);
    if let Some(limits) = limits {
        transport.timeout = transport.timeout.min(limits.handshake);
        dial_timeout = dial_timeout.min(limits.dial);
        version_timeout = transport.timeout.min(limits.version);
    }
    ConnectOptions {
        place: hop.place(),
        transport,
        dial_timeout,
        version_timeout,
        purpose: plan.purpose(),
        observer: ProgressObserver::default(),
    }
}

/// Asks for the password of a proxy that needs one.
pub(super) fn complete(proxy: Option<&mut Proxy>, asker: &Asker) -> Result<(), Error> {
    if let Some(server) = proxy.and_then(Proxy::server_mut)
        && let Some(user) = server.wants_password_of()
    {
        let question = format!("Password of {} for the proxy: ", shown(user));
        let password = asker.hidden(question.as_str(), "SSH_ASKPASS")?;
        server.set_password(ask::text(&password)?);
    }
    Ok(())
}

/// A stream to the next hop, opened by the previous one.
async fn transport_through(
    before: &Connection,
    hop: &Hop,
    options: &ConnectOptions,
) -> Result<Transport, Error> {
    let opened =
        before.handle.channel_open_direct_tcpip(&hop.host, u32::from(hop.port), "127.0.0.1", 0);
    let failed = |reason: String| Error::Proxy {
        place: options.place.clone(),
        reason: ProxyFailure::Other(reason),
    };
    let channel = match timeout(options.transport.timeout, opened).await {
        Ok(Ok(channel)) => channel,
        Ok(Err(cause @ russh::Error::ChannelOpenFailure(_))) => {
            let said = before.shared.explain(cause);
            return Err(failed(format!("{} could not connect to it: {said}", before.place)));
        }
        Ok(Err(cause)) => return Err(failed(Error::from(cause).plain())),
        Err(_) => {
            // The jump host may be gone without notice: the next attempt connects to it again.
            let reason = format!("{} did not answer", before.place);
            before.shared.finish(End { reason: reason.clone(), is_disconnect: false });
            return Err(failed(reason));
        }
    };
    // This channel is read as a stream: its inbox is never emptied.
    before.shared.forget(channel.id());
    let stream = Box::new(channel.into_stream());
    Ok(Transport { stream, address: None, near: None, command: None })
}

/// The keys to offer, and why others cannot be used. An unusable key that was not named on the
/// command line must not prevent the login with others.
pub(super) fn candidates(
    credentials: &Credentials,
) -> Result<(Vec<Candidate>, Vec<String>), Error> {
    let keys = credentials.keys.iter().map(|path| Candidate::read(path));
    let mut keys = keys.collect::<Result<Vec<_>, _>>()?;
    let mut unusable = Vec::new();
    for path in &credentials.other_keys {
        match Candidate::read_if_there(path) {
            Ok(key) => keys.extend(key),
            Err(cause) => {
                log::info!("{}", cause.plain());
                unusable.push(cause.plain());
            }
        }
    }
    Ok((keys, unusable))
}
