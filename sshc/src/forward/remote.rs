//! `-R`: the server listens, we connect.

use std::sync::Arc;

use russh::client::Msg;
use russh::{ChannelOpenFailure, ChannelStream};
use tokio::net::TcpStream;

use super::relay::{Link, relay};
use super::socket::{Socket, connect_unix};
use super::socks;
use super::spec::{Direction, Forward, Goal, Listen};
use crate::Error;
use crate::client::{Incoming, IncomingKind};

/// Asks the server to listen, and gives the forward back with the port it chose.
pub(super) async fn request(link: &Link, forward: &Forward) -> Result<Forward, Error> {
    let outcome = match &forward.listen {
        Listen::Unix(path) => link.handle.streamlocal_forward(path).await.map(|()| forward.clone()),
        Listen::Tcp { port, .. } => {
            link.handle.tcpip_forward(wire_address(&forward.listen), u32::from(*port)).await.map(
                |chosen| match u16::try_from(chosen) {
                    Ok(chosen) if *port == 0 => forward.on_port(chosen),
                    _ => forward.clone(),
                },
            )
        }
    };
    outcome.map_err(|_| Error::Forward {
        what: forward.to_string(),
        reason: "the server refused to listen there".into(),
        hint: Some("the port may be in use on the server, or forwarding forbidden there".into()),
    })
}

/// The address as RFC 4254 §7.1 spells it.
fn wire_address(listen: &Listen) -> &str {
    match listen.place() {
        "*" => "",
        place => place,
    }
}

/// Connects to the goals of the forwards whenever the server says that somebody called.
pub(super) async fn serve(link: Link, forwards: Vec<Forward>) {
    let mut incoming = link.shared.accept_incoming();
    while let Some(call) = incoming.recv().await {
        let goal = forwards.iter().find(|forward| asked_for(forward, &call.kind));
        match goal.map(|forward| forward.goal.clone()) {
            Some(goal) => drop(tokio::spawn(connect(link.clone(), goal, call))),
            None => {
                link.shared.forget(call.channel.id());
                call.reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
            }
        }
    }
}

fn asked_for(forward: &Forward, called: &IncomingKind) -> bool {
    debug_assert_eq!(forward.direction, Direction::Remote);
    match (called, &forward.listen) {
        (IncomingKind::Tcp { port: called, .. }, Listen::Tcp { port, .. }) => {
            u32::from(*port) == *called
        }
        (IncomingKind::Unix { path: called }, Listen::Unix(path)) => path == called,
        _ => false,
    }
}

async fn connect(link: Link, goal: Goal, call: Incoming) {
    let Incoming { channel, reply, .. } = call;
    let socket: std::io::Result<Arc<dyn Socket>> = match &goal {
        Goal::Tcp { host, port } => tcp(host, *port).await,
        Goal::Unix(path) => connect_unix(path).await,
        Goal::Socks => {
            // This channel is read as a stream: nobody empties its inbox.
            link.shared.forget(channel.id());
            reply.accept().await;
            return serve_socks(channel.into_stream()).await;
        }
    };
    match socket {
        Ok(socket) => {
            reply.accept().await;
            relay(&link, channel, socket).await;
        }
        Err(_) => {
            link.shared.forget(channel.id());
            reply.reject(ChannelOpenFailure::ConnectFailed).await;
        }
    }
}

/// `-R port`: the programs on the server's side say where they want to go from here.
async fn serve_socks(mut caller: ChannelStream<Msg>) {
    let Ok(request) = socks::negotiate(&mut caller).await else { return };
    let socket = TcpStream::connect((request.host.as_str(), request.port)).await;
    let told = socks::answer(&mut caller, &request, socket.is_ok()).await;
    if let (Ok(mut socket), Ok(())) = (socket, told) {
        // Whichever side breaks, both are dropped and so both are told.
        let _ = tokio::io::copy_bidirectional(&mut caller, &mut socket).await;
    }
}

async fn tcp(host: &str, port: u16) -> std::io::Result<Arc<dyn Socket>> {
    let socket = TcpStream::connect((host, port)).await?;
    socket.set_nodelay(true)?;
    Ok(Arc::new(socket))
}
