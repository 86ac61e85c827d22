//! One guest of the holder, from its handshake until it is gone.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use russh::ChannelOpenFailure;
use tokio::time::timeout;

use super::super::channel_relay::{GuestRequest, OpenChannel, RequestQueue, lost};
use super::super::consent::Permission;
use super::super::control::Order;
use super::super::sessions::SessionInUse;
use super::super::streams::Streams;
use super::{Ending, HolderState};
use crate::client::link::ChannelWriter;
use crate::client::link::control_socket::{Stream, guest_of};
use crate::client::link::frame::{Frame, MAGIC, VERSION};
use crate::client::link::incoming::FrameReader;
use crate::client::link::outgoing::Outgoing;
use crate::client::{End, Incoming, IncomingKind};

/// How long a guest may take to send its request.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long it may take until a failed request turns out to be a lost connection.
const LOSS: Duration = Duration::from_secs(1);

/// How many channels one guest may have, including those that are being opened.
const MOST_CHANNELS: usize = 4096;

/// The refusal for a guest whose use of the connection was not confirmed.
const REFUSED: &str = "its user did not allow it";

/// A guest, for its channels and for the holder.
pub(super) struct GuestSession {
    holder: Rc<HolderState>,
    permission: Permission,
    pub(super) outgoing: Arc<Outgoing>,
    channels: RefCell<HashMap<u32, RequestQueue>>,
    /// Channels that the server has opened and the guest has not answered.
    offered: RefCell<HashMap<u32, Incoming>>,
    /// The number of the last channel that was offered; ours are odd.
    last_offered: Cell<u32>,
    /// Channels that are being opened.
    opening: Cell<usize>,
    /// Whether the guest has tunnels.
    stays: Cell<bool>,
}

/// Serves a guest until it is gone; everything that it left open then ends.
pub(super) async fn serve(holder: Rc<HolderState>, stream: Stream) {
    let permission = holder.consent.ask_for(guest_of(&stream));
    let stream = Arc::new(stream);
    let mut arrivals = FrameReader::new(Arc::clone(&stream));
    let outgoing = Arc::new(Outgoing::new(stream));
    let pumped = Arc::clone(&outgoing);
    let pump = tokio::spawn(async move { pumped.pump().await });
    if handshake(&holder, &mut arrivals, &outgoing).await {
        let session = Rc::new(GuestSession {
            holder: Rc::clone(&holder),
            permission,
            outgoing: Arc::clone(&outgoing),
            channels: RefCell::default(),
            offered: RefCell::default(),
            last_offered: Cell::new(1),
            opening: Cell::new(0),
            stays: Cell::new(false),
        });
        let end = holder.live.shared.wait_for_end();
        tokio::pin!(end);
        loop {
            tokio::select! {
                biased;
                end = &mut end => {
                    outgoing.put(&lost(&end));
                    break;
                }
                () = session.is_superfluous() => {
                    let reason = "its holder was ended".to_owned();
                    outgoing.put(&lost(&End { reason, is_disconnect: false }));
                    break;
                }
                arrived = arrivals.next() => match arrived {
                    Ok(Some(Frame::HandOver { channel, input, output })) => {
                        let received = arrivals.received();
                        let streams = Streams::of(received, input, output);
                        if !streams.is_some_and(|it| session.queue(channel, GuestRequest::HandOver(it))) {
                            break;
                        }
                    }
                    Ok(Some(frame)) if session.take(frame).await => {}
                    _ => break,
                },
            }
        }
        session.permission.is_not_needed();
        holder.forget_listener(&session);
        session.offered.borrow_mut().clear();
        if holder.live.shared.end().is_some() {
            // Data that has already arrived is still delivered.
            let _ = timeout(HANDSHAKE, session.finished()).await;
        }
        session.channels.borrow_mut().clear();
    }
    let _ = timeout(HANDSHAKE, outgoing.written()).await;
    pump.abort();
}

/// Whether the guest wants our route, speaks our version, and the connection still works.
async fn handshake(holder: &HolderState, arrivals: &mut FrameReader, outgoing: &Outgoing) -> bool {
    let refuse = |why: &str| {
        outgoing.put(&Frame::Refused { why: why.as_bytes() });
        false
    };
    match timeout(HANDSHAKE, arrivals.next()).await {
        Ok(Ok(Some(Frame::Hello { magic: MAGIC, version: VERSION, route_digest }))) => {
            // A guest with only orders (`-O`) names no route.
            if !holder.route_digests.iter().any(|it| it == route_digest) && !route_digest.is_empty()
            {
                return refuse("it goes another way, as another user, or trusts other host keys");
            }
        }
        Ok(Ok(Some(Frame::Hello { magic: MAGIC, .. }))) => {
            return refuse("it is held by another version of sshc");
        }
        _ => return refuse("it speaks another protocol"),
    }
    // If the server is dead, we hang up, and the guest starts another holder.
    outgoing.put(&Frame::LoggingIn {});
    if !holder.is_alive().await {
        return false;
    }
    let is_windows = holder.live.is_windows;
    outgoing.put(&Frame::Welcome { version: VERSION, process: std::process::id(), is_windows });
    true
}

impl GuestSession {
    /// Carries out a guest's request; `false` if a guest must not send it.
    async fn take(self: &Rc<Self>, frame: Frame<'_>) -> bool {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        match frame {
            Frame::OpenSession { channel, agent } => {
                let agent = agent.to_vec();
                self.open(channel, async move |holder: &HolderState| {
                    holder.admit_agent(&agent)?;
                    let in_use = holder.sessions.open().await?;
                    Ok((Arc::clone(&in_use.writer), Some(in_use)))
                })
            }
            Frame::OpenTcp { channel, host, port } => {
                let (Some(host), Ok(port)) = (text(host), u16::try_from(port)) else {
                    return false;
                };
                self.open(channel, async move |holder: &HolderState| {
                    let writer = holder.live.handle.open_tcp(&host, port).await?;
                    Ok((Arc::new(writer), None))
                })
            }
            Frame::OpenUnix { channel, path } => {
                let Some(path) = text(path) else { return false };
                self.open(channel, async move |holder: &HolderState| {
                    let writer = holder.live.handle.open_unix(&path).await?;
                    Ok((Arc::new(writer), None))
                })
            }
            Frame::Accept { channel } => {
                let Some(call) = self.offered.borrow_mut().remove(&channel) else { return false };
                call.reply.accept().await;
                self.carry(channel, Arc::new(call.channel.into_writer()), None);
                true
            }
            Frame::Reject { channel, code } => {
                let Some(call) = self.offered.borrow_mut().remove(&channel) else { return false };
                self.holder.live.shared.forget(call.channel.id());
                call.reply.reject(crate::client::link::guest::failure(code)).await;
                true
            }
            Frame::KeepOpen {} => {
                self.stays.set(true);
                true
            }
            Frame::Rekey {} => self.holder.live.handle.rekey_soon().await.is_ok(),
            Frame::Control { what, forward } => {
                let Some(order) = text(forward).and_then(|text| Order::read(what, &text)) else {
                    return false;
                };
                let session = Rc::clone(self);
                tokio::task::spawn_local(async move {
                    let (done, said) = if session.permission.is_granted().await {
                        session.holder.obey(order).await
                    } else {
                        (false, REFUSED.to_owned())
                    };
                    session.outgoing.put(&Frame::Controlled { done, said: said.as_bytes() });
                });
                true
            }
            frame => match GuestRequest::read(frame) {
                Some((channel, request)) => self.queue(channel, request),
                None => self.listen(frame),
            },
        }
    }

    /// Adds a guest's request; `false` if it sends more than it may.
    fn queue(&self, channel: u32, request: GuestRequest) -> bool {
        let channels = self.channels.borrow();
        // The channel may have just ended, without the guest knowing yet.
        channels.get(&channel).is_none_or(|queue| queue.add(request))
    }

    fn listen(self: &Rc<Self>, frame: Frame<'_>) -> bool {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let (request, place, listens) = match frame {
            Frame::ListenTcp { request, address, port } => {
                let Some(address) = text(address) else { return false };
                (request, IncomingKind::Tcp { address, port }, true)
            }
            Frame::CancelTcp { request, address, port } => {
                let Some(address) = text(address) else { return false };
                (request, IncomingKind::Tcp { address, port }, false)
            }
            Frame::ListenUnix { request, path } => {
                let Some(path) = text(path) else { return false };
                (request, IncomingKind::Unix { path }, true)
            }
            Frame::CancelUnix { request, path } => {
                let Some(path) = text(path) else { return false };
                (request, IncomingKind::Unix { path }, false)
            }
            _ => return false,
        };
        let session = Rc::clone(self);
        tokio::task::spawn_local(async move {
            let outcome = if !session.permission.is_granted().await {
                Err(russh::Error::RequestDenied)
            } else if listens {
                session.holder.listen(&session, place).await
            } else {
                session.holder.cancel(&session, &place).await.map(|()| 0)
            };
            session.outgoing.put(&match outcome {
                Ok(port) => Frame::Listening { request, port },
                Err(_) => Frame::NotListening { request },
            });
        });
        true
    }

    /// Opens a channel while the guest's other requests go on.
    fn open<O>(self: &Rc<Self>, channel: u32, opened: O) -> bool
    where
        O: AsyncFnOnce(
                &HolderState,
            )
                -> Result<(Arc<ChannelWriter>, Option<SessionInUse>), russh::Error>
            + 'static,
    {
        let count = self.channels.borrow().len() + self.opening.get();
        if channel % 2 == 1
            || count >= MOST_CHANNELS
            || self.channels.borrow().contains_key(&channel)
        {
            return false;
        }
        self.outgoing.put(&Frame::Opening { channel });
        self.opening.set(self.opening.get() + 1);
        let session = Rc::clone(self);
        tokio::task::spawn_local(async move {
            let outcome = if session.permission.is_granted().await {
                opened(&session.holder).await
            } else {
                Err(session.holder.refuse(REFUSED))
            };
            session.opening.set(session.opening.get() - 1);
            session.holder.left.notify_waiters();
            match outcome {
                Ok((writer, in_use)) => {
                    session.outgoing.put(&Frame::Opened { channel });
                    session.carry(channel, writer, in_use);
                }
                Err(cause) => {
                    let shared = &session.holder.live.shared;
                    let code = match &cause {
                        russh::Error::ChannelOpenFailure(why) => why.code(),
                        // A lost connection is reported as such, not as the server's refusal.
                        _ if timeout(LOSS, shared.wait_for_end()).await.is_ok() => return,
                        _ => ChannelOpenFailure::ConnectFailed.code(),
                    };
                    let said = session.holder.live.shared.take_refusal();
                    session.outgoing.put(&Frame::NotOpened {
                        channel,
                        code,
                        said: said.as_bytes(),
                    });
                }
            }
        });
        true
    }

    fn carry(
        self: &Rc<Self>,
        channel: u32,
        writer: Arc<ChannelWriter>,
        in_use: Option<SessionInUse>,
    ) {
        let holder = &self.holder;
        holder.channel_began();
        let carried = OpenChannel {
            live: holder.live.clone(),
            writer,
            session: in_use.map(|in_use| (in_use, Arc::clone(&holder.sessions))),
            outgoing: Arc::clone(&self.outgoing),
            channel,
            output: OnceCell::new(),
        };
        let session = Rc::downgrade(self);
        let ended_in = Rc::clone(holder);
        let requests = carried.begin(move || {
            ended_in.channel_ended();
            if let Some(session) = session.upgrade() {
                session.channels.borrow_mut().remove(&channel);
                session.holder.left.notify_waiters();
            }
        });
        self.channels.borrow_mut().insert(channel, requests);
    }

    /// Waits until the holder is to end with its guests, and this one does not use the connection.
    async fn is_superfluous(&self) {
        loop {
            let left = self.holder.left.notified();
            let is_used = self.stays.get()
                || self.opening.get() > 0
                || !self.channels.borrow().is_empty()
                || !self.offered.borrow().is_empty();
            if self.holder.ending.get() == Ending::WithGuests && !is_used {
                return;
            }
            left.await;
        }
    }

    /// Waits until no channel is open.
    async fn finished(&self) {
        loop {
            let left = self.holder.left.notified();
            if self.channels.borrow().is_empty() {
                return;
            }
            left.await;
        }
    }

    /// Offers a channel that the server has opened.
    pub(super) fn offer(&self, call: Incoming) {
        let channel = self.last_offered.get().wrapping_add(2);
        self.last_offered.set(channel);
        if self.offered.borrow().len() >= MOST_CHANNELS {
            // Dropping the call refuses it.
            self.holder.live.shared.forget(call.channel.id());
            return;
        }
        match &call.kind {
            IncomingKind::Tcp { address, port } => {
                let address = address.as_bytes();
                self.outgoing.put(&Frame::OfferedTcp { channel, address, port: *port });
            }
            IncomingKind::Unix { path } => {
                self.outgoing.put(&Frame::OfferedUnix { channel, path: path.as_bytes() });
            }
            IncomingKind::Agent => return,
        }
        self.offered.borrow_mut().insert(channel, call);
    }
}
