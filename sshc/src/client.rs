//! Our side of the protocol: what the server says unasked, and where it goes.
//!
//! Everything a server may start by itself is refused here unless somebody in this
//! program asked for it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::client::{ChannelOpenHandle, DisconnectReason, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::keys::ssh_key::PublicKey;
use russh::{Channel, ChannelId, Sig};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

use crate::Error;
use crate::channel::{Exit, Flow, Inbox, held};

/// How long the connection stands still for a reader of ours, such as a pager, before it takes one more message: so
/// that keys and signs of life are sent all the same. It costs 60 KB, beyond the memory in a file.
const BREATH: Duration = Duration::from_secs(1);

/// Decides about the key the server shows; the error is why it is refused.
pub(crate) type HostKeyCheck =
    Box<dyn Fn(&PublicKeyOrCertificate) -> Result<(), Error> + Send + Sync>;

/// Shows what a server wants read before we log in.
pub(crate) type ShowBanner = Box<dyn FnMut(&str) + Send>;

/// A connection the server wants to hand us because we asked for a remote forward.
pub(crate) struct Incoming {
    pub(crate) channel: Channel<Msg>,
    pub(crate) kind: IncomingKind,
    pub(crate) reply: ChannelOpenHandle,
}

/// What an [`Incoming`] channel was opened for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IncomingKind {
    /// `forwarded-tcpip` (RFC 4254 §7.2): the address and port that were connected to.
    Tcp { address: String, port: u32 },
    /// `forwarded-streamlocal@openssh.com`: the path of the socket.
    Unix { path: String },
    /// `auth-agent@openssh.com`
    Agent,
}

/// What the rest of the program knows about a connection while it lives.
#[derive(Default)]
pub(crate) struct Shared {
    inboxes: Mutex<HashMap<ChannelId, Arc<Inbox>>>,
    /// Why the connection ended, once it has.
    end: Mutex<Option<End>>,
    ended: Notify,
    /// Whether one channel that is not read may be kept in a file, so that others go on.
    overflow: AtomicBool,
    incoming: Mutex<Option<mpsc::UnboundedSender<Incoming>>>,
    show_banner: Mutex<Option<ShowBanner>>,
    announced: watch::Sender<Vec<PublicKey>>,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The words to show, already escaped.
    pub(crate) reason: String,
    /// Whether those are the server's.
    pub(crate) is_farewell: bool,
}

impl Shared {
    /// The receiving side of a channel that was just opened.
    pub(crate) fn inbox(&self, id: ChannelId) -> Arc<Inbox> {
        Arc::clone(held(&self.inboxes).entry(id).or_default())
    }

    /// Forgets a channel whose task is done with it, or whose bytes go another way.
    pub(crate) fn forget(&self, id: ChannelId) {
        let forgotten = held(&self.inboxes).remove(&id);
        // The connection may be waiting for somebody to make room in it.
        if let Some(inbox) = forgotten {
            inbox.abandon();
        }
    }

    /// From now on a channel nobody reads is kept in a file instead of stopping all.
    pub(crate) fn let_channels_overflow(&self) {
        self.overflow.store(true, Ordering::Relaxed);
    }

    /// Accepts what the server opens for our remote forwards, and sends it there.
    pub(crate) fn accept_incoming(&self) -> mpsc::UnboundedReceiver<Incoming> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *held(&self.incoming) = Some(sender);
        receiver
    }

    /// Why the connection ended, if it has.
    pub(crate) fn end(&self) -> Option<End> {
        held(&self.end).clone()
    }

    /// Waits for the end of the connection.
    pub(crate) async fn wait_for_end(&self) -> End {
        loop {
            let notified = self.ended.notified();
            if let Some(end) = self.end() {
                return end;
            }
            notified.await;
        }
    }

    /// Waits for the host keys that the server says it has (`hostkeys-00@openssh.com`). That it
    /// holds them is not proven yet.
    pub(crate) async fn announced_keys(&self) -> Vec<PublicKey> {
        let mut announced = self.announced.subscribe();
        let keys = announced.wait_for(|keys| !keys.is_empty()).await;
        keys.map(|keys| keys.clone()).unwrap_or_default()
    }

    /// From now on banners go there, as the server sends them.
    pub(crate) fn show_banners(&self, show: ShowBanner) {
        *held(&self.show_banner) = Some(show);
    }

    fn known(&self, id: ChannelId) -> Option<Arc<Inbox>> {
        held(&self.inboxes).get(&id).cloned()
    }

    /// The connection has ended; only the first reason counts.
    pub(crate) fn finish(&self, end: End) {
        held(&self.end).get_or_insert(end);
        for inbox in held(&self.inboxes).values() {
            inbox.cut();
        }
        self.ended.notify_waiters();
    }
}

/// The handler that russh calls for everything that arrives.
pub(crate) struct Client {
    shared: Arc<Shared>,
    check: HostKeyCheck,
    key_shown: Arc<Notify>,
}

impl Client {
    /// `key_shown` is told when the server has shown its host key, that is when the
    /// time that passes is no longer the network's but perhaps the user's.
    pub(crate) fn new(shared: Arc<Shared>, check: HostKeyCheck, key_shown: Arc<Notify>) -> Self {
        Self { shared, check, key_shown }
    }

    async fn deliver(&self, flow: &Flow, bytes: &[u8], session: &mut Session) -> Result<(), Error> {
        let overflow = self.shared.overflow.load(Ordering::Relaxed);
        // One that was waited for in vain gets no more of our memory.
        let crowded = !overflow && flow.is_crowded();
        if flow.accept(bytes, overflow || crowded) && !crowded {
            return Ok(());
        }
        if timeout(BREATH, flow.relief(overflow)).await.is_err() {
            // Its question whether we are there stands behind all this data.
            session.send_keepalive(true)?;
        }
        Ok(())
    }

    fn offer(&self, channel: Channel<Msg>, kind: IncomingKind, reply: ChannelOpenHandle) {
        // A handle that is dropped is refused by russh: so is all we did not ask for.
        if let Some(sender) = &*held(&self.shared.incoming) {
            let _ = self.shared.inbox(channel.id());
            let _ = sender.send(Incoming { channel, kind, reply });
        }
    }
}

impl Handler for Client {
    type Error = Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Error> {
        self.key_shown.notify_one();
        (self.check)(key).map(|()| true)
    }

    async fn auth_banner(&mut self, banner: &str, _: &mut Session) -> Result<(), Error> {
        if let Some(show) = &mut *held(&self.shared.show_banner) {
            show(banner);
        }
        Ok(())
    }

    async fn channel_open_confirmation(
        &mut self,
        id: ChannelId,
        _: u32,
        _: u32,
        _: &mut Session,
    ) -> Result<(), Error> {
        // Data may follow at once, before the task that opened the channel runs again.
        let _ = self.shared.inbox(id);
        Ok(())
    }

    async fn data(
        &mut self,
        id: ChannelId,
        bytes: &[u8],
        session: &mut Session,
    ) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            self.deliver(&inbox.out, bytes, session).await?;
        }
        Ok(())
    }

    async fn extended_data(
        &mut self,
        id: ChannelId,
        kind: u32,
        bytes: &[u8],
        session: &mut Session,
    ) -> Result<(), Error> {
        const SSH_EXTENDED_DATA_STDERR: u32 = 1;
        if let (SSH_EXTENDED_DATA_STDERR, Some(inbox)) = (kind, self.shared.known(id)) {
            self.deliver(&inbox.err, bytes, session).await?;
        }
        Ok(())
    }

    async fn channel_success(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            inbox.reply(true);
        }
        Ok(())
    }

    async fn channel_failure(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            inbox.reply(false);
        }
        Ok(())
    }

    async fn channel_eof(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            inbox.end_of_data();
        }
        Ok(())
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            inbox.close();
        }
        Ok(())
    }

    async fn exit_status(
        &mut self,
        id: ChannelId,
        status: u32,
        _: &mut Session,
    ) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            inbox.exited(Exit::Status(status));
        }
        Ok(())
    }

    async fn exit_signal(
        &mut self,
        id: ChannelId,
        signal: Sig,
        core_dumped: bool,
        message: &str,
        _: &str,
        _: &mut Session,
    ) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            let name = signal_name(signal);
            inbox.exited(Exit::Signal { name, core_dumped, message: message.to_owned() });
        }
        Ok(())
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        channel: Channel<Msg>,
        address: &str,
        port: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.offer(channel, IncomingKind::Tcp { address: address.to_owned(), port }, reply);
        Ok(())
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        channel: Channel<Msg>,
        path: &str,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.offer(channel, IncomingKind::Unix { path: path.to_owned() }, reply);
        Ok(())
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.offer(channel, IncomingKind::Agent, reply);
        Ok(())
    }

    async fn server_channel_open_session(
        &mut self,
        _: Channel<Msg>,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        Ok(())
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        Ok(())
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        Ok(())
    }

    async fn server_channel_open_x11(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _refused: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        Ok(())
    }

    async fn openssh_ext_host_keys_announced(
        &mut self,
        keys: Vec<PublicKey>,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.shared.announced.send_replace(keys);
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Error>) -> Result<(), Error> {
        match reason {
            DisconnectReason::ReceivedDisconnect(info) => {
                let words = info.message.escape_debug().to_string();
                let unsaid = || format!("{:?}", info.reason_code);
                let reason = Some(words).filter(|it| !it.is_empty()).unwrap_or_else(unsaid);
                self.shared.finish(End { reason, is_farewell: true });
                Ok(())
            }
            DisconnectReason::Error(cause) => {
                self.shared.finish(End { reason: cause.plain(), is_farewell: false });
                Err(cause)
            }
        }
    }
}

fn signal_name(signal: Sig) -> String {
    match signal {
        Sig::Custom(name) => name,
        known => format!("{known:?}"),
    }
}
