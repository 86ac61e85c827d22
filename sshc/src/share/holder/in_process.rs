//! A tunnel that reconnects and shares its connection: its process is the holder, and the tunnel is
//! one of its guests, so that each has its own listeners.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::super::{DuringLogin, HUNG_UP, HolderAnswer, TAKEN, Welcome, handshake};
use super::accept::{Over, PAUSE, keep};
use super::{Ending, HolderState};
use crate::Error;
use crate::client::Shared;
use crate::client::link::Guest;
use crate::client::link::control_socket::{
    self, Claim, HolderSocket, HolderStream, HolderTimeout, Listener, NoHolder, WaitingGuests,
};
use crate::client::link::frame::Frame;
use crate::client::link::outgoing::Outgoing;
use crate::forward::LiveConnection;
use crate::plan::{Plan, Sharing};

/// A holder in the process of a tunnel.
pub(crate) struct InProcessHolder<'a> {
    plan: &'a Plan,
    sharing: &'a Sharing,
    stage: Stage,
}

/// How new guests are treated.
enum Stage {
    /// They wait for the first login.
    Closed(HolderSocket, WaitingGuests),
    /// They are served.
    Open(Rc<HolderState>, JoinHandle<(HolderSocket, Listener, Over)>),
    /// They are turned away: the connection was lost.
    Between(HolderSocket, Listener),
    /// None comes any more.
    Over,
}

impl<'a> InProcessHolder<'a> {
    /// Claims the name of the plan's shared connection. `None` if it is taken or cannot be, which
    /// `-v` tells.
    pub(crate) async fn claim(plan: &'a Plan) -> Option<Self> {
        let sharing = plan.share.as_ref().filter(|sharing| sharing.starts)?;
        match socket(sharing).await {
            Ok((socket, waiting_guests)) => {
                Some(Self { plan, sharing, stage: Stage::Closed(socket, waiting_guests) })
            }
            Err(why) => {
                log::info!("not sharing this connection: {why}");
                None
            }
        }
    }

    /// Shares this connection; returns the way to it for the process's own tunnels.
    ///
    /// # Errors
    /// When there is no such way.
    pub(crate) async fn open(&mut self, live: LiveConnection) -> Result<LiveConnection, Error> {
        let failed = |source| Error::Stream { what: "the socket to share at", source };
        let (mut socket, listener, waiting) = match std::mem::replace(&mut self.stage, Stage::Over)
        {
            Stage::Closed(socket, waiting_guests) => {
                let (listener, waiting) = waiting_guests.let_in().map_err(failed)?;
                (socket, listener, waiting)
            }
            Stage::Between(socket, listener) => (socket, listener, Vec::new()),
            Stage::Open(..) | Stage::Over => return Ok(live),
        };
        let holder = HolderState::open(live, self.plan, self.sharing, std::process::id());
        let (ours, own) = control_socket::pair().await.map_err(failed)?;
        for stream in waiting.into_iter().chain([own]) {
            holder.let_in(stream);
        }
        let kept = Rc::clone(&holder);
        let keeping = tokio::task::spawn_local(async move {
            let over = keep(&kept, &listener, &mut socket, None).await;
            if over == Over::Done {
                socket.unlist();
            }
            kept.close().await;
            (socket, listener, over)
        });
        self.stage = Stage::Open(holder, keeping);
        let ours = HolderStream { stream: ours, time_limit: HolderTimeout::USUAL };
        match handshake(ours, &self.sharing.route_digest, None, DuringLogin::Wait).await {
            HolderAnswer::Welcome(Welcome { stream, arrivals, is_windows, .. }) => {
                let shared = Arc::new(Shared::default());
                let agent = self.sharing.agent.clone();
                let guest = Guest::new(stream, arrivals, Arc::clone(&shared), agent);
                Ok(LiveConnection::shared(guest, shared, is_windows))
            }
            HolderAnswer::HungUp | HolderAnswer::Unusable(_) => {
                Err(failed(io::ErrorKind::ConnectionAborted.into()))
            }
        }
    }

    /// After the tunnel's connection has ended: whether the tunnel is to come back. It is not if a
    /// user has ended the holder.
    pub(crate) async fn comes_back(&mut self) -> bool {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Open(_, keeping) => match keeping.await {
                Ok((socket, listener, Over::Lost)) if socket.is_listed() => {
                    self.stage = Stage::Between(socket, listener);
                    true
                }
                // `-O stop`: it shares nothing any more, and goes on.
                Ok((_, _, Over::Lost)) => true,
                _ => false,
            },
            _ => true,
        }
    }

    /// Sends guests away as long as there is no connection.
    pub(crate) async fn turn_away(&self) -> Infallible {
        let Stage::Between(_, listener) = &self.stage else { return pending().await };
        loop {
            let Ok(stream) = listener.accept().await else {
                // For example, too many open files.
                sleep(PAUSE).await;
                continue;
            };
            let why = b"its connection was lost, and is being made again";
            // It fits into the stream's own buffer.
            Outgoing::new(Arc::new(stream)).put(&Frame::Refused { why });
        }
    }

    /// Ends it, with a goodbye to the server.
    pub(crate) async fn end(self) {
        if let Stage::Open(holder, keeping) = self.stage {
            holder.end(Ending::Now);
            let _ = keeping.await;
        }
    }
}

/// The place for guests, where they wait from now on.
async fn socket(sharing: &Sharing) -> Result<(HolderSocket, WaitingGuests), String> {
    let taken = || TAKEN.to_owned();
    let failed = |cause: io::Error| contract::report::cause(&cause);
    let listens = async || match control_socket::connect(&sharing.path).await {
        Ok(_) => Err(taken()),
        Err(NoHolder::HungUp) => Err(HUNG_UP.to_owned()),
        Err(NoHolder::Failed(cause)) => Err(failed(cause)),
        Err(NoHolder::Nobody) => Ok(()),
    };
    listens().await?;
    let claim = Claim::take(&sharing.path, sharing.makes_folder).map_err(failed)?;
    let claim = claim.ok_or_else(taken)?;
    // Another program may have claimed the name since we looked.
    listens().await?;
    let mut socket = claim.open().map_err(failed)?;
    let waiting_guests = socket.waiting_guests().map_err(failed)?;
    Ok((socket, waiting_guests))
}
