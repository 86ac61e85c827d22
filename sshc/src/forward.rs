//! Tunnels: local, remote and dynamic forwards, of ports and of Unix sockets.
//!
//! A forward listens on one side. For every connection there it opens a channel, and [`relay`]
//! carries the bytes. By default forwards listen on loopback only. Local listeners survive a lost
//! connection, so that the next connection can serve their clients.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::task::JoinSet;

use crate::Error;
use crate::agent;
use crate::config::PermittedGoal;
use crate::connect::Family;
use crate::lock::lock;

mod connection_slot;
mod failures;
mod local;
mod relay;
mod remote;
mod reuse;
mod socket;
pub(crate) mod socks;
pub(crate) mod spec;
mod traffic;

pub(crate) use connection_slot::{ConnectionSlot, LiveConnection};
pub(crate) use failures::Failures;
pub(crate) use relay::give_up as end_channel;
pub(crate) use remote::{Answerer, MOST_AGENT_CHANNELS};
use spec::Listen;
pub(crate) use spec::{Direction, Forward, Goal};
pub(crate) use traffic::{Traffic, TrafficCounters};

/// All forwards; dropping it stops them.
pub(crate) struct Tunnels {
    slot: ConnectionSlot,
    /// Which addresses local forwards may listen on.
    family: Family,
    /// Whether to replace an existing Unix socket (`StreamLocalBindUnlink`).
    replace_sockets: bool,
    active: Vec<Active>,
    /// The forwards for which the server may open channels to us.
    expected: Arc<Mutex<Vec<Forward>>>,
    /// The agent that programs on the server may use (`-A`).
    agent: Option<agent::Choice>,
    /// The destinations that remote SOCKS forwards allow (`PermitRemoteOpen`); `None` allows all.
    permitted: Option<Arc<[PermittedGoal]>>,
    /// Answers the channels that the server opens; ends with the connection.
    answering: JoinSet<()>,
    /// Whether the holder receives the channels that the server opens, and passes ours on.
    is_asked: bool,
}

/// A forward in use, with the port that it got.
struct Active {
    forward: Forward,
    /// The tasks that listen locally; empty for a remote forward.
    listeners: JoinSet<()>,
}

impl Tunnels {
    pub(crate) fn new(
        slot: ConnectionSlot,
        family: Family,
        replace_sockets: bool,
        agent: Option<agent::Choice>,
        permitted: Option<Arc<[PermittedGoal]>>,
    ) -> Self {
        Self {
            slot,
            family,
            replace_sockets,
            active: Vec::new(),
            expected: Arc::default(),
            agent,
            permitted,
            answering: JoinSet::new(),
            is_asked: false,
        }
    }

    /// From now on the server is not answered here: what it opens is brought to this answerer.
    pub(crate) fn answerer(&mut self, live: LiveConnection) -> Answerer {
        self.is_asked = true;
        self.answering.abort_all();
        self.new_answerer(live)
    }

    fn new_answerer(&self, live: LiveConnection) -> Answerer {
        Answerer {
            live,
            traffic: Arc::clone(&self.slot.traffic),
            failures: Arc::clone(&self.slot.failures),
            expected: Arc::clone(&self.expected),
            agent: self.agent.clone(),
            permitted: self.permitted.clone(),
        }
    }

    /// Sets up a forward and returns it with the port on which it listens.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub(crate) async fn open(&mut self, forward: &Forward) -> Result<Forward, Error> {
        let mut listeners = JoinSet::new();
        let listening = match forward.direction {
            Direction::Local => {
                if let (Listen::Unix(path), true) = (&forward.listen, self.replace_sockets) {
                    socket::clear(path);
                }
                local::listen(&self.slot, forward, self.family, &mut listeners).await?
            }
            Direction::Remote => {
                let live = self.slot.live().await?;
                // Registered before it listens: a client may connect at once.
                lock(&self.expected).push(forward.clone());
                self.answer();
                let outcome = remote::request(&live, forward).await;
                let mut expected = lock(&self.expected);
                if let Some(at) = expected.iter().rposition(|it| it == forward) {
                    expected.remove(at);
                }
                let listening = outcome?;
                expected.push(listening.clone());
                listening
            }
        };
        if let Some(live) = self.slot.current() {
            live.shared.let_channels_overflow();
        }
        self.active.push(Active { forward: listening.clone(), listeners });
        self.answer();
        log::info!("forwarding {listening}");
        Ok(listening)
    }

    /// Continues on a new connection: requests the remote listeners again until the server grants
    /// them, and answers the channels that the server opens.
    ///
    /// # Errors
    /// When the connection has ended again.
    pub(crate) async fn resume(&mut self) -> Result<(), Error> {
        let live = self.slot.live().await?;
        if !self.active.is_empty() {
            live.shared.let_channels_overflow();
        }
        self.answering.abort_all();
        self.answering = JoinSet::new();
        // Started before anything listens: a client may connect at once.
        self.answer();
        let mut refused = Vec::new();
        let expected = lock(&self.expected).clone();
        for forward in expected {
            if let Err(cause) = remote::request(&live, &forward).await {
                log::info!("{}; asking again", cause.plain());
                refused.push(forward);
            }
        }
        for forward in refused {
            let expected = Arc::clone(&self.expected);
            self.answering.spawn(remote::insist(live.clone(), forward, expected));
        }
        Ok(())
    }

    /// Starts to answer the server, unless it may open nothing.
    fn answer(&mut self) {
        let Some(live) = self.slot.current() else { return };
        let wanted = self.agent.is_some() || !lock(&self.expected).is_empty();
        if wanted && !self.is_asked && self.answering.is_empty() {
            self.answering.spawn(self.new_answerer(live).answer());
        }
    }

    /// Closes the forward of this direction and kind that listens at `place`: a port, an address
    /// with a port, or a path. Returns `false` if there is none.
    pub(crate) async fn close(&mut self, direction: Direction, socks: bool, place: &str) -> bool {
        let found = self.active.iter().position(|active| {
            let forward = &active.forward;
            forward.direction == direction
                // A place on the server has one listener, whatever it leads to.
                && (direction == Direction::Remote || (forward.goal == Goal::Socks) == socks)
                && forward.listen.is_called(place)
        });
        let Some(at) = found else { return false };
        let Active { forward, mut listeners } = self.active.remove(at);
        // Only after this is the port free.
        listeners.shutdown().await;
        lock(&self.expected).retain(|expected| *expected != forward);
        if let (Direction::Remote, Some(live)) = (direction, self.slot.current()) {
            remote::cancel(&live, &forward).await;
        }
        true
    }

    /// The forwards that listen.
    pub(crate) fn listening(&self) -> impl Iterator<Item = &Forward> {
        self.active.iter().map(|active| &active.forward)
    }

    /// Waits until no connection through the tunnels is open.
    pub(crate) async fn idle(&self) {
        self.slot.traffic.idle().await;
    }

    /// How much the tunnels have carried.
    pub(crate) fn traffic(&self) -> Traffic {
        self.slot.traffic.read()
    }

    /// How many connections through the tunnels failed.
    pub(crate) fn failed(&self) -> u64 {
        self.slot.failures.count()
    }
}

/// Where a forward leads, for a notice.
pub(crate) fn lead(forward: &Forward) -> String {
    let listen = match forward.listen.port() {
        Some(port) => format!("port {port}"),
        None => forward.listen.to_string(),
    };
    let whose = match forward.direction {
        Direction::Local => "here",
        Direction::Remote => "of the server",
    };
    match &forward.goal {
        Goal::Socks => format!("{listen} {whose} is a SOCKS proxy"),
        goal => format!("{listen} {whose} leads to {goal}"),
    }
}

/// A listening forward as one line of JSON.
pub(crate) fn as_json(forward: &Forward) -> String {
    contract::json::line(&json!({
        "direction": match (&forward.direction, &forward.goal) {
            (Direction::Local, Goal::Socks) => "dynamic",
            (Direction::Local, _) => "local",
            (Direction::Remote, _) => "remote",
        },
        "bind": forward.listen.place(),
        "port": forward.listen.port(),
        "to": forward.goal.to_string(),
    }))
}
