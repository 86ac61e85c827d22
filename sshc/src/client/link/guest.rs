//! The guest's side of a shared connection: channels over a holder that work like channels of our
//! own connection.

mod writer;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use russh::ChannelOpenFailure;
use tokio::sync::{Notify, Semaphore, oneshot};

use super::Offered;
use super::frame::{Frame, REFUSED_HERE};
use super::incoming::FrameReader;
use super::outgoing::Outgoing;
use super::rendezvous::Stream;
use crate::antispoof;
use crate::channel::Exit;
use crate::client::{End, Incoming, IncomingKind, Shared};
use crate::lock::held;

pub(crate) use writer::Writer;

/// Bytes of a channel that the holder may have of us before the server has taken them.
pub(crate) const CREDIT_BYTES: usize = 2 << 20;

/// The number of a guest's first channel.
pub(crate) const FIRST_CHANNEL: u32 = 2;

/// A shared connection, from a guest's side.
pub(crate) struct Guest {
    desk: Arc<GuestChannels>,
    /// The agent that the server's programs may use, in the words of [`Frame::OpenSession`].
    agent: Vec<u8>,
    /// A session that was opened ahead, to see whether there is room for one.
    session: Mutex<Option<Writer>>,
}

/// What is open between us and the holder.
struct GuestChannels {
    outgoing: Arc<Outgoing>,
    shared: Arc<Shared>,
    open: Mutex<Open>,
    /// The holder has heard that a channel is wanted.
    heard: Notify,
    has_heard: AtomicBool,
}

#[derive(Default)]
struct Open {
    /// The number of the next channel or request. Ours are even, and the holder's are odd.
    next: u32,
    /// Channels that were requested, but not opened yet.
    asked: HashMap<u32, oneshot::Sender<Result<(), ChannelOpenFailure>>>,
    /// Ports and paths that the server was asked to listen at.
    listening: HashMap<u32, oneshot::Sender<Option<u32>>>,
    /// How many bytes may be sent on each channel.
    room: HashMap<u32, Arc<Semaphore>>,
}

impl GuestChannels {
    fn number(&self) -> u32 {
        let mut open = held(&self.open);
        open.next = open.next.wrapping_add(2);
        open.next
    }

    fn writer(self: &Arc<Self>, id: u32) -> Writer {
        // Data may follow at once.
        let _ = self.shared.inbox(id);
        let room = Arc::new(Semaphore::new(CREDIT_BYTES));
        held(&self.open).room.insert(id, Arc::clone(&room));
        Writer { id, desk: Arc::clone(self), room }
    }

    fn close(&self, id: u32) {
        if let Some(room) = held(&self.open).room.remove(&id) {
            room.close();
        }
    }

    /// Once the connection is lost, nothing that was asked will be answered.
    fn leave_unanswered(&self) {
        if self.shared.end().is_some() {
            let mut open = held(&self.open);
            open.asked.clear();
            open.listening.clear();
        }
    }

    /// Takes what the holder says until it is gone.
    async fn hear(self: Arc<Self>, mut arrivals: FrameReader) {
        while let Ok(Some(frame)) = arrivals.next().await {
            if !self.take(frame).await {
                break;
            }
        }
        let reason = "the process that holds it is gone".to_owned();
        self.shared.finish(End { reason, is_farewell: false });
        let mut open = held(&self.open);
        open.room.values().for_each(|room| room.close());
        *open = Open { next: open.next, ..Open::default() };
    }

    /// `false` for what a holder does not say.
    async fn take(self: &Arc<Self>, frame: Frame<'_>) -> bool {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match frame {
            Frame::Lost { why, is_farewell } => {
                self.shared.finish(End { reason: contract::shown(text(why)), is_farewell });
                self.leave_unanswered();
            }
            Frame::Opening { .. } => {
                self.has_heard.store(true, Ordering::Relaxed);
                self.heard.notify_waiters();
            }
            Frame::Opened { channel } => self.opened(channel, Ok(())),
            Frame::NotOpened { channel, code, said } => {
                self.shared.refused(text(said).trim());
                self.opened(channel, Err(failure(code)));
            }
            Frame::OfferedTcp { channel, address, port } => {
                self.offered(channel, IncomingKind::Tcp { address: text(address), port });
            }
            Frame::OfferedUnix { channel, path } => {
                self.offered(channel, IncomingKind::Unix { path: text(path) });
            }
            Frame::Listening { request, port } => self.listening(request, Some(port)),
            Frame::NotListening { request } => self.listening(request, None),
            frame => return self.take_of_channel(frame).await,
        }
        true
    }

    async fn take_of_channel(&self, frame: Frame<'_>) -> bool {
        let (Frame::Data { channel, .. }
        | Frame::Complaint { channel, .. }
        | Frame::Answer { channel, .. }
        | Frame::Room { channel, .. }
        | Frame::End { channel }
        | Frame::Status { channel, .. }
        | Frame::Signal { channel, .. }
        | Frame::Cut { channel }
        | Frame::Failed { channel, .. }
        | Frame::Close { channel }) = frame
        else {
            return false;
        };
        let Some(inbox) = self.shared.known(channel) else { return true };
        let overflow = self.shared.channels_overflow();
        match frame {
            Frame::Data { bytes, .. } => drop(inbox.out.deliver(bytes, overflow).await),
            Frame::Complaint { bytes, .. } => drop(inbox.err.deliver(bytes, overflow).await),
            Frame::Answer { granted, .. } => inbox.reply(granted),
            Frame::Room { bytes, .. } => {
                let room = held(&self.open).room.get(&channel).cloned();
                let bytes = usize::try_from(bytes).unwrap_or_default().min(CREDIT_BYTES);
                // Limited, so that a holder cannot overflow the count.
                if let Some(room) = room.filter(|it| it.available_permits() <= CREDIT_BYTES) {
                    room.add_permits(bytes);
                }
            }
            Frame::End { .. } => inbox.end_of_data(),
            Frame::Status { status, .. } => inbox.exited(Exit::Status(status)),
            Frame::Signal { name, .. } => {
                inbox.exited(Exit::Signal(String::from_utf8_lossy(name).into_owned()));
            }
            Frame::Cut { .. } => inbox.cut(),
            Frame::Failed { input, error, .. } => {
                inbox.stream_failed(input, i32::try_from(error).unwrap_or_default());
            }
            _ => {
                self.close(channel);
                inbox.close();
            }
        }
        true
    }

    fn opened(self: &Arc<Self>, channel: u32, outcome: Result<(), ChannelOpenFailure>) {
        let asked = held(&self.open).asked.remove(&channel);
        if let Some(asked) = asked {
            if outcome.is_ok() {
                let _ = self.shared.inbox(channel);
            }
            let _ = asked.send(outcome);
        }
    }

    fn offered(self: &Arc<Self>, channel: u32, kind: IncomingKind) {
        let reply = Reply { channel, outgoing: Some(Arc::clone(&self.outgoing)) };
        self.shared.offer(Incoming {
            channel: Offered::Shared(self.writer(channel)),
            kind,
            reply: super::Reply::Shared(reply),
        });
    }

    fn listening(&self, request: u32, port: Option<u32>) {
        let asked = held(&self.open).listening.remove(&request);
        if let Some(asked) = asked {
            let _ = asked.send(port);
        }
    }
}

impl Guest {
    /// A guest that was welcomed; what it does from now on it does on the runtime's thread.
    pub(crate) fn new(
        stream: Arc<Stream>,
        arrivals: FrameReader,
        shared: Arc<Shared>,
        agent: Vec<u8>,
    ) -> Self {
        let outgoing = Arc::new(Outgoing::new(stream));
        let pumped = Arc::clone(&outgoing);
        tokio::spawn(async move { pumped.pump().await });
        let desk = Arc::new(GuestChannels {
            outgoing,
            shared,
            open: Mutex::default(),
            heard: Notify::new(),
            has_heard: AtomicBool::new(false),
        });
        tokio::spawn(Arc::clone(&desk).hear(arrivals));
        Self { desk, agent, session: Mutex::default() }
    }

    async fn open(&self, id: u32, frame: Frame<'_>) -> Result<Writer, russh::Error> {
        self.desk.outgoing.put(&frame);
        self.opened(id).await
    }

    /// The channel that was asked for by this number.
    async fn opened(&self, id: u32) -> Result<Writer, russh::Error> {
        let (opened, answer) = oneshot::channel();
        held(&self.desk.open).asked.insert(id, opened);
        self.desk.leave_unanswered();
        match answer.await {
            Ok(Ok(())) => Ok(self.desk.writer(id)),
            Ok(Err(refused)) => Err(russh::Error::ChannelOpenFailure(refused)),
            Err(_) => Err(russh::Error::Disconnect),
        }
    }

    /// Waits until the holder has heard of the first channel that is wanted.
    pub(crate) async fn heard(&self) {
        loop {
            let heard = self.desk.heard.notified();
            if self.desk.has_heard.load(Ordering::Relaxed) {
                return;
            }
            heard.await;
        }
    }

    /// Waits for the session that was asked for with the greeting ([`FIRST_CHANNEL`]).
    pub(crate) async fn first_session(&self) -> Result<(), russh::Error> {
        held(&self.desk.open).next = FIRST_CHANNEL;
        let session = self.opened(FIRST_CHANNEL).await?;
        *held(&self.session) = Some(session);
        Ok(())
    }

    pub(crate) async fn open_session(&self) -> Result<Writer, russh::Error> {
        if let Some(session) = held(&self.session).take() {
            return Ok(session);
        }
        let channel = self.desk.number();
        self.open(channel, Frame::OpenSession { channel, agent: &self.agent }).await
    }

    pub(crate) async fn open_tcp(&self, host: &str, port: u16) -> Result<Writer, russh::Error> {
        let channel = self.desk.number();
        let (host, port) = (host.as_bytes(), u32::from(port));
        self.open(channel, Frame::OpenTcp { channel, host, port }).await
    }

    pub(crate) async fn open_unix(&self, path: &str) -> Result<Writer, russh::Error> {
        let channel = self.desk.number();
        self.open(channel, Frame::OpenUnix { channel, path: path.as_bytes() }).await
    }

    async fn listen(&self, request: u32, frame: Frame<'_>) -> Result<u32, russh::Error> {
        let (listening, answer) = oneshot::channel();
        held(&self.desk.open).listening.insert(request, listening);
        self.desk.outgoing.put(&frame);
        self.desk.leave_unanswered();
        answer.await.map_err(|_| russh::Error::Disconnect)?.ok_or(russh::Error::RequestDenied)
    }

    pub(crate) async fn listen_tcp(&self, address: &str, port: u16) -> Result<u32, russh::Error> {
        let request = self.desk.number();
        let (address, port) = (address.as_bytes(), u32::from(port));
        self.listen(request, Frame::ListenTcp { request, address, port }).await
    }

    pub(crate) async fn listen_unix(&self, path: &str) -> Result<(), russh::Error> {
        let request = self.desk.number();
        let path = path.as_bytes();
        self.listen(request, Frame::ListenUnix { request, path }).await.map(drop)
    }

    pub(crate) async fn cancel_tcp(&self, address: &str, port: u16) -> Result<(), russh::Error> {
        let request = self.desk.number();
        let (address, port) = (address.as_bytes(), u32::from(port));
        self.listen(request, Frame::CancelTcp { request, address, port }).await.map(drop)
    }

    pub(crate) async fn cancel_unix(&self, path: &str) -> Result<(), russh::Error> {
        let request = self.desk.number();
        let path = path.as_bytes();
        self.listen(request, Frame::CancelUnix { request, path }).await.map(drop)
    }

    /// Says that the connection is needed also while no channel is open.
    pub(crate) fn stay(&self) {
        self.desk.outgoing.put(&Frame::Stays {});
    }

    pub(crate) fn rekey_soon(&self) {
        self.desk.outgoing.put(&Frame::Rekey {});
    }
}

/// RFC 4254 §5.1.
pub(crate) fn failure(code: u32) -> ChannelOpenFailure {
    match code {
        1 => ChannelOpenFailure::AdministrativelyProhibited,
        2 => ChannelOpenFailure::ConnectFailed,
        3 => ChannelOpenFailure::UnknownChannelType,
        4 => ChannelOpenFailure::ResourceShortage,
        code => ChannelOpenFailure::Other { code, reason: format!("reason {code}") },
    }
}

/// The answer to a channel that was offered.
pub(crate) struct Reply {
    channel: u32,
    /// `None` once the answer was given.
    outgoing: Option<Arc<Outgoing>>,
}

impl Reply {
    pub(crate) fn accept(mut self) {
        if let Some(outgoing) = self.outgoing.take() {
            outgoing.put(&Frame::Accept { channel: self.channel });
        }
    }

    pub(crate) fn reject(mut self, why: &ChannelOpenFailure) {
        if let Some(outgoing) = self.outgoing.take() {
            outgoing.put(&Frame::Reject { channel: self.channel, code: why.code() });
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(outgoing) = self.outgoing.take() {
            let code = ChannelOpenFailure::AdministrativelyProhibited.code();
            outgoing.put(&Frame::Reject { channel: self.channel, code });
        }
    }
}

/// A refusal in one line.
pub(crate) fn refusal(shared: &Shared, cause: russh::Error) -> String {
    match cause {
        // These are a holder's own words.
        russh::Error::ChannelOpenFailure(ChannelOpenFailure::Other {
            code: REFUSED_HERE, ..
        }) => contract::shown(shared.take_refusal()),
        cause @ russh::Error::ChannelOpenFailure(_) => {
            format!("it has no room for another session: {}", shared.explain(cause))
        }
        cause => match shared.end() {
            Some(end) => end.words(),
            None => antispoof::quoted(&cause.to_string()),
        },
    }
}
