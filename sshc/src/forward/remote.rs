//! What the server opens: connections of `-R`, and requests to the agent of `-A`.

use std::sync::{Arc, Mutex};

use russh::ChannelOpenFailure;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::relay::{self, closes, relay};
use super::socket::{Socket, connect_unix};
use super::socks::{self, Remote};
use super::spec::{Forward, Goal, Listen};
use super::{Failures, LiveConnection, TrafficCounters};
use crate::Error;
use crate::agent::{self, RelayPolicy};
use crate::channel::Inbox;
use crate::client::link::ChannelWriter;
use crate::client::{Incoming, IncomingKind};
use crate::config::PermittedGoal;
use crate::defaults::{LONGEST_RECONNECT_PAUSE, SHORTEST_RECONNECT_PAUSE};
use crate::destination::host_and_port;
use crate::lock::lock;

/// How many programs on the server may use the agent at once; each takes a descriptor in sshc, and
/// one in the agent.
pub(crate) const MOST_AGENT_CHANNELS: usize = 64;

/// Asks the server to listen, and returns the forward with the port that it chose.
pub(super) async fn request(live: &LiveConnection, forward: &Forward) -> Result<Forward, Error> {
    let outcome = match &forward.listen {
        Listen::Unix(path) => live.handle.listen_unix(path).await.map(|()| forward.clone()),
        Listen::Tcp { port, .. } => {
            live.handle.listen_tcp(wire_address(&forward.listen), *port).await.map(|chosen| {
                match u16::try_from(chosen) {
                    Ok(chosen) if *port == 0 => forward.on_port(chosen),
                    _ => forward.clone(),
                }
            })
        }
    };
    outcome.map_err(|cause| {
        let (reason, hint) = match cause {
            russh::Error::RequestDenied => (
                "the server refused to listen there".into(),
                Some("the port may be in use on the server, or forwarding forbidden there".into()),
            ),
            cause => (Error::from(cause).plain(), None),
        };
        Error::Forward { what: forward.to_string(), reason, hint }
    })
}

/// Asks again and again, while the forward is `expected` and the connection holds: on the server,
/// the lost connection may hold the port until the server notices the loss, too.
pub(super) async fn insist(
    live: LiveConnection,
    forward: Forward,
    expected: Arc<Mutex<Vec<Forward>>>,
) {
    let mut pause = SHORTEST_RECONNECT_PAUSE;
    loop {
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_RECONNECT_PAUSE);
        if live.shared.end().is_some() || !lock(&expected).contains(&forward) {
            return;
        }
        if request(&live, &forward).await.is_ok() {
            return log::info!("forwarding {forward} again");
        }
    }
}

/// Asks the server to stop listening.
pub(super) async fn cancel(live: &LiveConnection, forward: &Forward) {
    let outcome = match &forward.listen {
        Listen::Unix(path) => live.handle.cancel_unix(path).await,
        Listen::Tcp { port, .. } => {
            let address = wire_address(&forward.listen);
            live.handle.cancel_tcp(address, *port).await
        }
    };
    // If this fails, we still refuse the channels that the server opens for this forward.
    if let Err(cause) = outcome {
        log::info!("the server may still listen at {}: {}", forward.listen, Error::from(cause));
    }
}

/// The address as RFC 4254 §7.1 spells it.
fn wire_address(listen: &Listen) -> &str {
    match listen.place() {
        "*" => "",
        place => place,
    }
}

/// Answers the channels that the server opens.
#[derive(Clone)]
pub(crate) struct Answerer {
    pub(super) live: LiveConnection,
    pub(super) traffic: Arc<TrafficCounters>,
    pub(super) failures: Arc<Failures>,
    /// The forwards for which it may open channels.
    pub(super) expected: Arc<Mutex<Vec<Forward>>>,
    /// The agent that its programs may use.
    pub(crate) agent: Option<agent::Choice>,
    /// Where its SOCKS forwards may lead.
    pub(super) permitted: Option<Arc<[PermittedGoal]>>,
}

impl Answerer {
    /// Until the connection ends, connects each channel to its forward's goal or to the agent, and
    /// refuses all others.
    pub(super) async fn answer(self) {
        let mut incoming = self.live.shared.accept_incoming();
        let permits = Arc::new(Semaphore::new(MOST_AGENT_CHANNELS));
        while let Some(call) = incoming.recv().await {
            self.answer_one(call, &permits).await;
        }
    }

    /// Answers one of them. `permits` are for the programs that ask the agent.
    pub(crate) async fn answer_one(&self, call: Incoming, permits: &Arc<Semaphore>) {
        if let (IncomingKind::Agent, Some(choice)) = (&call.kind, &self.agent) {
            match Arc::clone(permits).try_acquire_owned() {
                Ok(permit) => {
                    tokio::spawn(serve_agent(self.live.clone(), choice.clone(), call, permit));
                }
                Err(_) => self.refuse(call, ChannelOpenFailure::ResourceShortage).await,
            }
            return;
        }
        let goal = goal_of(&lock(&self.expected), &call.kind).cloned();
        match goal {
            Some(goal) => drop(tokio::spawn(self.clone().connect(goal, call))),
            None => self.refuse(call, ChannelOpenFailure::AdministrativelyProhibited).await,
        }
    }

    async fn refuse(&self, call: Incoming, why: ChannelOpenFailure) {
        self.live.shared.forget(call.channel.id());
        call.reply.reject(why).await;
    }

    async fn connect(self, goal: Goal, call: Incoming) {
        let Self { live, traffic, .. } = &self;
        let socket: std::io::Result<Arc<dyn Socket>> = match &goal {
            Goal::Tcp { host, port } => tcp(host, *port).await,
            Goal::Unix(path) => connect_unix(path).await,
            Goal::Socks => {
                call.reply.accept().await;
                let writer = call.channel.into_writer();
                return serve_socks(live, traffic, &writer, self.permitted.as_deref()).await;
            }
        };
        match socket {
            Ok(socket) => {
                call.reply.accept().await;
                relay(live, traffic, &call.channel.into_writer(), socket).await;
            }
            Err(cause) => {
                self.failures.local(&goal, &cause);
                self.refuse(call, ChannelOpenFailure::ConnectFailed).await;
            }
        }
    }
}

/// The goal of the forward on which the server got a connection. Several forwards may have one port
/// on different addresses; if only one has the port, the server may spell its address in its own
/// way.
fn goal_of<'a>(expected: &'a [Forward], called: &IncomingKind) -> Option<&'a Goal> {
    let found = expected.iter().filter(|forward| match (called, &forward.listen) {
        (IncomingKind::Tcp { port: called, .. }, Listen::Tcp { port, .. }) => {
            u32::from(*port) == *called
        }
        (IncomingKind::Unix { path: called }, Listen::Unix(path)) => path == called,
        _ => false,
    });
    let is_named = |forward: &&&Forward| match called {
        IncomingKind::Tcp { address, .. } => wire_address(&forward.listen) == address,
        IncomingKind::Unix { .. } | IncomingKind::Agent => true,
    };
    let meant = match found.collect::<Vec<_>>()[..] {
        [only] => Some(only),
        ref several => several.iter().find(is_named).copied(),
    };
    meant.map(|forward| &forward.goal)
}

async fn tcp(host: &str, port: u16) -> std::io::Result<Arc<dyn Socket>> {
    let socket = TcpStream::connect((host, port)).await?;
    socket.set_nodelay(true)?;
    Ok(Arc::new(socket))
}

/// `-R port`: programs on the server name their goal by SOCKS, and we connect from here.
async fn serve_socks(
    live: &LiveConnection,
    traffic: &Arc<TrafficCounters>,
    writer: &ChannelWriter,
    permitted: Option<&[PermittedGoal]>,
) {
    let inbox = live.shared.inbox(writer.id());
    inbox.out.keep(relay::MEMORY_BYTES);
    match wanted(&mut Remote { inbox: &inbox, writer }, permitted).await {
        Ok(socket) => relay(live, traffic, writer, socket).await,
        Err(cause) => {
            log::info!("cannot serve SOCKS to the server: {cause}");
            relay::give_up(live, writer, &inbox).await;
        }
    }
}

/// The connection that a client asks for.
async fn wanted(
    caller: &mut Remote<'_>,
    permitted: Option<&[PermittedGoal]>,
) -> std::io::Result<Arc<dyn Socket>> {
    let request = socks::negotiate(caller).await?;
    let is_permitted = permitted
        .is_none_or(|goals| goals.iter().any(|goal| goal.allows(&request.host, request.port)));
    let socket = if is_permitted {
        tcp(&request.host, request.port).await
    } else {
        let place = host_and_port(&request.host, request.port);
        let why = format!("PermitRemoteOpen does not allow {}", contract::shown(&place));
        Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, why))
    };
    socks::answer(caller, request.version, socket.is_ok()).await?;
    socket
}

/// `-A`: lets a program on the server use our agent, but only to list keys and to sign.
async fn serve_agent(
    live: LiveConnection,
    choice: agent::Choice,
    call: Incoming,
    _permit: OwnedSemaphorePermit,
) {
    let (id, inbox) = (call.channel.id(), abandoned(&live, call.channel.id()));
    let Some(mut channel) = call.channel.into_stream() else { return };
    call.reply.accept().await;
    let session = live.handle.agent_session_binding();
    match agent::relay(&mut channel, &choice, session, RelayPolicy::ListAndSign).await {
        Ok(()) => drop(closes(&inbox).await),
        Err(cause) => log::info!("the forwarded agent: {cause}"),
    }
    live.shared.forget(id);
}

/// The inbox of a channel that is read as a stream: it keeps no data, and only reports when the
/// server closes the channel.
fn abandoned(live: &LiveConnection, id: u32) -> Arc<Inbox> {
    let inbox = live.shared.inbox(id);
    inbox.abandon();
    inbox
}
