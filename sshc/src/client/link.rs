//! Access to a server's channels: over our own connection, or over one that another process holds
//! for us. Sessions and tunnels use both in the same way.

use russh::client::{ChannelOpenHandle, Handle, Msg};
use russh::keys::agent::AgentSessionBinding;
use russh::keys::ssh_key::PublicKey;
use russh::{Channel, ChannelOpenFailure, ChannelStream, ChannelWriteHalf, Disconnect, Pty};

use super::Client;
use crate::stdio::{Input, Output};
use crate::terminal::Size;

pub(crate) mod control_socket;
pub(crate) mod frame;
pub(crate) mod guest;
pub(crate) mod incoming;
pub(crate) mod outgoing;

pub(crate) use guest::Guest;

/// A logged-in connection, for opening channels.
pub(crate) enum Link {
    /// Ours.
    Own(Handle<Client>),
    /// That of a holder in the background.
    Shared(Guest),
}

impl Link {
    /// Opens a channel for a shell, a command or a subsystem (RFC 4254 §6.1).
    pub(crate) async fn open_session(&self) -> Result<ChannelWriter, russh::Error> {
        match self {
            Self::Own(handle) => handle.channel_open_session().await.map(ChannelWriter::own),
            Self::Shared(guest) => guest.open_session().await.map(ChannelWriter::Shared),
        }
    }

    /// Opens a channel to a TCP port as the server sees it (RFC 4254 §7.2).
    pub(crate) async fn open_tcp(
        &self,
        host: &str,
        port: u16,
    ) -> Result<ChannelWriter, russh::Error> {
        match self {
            // The origin is for the server's log; a made-up one reveals nothing about us.
            Self::Own(handle) => handle
                .channel_open_direct_tcpip(host, u32::from(port), "127.0.0.1", 0)
                .await
                .map(ChannelWriter::own),
            Self::Shared(guest) => guest.open_tcp(host, port).await.map(ChannelWriter::Shared),
        }
    }

    /// Opens a channel to a Unix socket on the server (OpenSSH's PROTOCOL §2.4).
    pub(crate) async fn open_unix(&self, path: &str) -> Result<ChannelWriter, russh::Error> {
        match self {
            Self::Own(handle) => {
                handle.channel_open_direct_streamlocal(path).await.map(ChannelWriter::own)
            }
            Self::Shared(guest) => guest.open_unix(path).await.map(ChannelWriter::Shared),
        }
    }

    /// Asks the server to listen on a port; returns the port that it chose.
    pub(crate) async fn listen_tcp(&self, address: &str, port: u16) -> Result<u32, russh::Error> {
        match self {
            Self::Own(handle) => handle.tcpip_forward(address, u32::from(port)).await,
            Self::Shared(guest) => guest.listen_tcp(address, port).await,
        }
    }

    /// Asks the server to listen at a path.
    pub(crate) async fn listen_unix(&self, path: &str) -> Result<(), russh::Error> {
        match self {
            Self::Own(handle) => handle.streamlocal_forward(path).await,
            Self::Shared(guest) => guest.listen_unix(path).await,
        }
    }

    /// Asks the server to stop listening on that port.
    pub(crate) async fn cancel_tcp(&self, address: &str, port: u16) -> Result<(), russh::Error> {
        match self {
            Self::Own(handle) => handle.cancel_tcpip_forward(address, u32::from(port)).await,
            Self::Shared(guest) => guest.cancel_tcp(address, port).await,
        }
    }

    /// Asks the server to stop listening at that path.
    pub(crate) async fn cancel_unix(&self, path: &str) -> Result<(), russh::Error> {
        match self {
            Self::Own(handle) => handle.cancel_streamlocal_forward(path).await,
            Self::Shared(guest) => guest.cancel_unix(path).await,
        }
    }

    /// Exchanges new keys as soon as possible.
    pub(crate) async fn rekey_soon(&self) -> Result<(), russh::Error> {
        match self {
            Self::Own(handle) => handle.rekey_soon().await,
            Self::Shared(guest) => {
                guest.rekey_soon();
                Ok(())
            }
        }
    }

    /// The session that an agent signs for (`session-bind@openssh.com`). `None` on a shared
    /// connection, where the holder asks the agent.
    pub(crate) fn agent_session_binding(&self) -> Option<&AgentSessionBinding> {
        match self {
            Self::Own(handle) => handle.agent_session_binding(),
            Self::Shared(_) => None,
        }
    }

    /// Asks the server to prove that it holds these host keys.
    pub(crate) async fn hostkeys_prove(&self, keys: Vec<PublicKey>) -> Result<(), russh::Error> {
        match self {
            Self::Own(handle) => handle.hostkeys_prove(keys).await.map(drop),
            Self::Shared(_) => Err(russh::Error::Inconsistent),
        }
    }

    /// Asks the holder of a shared connection to keep it open for tunnels that have no channel yet.
    pub(crate) fn stay(&self) {
        if let Self::Shared(guest) = self {
            guest.stay();
        }
    }

    /// Waits for the answer to a ping.
    pub(crate) async fn ping(&self) -> Result<(), russh::Error> {
        match self {
            Self::Own(handle) => handle.send_ping().await,
            Self::Shared(_) => Ok(()),
        }
    }

    /// Says goodbye to the server. A shared connection stays open for other programs.
    pub(crate) async fn disconnect(&self) {
        if let Self::Own(handle) = self {
            let _ = handle.disconnect(Disconnect::ByApplication, "", "en").await;
        }
    }

    /// Whether another process holds the connection.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }
}

/// The writing half of a channel.
pub(crate) enum ChannelWriter {
    /// Of our own connection.
    Own(ChannelWriteHalf<Msg>),
    /// Of a shared one.
    Shared(guest::Writer),
}

impl ChannelWriter {
    /// Once the reading half is dropped, russh keeps no copy of what arrives: the inbox has it.
    pub(crate) fn own(channel: Channel<Msg>) -> Self {
        Self::Own(channel.split().1)
    }

    /// The number by which its inbox is known.
    pub(crate) fn id(&self) -> u32 {
        match self {
            Self::Own(own) => own.id().into(),
            Self::Shared(shared) => shared.id(),
        }
    }

    /// Sends bytes, as soon as the other side accepts them.
    pub(crate) async fn data_bytes(&self, bytes: Vec<u8>) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.data_bytes(bytes).await,
            Self::Shared(shared) => shared.data(bytes).await,
        }
    }

    /// Has the holder of a shared connection use these standard streams itself, where it can.
    /// Returns whether it reads the input.
    pub(crate) fn hand_over(&self, input: Option<&Input>, output: Option<&Output>) -> bool {
        let Self::Shared(shared) = self else { return false };
        let (input, output) = (input.and_then(Input::passed), output.and_then(Output::passed));
        let has_input = input.is_some();
        shared.hand_over(input, output) && has_input
    }

    /// Says that no more bytes will follow.
    pub(crate) async fn eof(&self) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.eof().await,
            Self::Shared(shared) => shared.eof(),
        }
    }

    /// Closes the channel.
    pub(crate) async fn close(&self) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.close().await,
            Self::Shared(shared) => shared.close(),
        }
    }

    /// Offers the agent to the server's programs, and wants an answer.
    pub(crate) async fn agent_forward(&self) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.agent_forward(true).await,
            Self::Shared(shared) => shared.agent_forward(),
        }
    }

    /// Asks for a terminal, and wants an answer.
    pub(crate) async fn request_pty(
        &self,
        name: &str,
        size: Size,
        modes: &[(Pty, u32)],
    ) -> Result<(), russh::Error> {
        let Size { columns, rows, pixel_width, pixel_height } = size;
        match self {
            Self::Own(own) => {
                own.request_pty(true, name, columns, rows, pixel_width, pixel_height, modes).await
            }
            Self::Shared(shared) => shared.request_pty(name, size, modes),
        }
    }

    /// Sets a variable of the program's environment; asks for no answer.
    pub(crate) async fn set_env(&self, name: &str, value: &str) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.set_env(false, name, value).await,
            Self::Shared(shared) => shared.set_env(name, value),
        }
    }

    /// Starts the login shell, and wants an answer.
    pub(crate) async fn request_shell(&self) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.request_shell(true).await,
            Self::Shared(shared) => shared.request_shell(),
        }
    }

    /// Starts a command, and wants an answer.
    pub(crate) async fn exec(&self, command: &[u8]) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.exec(true, command).await,
            Self::Shared(shared) => shared.exec(command),
        }
    }

    /// Starts a subsystem, and wants an answer.
    pub(crate) async fn request_subsystem(&self, name: &str) -> Result<(), russh::Error> {
        match self {
            Self::Own(own) => own.request_subsystem(true, name).await,
            Self::Shared(shared) => shared.request_subsystem(name),
        }
    }

    /// Sends the new size of the terminal.
    pub(crate) async fn window_change(&self, size: Size) -> Result<(), russh::Error> {
        let Size { columns, rows, pixel_width, pixel_height } = size;
        match self {
            Self::Own(own) => own.window_change(columns, rows, pixel_width, pixel_height).await,
            Self::Shared(shared) => shared.window_change(size),
        }
    }
}

/// A channel that the server opened, before it is accepted.
pub(crate) enum Offered {
    /// On our own connection.
    Own(Channel<Msg>),
    /// On a shared one.
    Shared(guest::Writer),
}

impl Offered {
    pub(crate) fn id(&self) -> u32 {
        match self {
            Self::Own(channel) => channel.id().into(),
            Self::Shared(shared) => shared.id(),
        }
    }

    pub(crate) fn into_writer(self) -> ChannelWriter {
        match self {
            Self::Own(channel) => ChannelWriter::own(channel),
            Self::Shared(shared) => ChannelWriter::Shared(shared),
        }
    }

    /// The channel as a stream; `None` on a shared connection.
    pub(crate) fn into_stream(self) -> Option<ChannelStream<Msg>> {
        match self {
            Self::Own(channel) => Some(channel.into_stream()),
            Self::Shared(_) => None,
        }
    }
}

/// The answer to a channel that the server opened; dropping it refuses the channel.
pub(crate) enum Reply {
    /// On our own connection.
    Own(ChannelOpenHandle),
    /// On a shared one.
    Shared(guest::Reply),
}

impl Reply {
    pub(crate) async fn accept(self) {
        match self {
            Self::Own(handle) => handle.accept().await,
            Self::Shared(reply) => reply.accept(),
        }
    }

    pub(crate) async fn reject(self, why: ChannelOpenFailure) {
        match self {
            Self::Own(handle) => handle.reject(why).await,
            Self::Shared(reply) => reply.reject(&why),
        }
    }
}
