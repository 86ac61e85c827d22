//! The process that keeps a shared connection: which guests it lets in, and when it ends.

mod accept;
mod guest_session;
mod in_process;
mod info;

use std::cell::{Cell, RefCell};
use std::env;
use std::future::pending;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use keygen::agent::heap;
use russh::ChannelOpenFailure;
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio::time::{sleep, timeout};

use super::consent::Consent;
use super::control::Order;
use super::sessions::Sessions;
use crate::agent;
use crate::client::link::control_socket::Stream;
use crate::client::link::frame::REFUSED_HERE;
use crate::client::{End, Incoming, IncomingKind};
use crate::forward::{
    Answerer, ConnectionSlot, Goal, LiveConnection, MOST_AGENT_CHANNELS, Tunnels,
};
use crate::plan::{Plan, Sharing};

pub(crate) use accept::{EarlySocket, serve};
pub(crate) use in_process::InProcessHolder;

use guest_session::GuestSession;

/// After this silence, the server is asked for a sign of life before anything new begins. It is
/// longer than the usual interval between two of them.
const SILENCE: Duration = Duration::from_secs(20);

/// How long that may take.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// How long guests may take to learn that the connection has ended.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The holder's state.
struct HolderState {
    live: LiveConnection,
    /// The digests of the guests whom its connection suits.
    route_digests: Vec<Vec<u8>>,
    consent: Consent,
    sessions: Arc<Sessions>,
    /// Notified when a guest or a channel has gone.
    left: Notify,
    /// The agent that programs on the server may use: that of the first guest who offers one.
    agent: RefCell<Vec<u8>>,
    /// The forwards of `-O forward`.
    tunnels: Mutex<Tunnels>,
    /// The ports and paths at which the server listens, and for which guest.
    listeners: RefCell<Vec<(IncomingKind, Weak<GuestSession>)>>,
    guests: Cell<usize>,
    /// The most guests since memory was given back to the system.
    most_guests: Cell<usize>,
    channels: Cell<usize>,
    ordered: Notify,
    ending: Cell<Ending>,
}

/// An order to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    No,
    /// When its guests are gone (`-O stop`).
    WithGuests,
    /// At once (`-O exit`).
    Now,
}

impl HolderState {
    /// A holder's state over this connection, for the process that started it and others; it
    /// answers the server from now on.
    fn open(live: LiveConnection, plan: &Plan, sharing: &Sharing, starter: u32) -> Rc<Self> {
        let slot = ConnectionSlot::new(true);
        slot.set(Some(live.clone()));
        let family = plan.route.last().map(|hop| hop.dial.family).unwrap_or_default();
        let permitted = plan.permit_remote_open.clone();
        let mut tunnels = Tunnels::new(slot, family, plan.replace_sockets, None, permitted);
        let answerer = tunnels.answerer(live.clone());
        let holder = Rc::new(Self {
            live: live.clone(),
            route_digests: [&sharing.route_digest]
                .into_iter()
                .chain(&sharing.plain_route_digests)
                .cloned()
                .collect(),
            consent: Consent::new(plan, sharing, starter),
            sessions: Arc::new(Sessions::new(live)),
            left: Notify::new(),
            agent: RefCell::default(),
            tunnels: Mutex::new(tunnels),
            listeners: RefCell::default(),
            guests: Cell::new(0),
            most_guests: Cell::new(0),
            channels: Cell::new(0),
            ordered: Notify::new(),
            ending: Cell::new(Ending::No),
        });
        let answering = Rc::clone(&holder);
        tokio::task::spawn_local(async move { answering.answer(answerer).await });
        holder
    }

    /// Says goodbye to the server, and waits until the guests know.
    async fn close(&self) {
        // The reason that guests get; the server gets a goodbye.
        let reason = "its holder was ended".to_owned();
        if self.live.shared.end().is_none() {
            self.live.handle.disconnect().await;
            let _ = timeout(CLOSE_TIMEOUT / 4, self.live.shared.wait_for_end()).await;
        }
        self.live.shared.finish(End { reason, is_disconnect: false });
        let gone = async {
            while self.guests.get() > 0 {
                self.left.notified().await;
            }
        };
        let _ = timeout(CLOSE_TIMEOUT, gone).await;
    }

    /// Whether the server is there. After a long silence it is asked.
    async fn is_alive(&self) -> bool {
        let shared = &self.live.shared;
        if shared.end().is_none() && shared.silence() >= SILENCE {
            let asked = timeout(SIGN_OF_LIFE, self.live.handle.ping()).await;
            if !matches!(asked, Ok(Ok(()))) || shared.silence() >= SILENCE {
                let reason = "the server does not answer".to_owned();
                shared.finish(End { reason, is_disconnect: false });
            }
        }
        shared.end().is_none()
    }

    /// Lets programs on the server use this agent, unless they use another.
    fn admit_agent(&self, agent: &[u8]) -> Result<(), russh::Error> {
        let mut admitted = self.agent.borrow_mut();
        let is_ours = read_agent(agent).is_some();
        if agent.is_empty() || *admitted == agent {
            return Ok(());
        }
        if is_ours && admitted.is_empty() {
            agent.clone_into(&mut admitted);
            return Ok(());
        }
        Err(self.refuse("its programs use another agent"))
    }

    /// The error for a channel that we refuse ourselves, for this reason.
    fn refuse(&self, why: &str) -> russh::Error {
        self.live.shared.refused(why);
        let (code, reason) = (REFUSED_HERE, why.to_owned());
        russh::Error::ChannelOpenFailure(ChannelOpenFailure::Other { code, reason })
    }

    fn channel_began(&self) {
        self.channels.set(self.channels.get() + 1);
        self.set_overflow();
    }

    fn channel_ended(&self) {
        self.channels.set(self.channels.get() - 1);
        self.set_overflow();
    }

    /// A slow reader slows the server down if it is alone; otherwise its data goes to the disk, so
    /// that no guest waits for another.
    fn set_overflow(&self) {
        let is_alone = self.guests.get() <= 1 && self.channels.get() <= 1;
        self.live.shared.set_overflow(!is_alone);
    }

    /// Asks the server to listen for a guest.
    async fn listen(
        &self,
        session: &Rc<GuestSession>,
        place: IncomingKind,
    ) -> Result<u32, russh::Error> {
        let register = |place| self.listeners.borrow_mut().push((place, Rc::downgrade(session)));
        // Registered before it listens: a client may connect at once.
        register(place.clone());
        let outcome = match &place {
            IncomingKind::Tcp { address, port } => {
                let port = u16::try_from(*port).map_err(|_| russh::Error::RequestDenied)?;
                self.live.handle.listen_tcp(address, port).await
            }
            IncomingKind::Unix { path } => self.live.handle.listen_unix(path).await.map(|()| 0),
            IncomingKind::Agent => Err(russh::Error::RequestDenied),
        };
        match (&outcome, place) {
            (Ok(chosen), IncomingKind::Tcp { address, port: 0 }) => {
                self.unregister(session, &IncomingKind::Tcp { address: address.clone(), port: 0 });
                register(IncomingKind::Tcp { address, port: *chosen });
            }
            (Err(_), place) => self.unregister(session, &place),
            _ => {}
        }
        outcome
    }

    fn unregister(&self, session: &Rc<GuestSession>, place: &IncomingKind) {
        let is_it = |(at, whose): &(IncomingKind, Weak<GuestSession>)| {
            at == place && whose.as_ptr() == Rc::as_ptr(session)
        };
        let mut listeners = self.listeners.borrow_mut();
        if let Some(at) = listeners.iter().position(is_it) {
            listeners.remove(at);
        }
    }

    /// Asks the server to stop listening.
    async fn cancel(
        &self,
        session: &Rc<GuestSession>,
        place: &IncomingKind,
    ) -> Result<(), russh::Error> {
        self.unregister(session, place);
        match place {
            IncomingKind::Tcp { address, port } => {
                let port = u16::try_from(*port).map_err(|_| russh::Error::RequestDenied)?;
                self.live.handle.cancel_tcp(address, port).await
            }
            IncomingKind::Unix { path } => self.live.handle.cancel_unix(path).await,
            IncomingKind::Agent => Ok(()),
        }
    }

    /// A guest is gone: asks the server to stop listening for it.
    fn forget_listener(self: &Rc<Self>, session: &Rc<GuestSession>) {
        let is_its =
            |(_, whose): &(IncomingKind, Weak<GuestSession>)| whose.as_ptr() == Rc::as_ptr(session);
        let places: Vec<_> =
            self.listeners.borrow().iter().filter(|it| is_its(it)).map(|it| it.0.clone()).collect();
        for place in places {
            let (holder, session) = (Rc::clone(self), Rc::clone(session));
            tokio::task::spawn_local(async move {
                let _ = holder.cancel(&session, &place).await;
            });
        }
    }

    /// The guest for which the server got a connection.
    fn listener(&self, called: &IncomingKind) -> Option<Rc<GuestSession>> {
        let listeners = self.listeners.borrow();
        let exact = listeners.iter().find(|(place, _)| place == called);
        let found = exact.or_else(|| {
            // If only one has the port, the server may spell its address in its own way.
            let of_port = |place: &IncomingKind| match (place, called) {
                (IncomingKind::Tcp { port, .. }, IncomingKind::Tcp { port: called, .. }) => {
                    port == called
                }
                _ => false,
            };
            let mut found = listeners.iter().filter(|(place, _)| of_port(place));
            found.next().filter(|_| found.next().is_none())
        });
        found.and_then(|(_, session)| session.upgrade())
    }

    /// Answers the channels that the server opens, for guests and for the holder itself.
    async fn answer(&self, mut answerer: Answerer) {
        let mut incoming = self.live.shared.accept_incoming();
        let seats = Arc::new(Semaphore::new(MOST_AGENT_CHANNELS));
        while let Some(call) = incoming.recv().await {
            let Incoming { kind, .. } = &call;
            if let Some(session) = self.listener(kind) {
                session.offer(call);
                continue;
            }
            answerer.agent = read_agent(&self.agent.borrow());
            answerer.answer_one(call, &seats).await;
        }
    }

    /// Carries out an order of `-O`; returns whether it succeeded, and a message.
    async fn obey(&self, order: Order) -> (bool, String) {
        match order {
            Order::Exit => self.end(Ending::Now),
            Order::Stop => self.end(Ending::WithGuests),
            Order::Info => return (true, info::text(&self.live.shared.info())),
            Order::Forward(forward) => match self.tunnels.lock().await.open(&forward).await {
                Ok(listening) if forward.listen.port() == Some(0) => {
                    let port = listening.listen.port().unwrap_or_default();
                    return (true, format!("{port}\n"));
                }
                Ok(_) => {}
                Err(cause) => return (false, cause.plain()),
            },
            Order::Cancel(forward) => {
                let is_socks = forward.goal == Goal::Socks;
                let place = forward.listen.to_string();
                let mut tunnels = self.tunnels.lock().await;
                if !tunnels.close(forward.direction, is_socks, &place).await {
                    return (false, format!("there is no forward at {place}"));
                }
            }
        }
        (true, String::new())
    }

    fn end(&self, ending: Ending) {
        self.ending.set(ending);
        self.ordered.notify_one();
        self.left.notify_waiters();
    }

    fn let_in(self: &Rc<Self>, stream: Stream) {
        self.guests.set(self.guests.get() + 1);
        self.most_guests.set(self.most_guests.get().max(self.guests.get()));
        self.set_overflow();
        let holder = Rc::clone(self);
        tokio::task::spawn_local(async move {
            guest_session::serve(Rc::clone(&holder), stream).await;
            holder.guests.set(holder.guests.get() - 1);
            holder.set_overflow();
            holder.left.notify_waiters();
            holder.give_memory_back();
        });
    }

    /// Returns what a crowd of guests has used: the connection may be kept for hours. A few times
    /// while they leave, and whenever the last one does.
    fn give_memory_back(&self) {
        if self.guests.get() <= self.most_guests.get() / 2 {
            self.most_guests.set(self.guests.get());
            heap::give_back();
        }
    }

    /// Waits until there has been no guest for this time; for ever if it is `None`.
    async fn all_left(&self, idle: Option<Duration>) {
        loop {
            let left = self.left.notified();
            if self.guests.get() > 0 {
                left.await;
                continue;
            }
            match idle {
                // A new guest restarts this wait: it comes through the same loop.
                Some(idle) => return sleep(idle).await,
                None => return pending().await,
            }
        }
    }
}

/// Reads an agent as guests describe it: which one, and its `SSH_AUTH_SOCK`. `None` for one that
/// the holder may not use.
fn read_agent(words: &[u8]) -> Option<agent::Choice> {
    let words = str::from_utf8(words).ok()?;
    let (choice, socket) = words.split_once('\n')?;
    let Ok(choice) = choice.parse();
    let ours = env::var("SSH_AUTH_SOCK").unwrap_or_default();
    (matches!(choice, agent::Choice::Path(_)) || socket == ours).then_some(choice)
}
