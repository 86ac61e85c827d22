//! Our side of the protocol: unsolicited messages from the server, and where they go.
//!
//! Refuses everything that a server may start by itself, unless this program asked for it.

use std::sync::Arc;

use russh::client::{ChannelOpenHandle, DisconnectReason, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::keys::ssh_key::PublicKey;
use russh::{Channel, ChannelId, ChannelOpenFailure, Disconnect, Names, Sig};
use tokio::sync::Notify;

use crate::Error;
use crate::antispoof;
use crate::channel::{Exit, Flow};

mod connection_info;
pub(crate) mod link;
mod negotiated;
mod progress;
mod shared;

pub(crate) use connection_info::ConnectionInfo;
use link::{Offered, Reply};
pub(crate) use progress::{ProgressEvent, ProgressObserver};
pub(crate) use shared::{End, Shared};

/// Judges the host key; the error is the reason for its refusal.
pub(crate) type HostKeyCheck =
    Box<dyn Fn(&PublicKeyOrCertificate) -> Result<(), Error> + Send + Sync>;

/// Shows text that a server sends before the login.
pub(crate) type ShowBanner = Box<dyn FnMut(&str) + Send>;

/// A channel that the server opens because we asked for a remote forward.
pub(crate) struct Incoming {
    pub(crate) channel: Offered,
    pub(crate) kind: IncomingKind,
    pub(crate) reply: Reply,
}

/// The origin of an [`Incoming`] channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IncomingKind {
    /// `forwarded-tcpip` (RFC 4254 §7.2): the address and port that were connected to.
    Tcp { address: String, port: u32 },
    /// `forwarded-streamlocal@openssh.com`: the path of the socket.
    Unix { path: String },
    /// `auth-agent@openssh.com`
    Agent,
}

/// The handler that russh calls for everything that arrives.
pub(crate) struct Client {
    shared: Arc<Shared>,
    check: HostKeyCheck,
    key_shown: Arc<Notify>,
    observer: ProgressObserver,
}

impl Client {
    /// `key_shown` is notified when the server has sent its host key: from then on the user, not
    /// the network, may be what takes time.
    pub(crate) fn new(
        shared: Arc<Shared>,
        check: HostKeyCheck,
        key_shown: Arc<Notify>,
        observer: ProgressObserver,
    ) -> Self {
        Self { shared, check, key_shown, observer }
    }

    async fn deliver(
        &self,
        id: ChannelId,
        flow: &Flow,
        bytes: &[u8],
        session: &mut Session,
    ) -> Result<(), Error> {
        let overflow = self.shared.channels_overflow();
        if flow.deliver(bytes, overflow).await.is_err() {
            // The server's keepalive request is queued after all this data, so we send a sign of
            // life. It must not need an answer: while we do not read, `sshd` could not send one,
            // and it would wait for that. Setting a variable after the program has started has no
            // effect (RFC 4254 §6.4).
            session.set_env(id, false, "SSHC", "reads on later")?;
        }
        Ok(())
    }

    fn offer(&self, channel: Channel<Msg>, kind: IncomingKind, reply: ChannelOpenHandle) {
        let (channel, reply) = (Offered::Own(channel), Reply::Own(reply));
        self.shared.offer(Incoming { channel, kind, reply });
    }
}

impl Handler for Client {
    type Error = Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Error> {
        self.key_shown.notify_one();
        (self.check)(key).map(|()| true)
    }

    async fn kex_done(
        &mut self,
        _: Option<&[u8]>,
        names: &Names,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.shared.note_key_exchange(names.kex.as_ref());
        negotiated::log(names);
        self.shared.note_algorithms(negotiated::summary(names));
        self.observer.tell(|| {
            let (kex, cipher) = (names.kex.as_ref(), names.cipher.as_ref());
            ProgressEvent::Algorithms(format!("{kex}, {}, {cipher}", names.key))
        });
        Ok(())
    }

    async fn auth_banner(&mut self, banner: &str, _: &mut Session) -> Result<(), Error> {
        self.shared.show_banner(banner);
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

    async fn channel_open_failure(
        &mut self,
        _: ChannelId,
        _: ChannelOpenFailure,
        description: &str,
        _: &str,
        _: &mut Session,
    ) -> Result<(), Error> {
        self.shared.refused(description.trim());
        Ok(())
    }

    async fn data(
        &mut self,
        id: ChannelId,
        bytes: &[u8],
        session: &mut Session,
    ) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            self.deliver(id, &inbox.out, bytes, session).await?;
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
            self.deliver(id, &inbox.err, bytes, session).await?;
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
        _: bool,
        _: &str,
        _: &str,
        _: &mut Session,
    ) -> Result<(), Error> {
        if let Some(inbox) = self.shared.known(id) {
            inbox.exited(Exit::Signal(signal_name(signal)));
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
        self.shared.announce(keys);
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Error>) -> Result<(), Error> {
        match reason {
            DisconnectReason::ReceivedDisconnect(info) => {
                let reason = match info.message.trim() {
                    "" => unsaid(&info.reason_code).to_owned(),
                    words => antispoof::quoted(words),
                };
                self.shared.finish(End { reason, is_disconnect: true });
                Ok(())
            }
            DisconnectReason::Error(cause) => {
                self.shared.finish(End { reason: cause.plain(), is_disconnect: false });
                Err(cause)
            }
        }
    }
}

/// The meaning of a disconnect that has only a number (RFC 4253 §11.1).
fn unsaid(reason: &Disconnect) -> &'static str {
    match reason {
        Disconnect::ByApplication => "no reason was given",
        Disconnect::TooManyConnections => "too many connections",
        Disconnect::HostNotAllowedToConnect => "this computer may not connect",
        Disconnect::ServiceNotAvailable => "the service is not available",
        Disconnect::NoMoreAuthMethodsAvailable => "no more ways to log in",
        Disconnect::IllegalUserName => "the user's name is not allowed",
        Disconnect::ConnectionLost => "the server lost the connection",
        _ => "the server found a fault in the protocol",
    }
}

fn signal_name(signal: Sig) -> String {
    match signal {
        Sig::Custom(name) => name,
        known => format!("{known:?}"),
    }
}
