//! The guest's side of a shared connection: channels over a holder that work like channels of our
//! own connection.

mod writer;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use russh::ChannelOpenFailure;
use tokio::sync::{Notify, Semaphore, oneshot};

use super::Offered;
use super::control_socket::Stream;
use super::frame::{Frame, REFUSED_HERE};
use super::incoming::FrameReader;
use super::outgoing::Outgoing;
use crate::antispoof;
use crate::channel::Exit;
use crate::client::{End, Incoming, IncomingKind, Shared};
use crate::lock::lock;

pub(crate) use writer::Writer;

/// Bytes of a channel that the holder may have of us before the server has taken them.
pub(crate) const CREDIT_BYTES: usize = 2 << 20;

/// The number of a guest's first channel.
pub(crate) const FIRST_CHANNEL: u32 = 2;

/// A shared connection, from a guest's side.
pub(crate) struct Guest {
    channels: Arc<GuestChannels>,
    /// The agent that the server's programs may use, in the words of [`Frame::OpenSession`].
    agent: Vec<u8>,
    /// A session that was opened ahead, to see whether there is room for one.
    session: Mutex<Option<Writer>>,
}

/// The channels between us and the holder.
struct GuestChannels {
    outgoing: Arc<Outgoing>,
    shared: Arc<Shared>,
    open: Mutex<Open>,
    /// The holder has confirmed that it opens a channel.
    confirmed: Notify,
    is_confirmed: AtomicBool,
}

#[derive(Default)]
struct Open {
    /// The number of the next channel or request. Ours are even, and the holder's are odd.
    next: u32,
    /// Channels that were requested, but not opened yet.
    requested: HashMap<u32, oneshot::Sender<Result<(), ChannelOpenFailure>>>,
    /// Ports and paths that the server is asked to listen at.
    listening: HashMap<u32, oneshot::Sender<Option<u32>>>,
    /// How many bytes may be sent on each channel.
    room: HashMap<u32, Arc<Semaphore>>,
}

impl GuestChannels {
    fn number(&self) -> u32 {
        let mut open = lock(&self.open);
        open.next = open.next.wrapping_add(2);
        open.next
    }

    fn writer(self: &Arc<Self>, id: u32) -> Writer {
        // Data may follow at once.
        let _ = self.shared.inbox(id);
        let room = Arc::new(Semaphore::new(CREDIT_BYTES));
        lock(&self.open).room.insert(id, Arc::clone(&room));
        Writer { id, channels: Arc::clone(self), room }
    }

    fn close(&self, id: u32) {
        if let Some(room) = lock(&self.open).room.remove(&id) {
            room.close();
        }
    }

    /// Once the connection is lost, nothing that was requested will be answered.
    fn drop_unanswered(&self) {
        if self.shared.end().is_some() {
            let mut open = lock(&self.open);
            open.requested.clear();
            open.listening.clear();
        }
    }

    /// Handles the frames of the holder until it is gone.
    async fn receive(self: Arc<Self>, mut arrivals: FrameReader) {
        while let Ok(Some(frame)) = arrivals.next().await {
            if !self.take(frame).await {
                break;
            }
        }
        let reason = "the process that holds it is gone".to_owned();
        self.shared.finish(End { reason, is_disconnect: false });
        let mut open = lock(&self.open);
        open.room.values().for_each(|room| room.close());
        *open = Open { next: open.next, ..Open::default() };
    }

    /// Handles a frame; `false` if a holder must not send it.
    async fn take(self: &Arc<Self>, frame: Frame<'_>) -> bool {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match frame {
            Frame::Lost { why, is_disconnect } => {
                self.shared.finish(End { reason: contract::shown(text(why)), is_disconnect });
                self.drop_unanswered();
            }
            Frame::Opening { .. } => {
                self.is_confirmed.store(true, Ordering::Relaxed);
                self.confirmed.notify_waiters();
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
            frame => return self.receive_on_channel(frame).await,
        }
        true
    }

    async fn receive_on_channel(&self, frame: Frame<'_>) -> bool {
        let (Frame::Data { channel, .. }
        | Frame::ExtendedData { channel, .. }
        | Frame::Reply { channel, .. }
        | Frame::WindowAdjust { channel, .. }
        | Frame::Eof { channel }
        | Frame::ExitStatus { channel, .. }
        | Frame::ExitSignal { channel, .. }
        | Frame::Truncated { channel }
        | Frame::Failed { channel, .. }
        | Frame::Close { channel }) = frame
        else {
            return false;
        };
        let Some(inbox) = self.shared.known(channel) else { return true };
        let overflow = self.shared.channels_overflow();
        match frame {
            Frame::Data { bytes, .. } => drop(inbox.out.deliver(bytes, overflow).await),
            Frame::ExtendedData { bytes, .. } => drop(inbox.err.deliver(bytes, overflow).await),
            Frame::Reply { granted, .. } => inbox.reply(granted),
            Frame::WindowAdjust { bytes, .. } => {
                let room = lock(&self.open).room.get(&channel).cloned();
                let bytes = usize::try_from(bytes).unwrap_or_default().min(CREDIT_BYTES);
                // Limited, so that a holder cannot overflow the count.
                if let Some(room) = room.filter(|it| it.available_permits() <= CREDIT_BYTES) {
                    room.add_permits(bytes);
                }
            }
            Frame::Eof { .. } => inbox.end_of_data(),
            Frame::ExitStatus { status, .. } => inbox.exited(Exit::Status(status)),
            Frame::ExitSignal { name, .. } => {
                inbox.exited(Exit::Signal(String::from_utf8_lossy(name).into_owned()));
            }
            Frame::Truncated { .. } => inbox.cut(),
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
        let requested = lock(&self.open).requested.remove(&channel);
        if let Some(requested) = requested {
            if outcome.is_ok() {
                let _ = self.shared.inbox(channel);
            }
            let _ = requested.send(outcome);
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
        let requested = lock(&self.open).listening.remove(&request);
        if let Some(requested) = requested {
            let _ = requested.send(port);
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
        let channels = Arc::new(GuestChannels {
            outgoing,
            shared,
            open: Mutex::default(),
            confirmed: Notify::new(),
            is_confirmed: AtomicBool::new(false),
        });
        tokio::spawn(Arc::clone(&channels).receive(arrivals));
        Self { channels, agent, session: Mutex::default() }
    }

    async fn open(&self, id: u32, frame: Frame<'_>) -> Result<Writer, russh::Error> {
        self.channels.outgoing.put(&frame);
        self.opened(id).await
    }

    /// The channel that was requested under this number.
    async fn opened(&self, id: u32) -> Result<Writer, russh::Error> {
        let (opened, answer) = oneshot::channel();
        lock(&self.channels.open).requested.insert(id, opened);
        self.channels.drop_unanswered();
        match answer.await {
            Ok(Ok(())) => Ok(self.channels.writer(id)),
            Ok(Err(refused)) => Err(russh::Error::ChannelOpenFailure(refused)),
            Err(_) => Err(russh::Error::Disconnect),
        }
    }

    /// Waits until the holder has confirmed the first channel request.
    pub(crate) async fn confirmed(&self) {
        loop {
            let confirmed = self.channels.confirmed.notified();
            if self.channels.is_confirmed.load(Ordering::Relaxed) {
                return;
            }
            confirmed.await;
        }
    }

    /// Waits for the session that was requested with the handshake ([`FIRST_CHANNEL`]).
    pub(crate) async fn first_session(&self) -> Result<(), russh::Error> {
        lock(&self.channels.open).next = FIRST_CHANNEL;
        let session = self.opened(FIRST_CHANNEL).await?;
        *lock(&self.session) = Some(session);
        Ok(())
    }

    pub(crate) async fn open_session(&self) -> Result<Writer, russh::Error> {
        if let Some(session) = lock(&self.session).take() {
            return Ok(session);
        }
        let channel = self.channels.number();
        self.open(channel, Frame::OpenSession { channel, agent: &self.agent }).await
    }

    pub(crate) async fn open_tcp(&self, host: &str, port: u16) -> Result<Writer, russh::Error> {
        let channel = self.channels.number();
        let (host, port) = (host.as_bytes(), u32::from(port));
        self.open(channel, Frame::OpenTcp { channel, host, port }).await
    }

    pub(crate) async fn open_unix(&self, path: &str) -> Result<Writer, russh::Error> {
        let channel = self.channels.number();
        self.open(channel, Frame::OpenUnix { channel, path: path.as_bytes() }).await
    }

    async fn listen(&self, request: u32, frame: Frame<'_>) -> Result<u32, russh::Error> {
        let (listening, answer) = oneshot::channel();
        lock(&self.channels.open).listening.insert(request, listening);
        self.channels.outgoing.put(&frame);
        self.channels.drop_unanswered();
        answer.await.map_err(|_| russh::Error::Disconnect)?.ok_or(russh::Error::RequestDenied)
    }

    pub(crate) async fn listen_tcp(&self, address: &str, port: u16) -> Result<u32, russh::Error> {
        let request = self.channels.number();
        let (address, port) = (address.as_bytes(), u32::from(port));
        self.listen(request, Frame::ListenTcp { request, address, port }).await
    }

    pub(crate) async fn listen_unix(&self, path: &str) -> Result<(), russh::Error> {
        let request = self.channels.number();
        let path = path.as_bytes();
        self.listen(request, Frame::ListenUnix { request, path }).await.map(drop)
    }

    pub(crate) async fn cancel_tcp(&self, address: &str, port: u16) -> Result<(), russh::Error> {
        let request = self.channels.number();
        let (address, port) = (address.as_bytes(), u32::from(port));
        self.listen(request, Frame::CancelTcp { request, address, port }).await.map(drop)
    }

    pub(crate) async fn cancel_unix(&self, path: &str) -> Result<(), russh::Error> {
        let request = self.channels.number();
        let path = path.as_bytes();
        self.listen(request, Frame::CancelUnix { request, path }).await.map(drop)
    }

    /// Says that the connection is needed also while no channel is open.
    pub(crate) fn stay(&self) {
        self.channels.outgoing.put(&Frame::KeepOpen {});
    }

    pub(crate) fn rekey_soon(&self) {
        self.channels.outgoing.put(&Frame::Rekey {});
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
