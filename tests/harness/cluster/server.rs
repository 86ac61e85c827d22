//! The server's side of the protocol: who may log in, and which channels are opened.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::keys::{PrivateKey, PublicKey};
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Session};
use russh::server::{PublicKeyOffer, VerifiedPublicKey, run_stream};
use russh::{Channel, ChannelId, ChannelMsg, ChannelOpenFailure, MethodKind, MethodSet};
use tokio::net::{TcpListener, TcpStream};

use super::command;

/// One key is the only way to log in, and refusals are not delayed.
pub(super) fn config(host_key: PrivateKey) -> Config {
    Config {
        keys: vec![host_key],
        methods: MethodSet::from(&[MethodKind::PublicKey][..]),
        auth_rejection_time: Duration::ZERO,
        nodelay: true,
        inactivity_timeout: None,
        ..Config::default()
    }
}

/// Accepts connections for ever.
pub(super) async fn serve(listener: TcpListener, config: Arc<Config>, visitor: Visitor) {
    while let Ok((stream, _)) = listener.accept().await {
        let (config, visitor) = (Arc::clone(&config), visitor.clone());
        tokio::spawn(async move {
            // The client reports its own failures.
            if let Ok(session) = run_stream(config, stream, visitor).await {
                let _ = session.await;
            }
        });
    }
}

/// A connection, before and after its key was accepted.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    user: Arc<str>,
    authorized: Arc<PublicKey>,
}

impl Visitor {
    pub(super) fn new(user: &str, authorized: PublicKey) -> Self {
        Self { user: user.into(), authorized: Arc::new(authorized) }
    }

    /// The comment is not part of a key.
    fn judge(&self, user: &str, key: &PublicKey) -> Auth {
        if user == &*self.user && key.key_data() == self.authorized.key_data() {
            Auth::Accept
        } else {
            Auth::reject()
        }
    }
}

impl Handler for Visitor {
    type Error = russh::Error;

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Self::Error> {
        Ok(self.judge(user, offer.public_key))
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        Ok(self.judge(user, key.public_key))
    }

    async fn channel_open_session(
        &mut self,
        mut channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        let user = Arc::clone(&self.user);
        tokio::spawn(async move {
            while let Some(message) = channel.wait().await {
                if let ChannelMsg::Exec { command, .. } = message {
                    return command::run(&user, &String::from_utf8_lossy(&command), channel).await;
                }
            }
        });
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        _command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_failure(channel)
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host: &str,
        port: u32,
        _originator: &str,
        _originator_port: u32,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        let Some(address) = loopback(host, port) else {
            reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
            return Ok(());
        };
        let Ok(mut stream) = TcpStream::connect(address).await else {
            reply.reject(ChannelOpenFailure::ConnectFailed).await;
            return Ok(());
        };
        reply.accept().await;
        tokio::spawn(async move {
            let mut channel = channel.into_stream();
            // Either side may break off; the other one sees the end.
            let _ = tokio::io::copy_bidirectional(&mut channel, &mut stream).await;
        });
        Ok(())
    }
}

/// The only addresses to which this cluster connects.
fn loopback(host: &str, port: u32) -> Option<(IpAddr, u16)> {
    let address = match host {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        _ => host.parse().ok().filter(IpAddr::is_loopback)?,
    };
    Some((address, u16::try_from(port).ok()?))
}
