//! Tunnels: local, remote and dynamic forwards, of ports and of Unix sockets.
//!
//! A forward listens on one side and, for every connection there, opens a channel whose
//! bytes [`relay`] carries. Nothing listens on more than loopback unless told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use russh::client::Handle;
use serde_json::json;
use tokio::task::JoinSet;

use crate::Error;
use crate::client::{Client, Shared};

mod local;
mod relay;
mod remote;
mod reuse;
mod socket;
mod socks;
pub(crate) mod spec;

pub(crate) use relay::{Link, open_tcp};
pub(crate) use spec::{Direction, Forward, Goal};

/// What all tunnels of a connection carried.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    open: AtomicU64,
    total: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

/// A moment's reading of a [`Tally`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Connections that are open now.
    pub(crate) open: u64,
    /// Connections so far.
    pub(crate) total: u64,
    /// Bytes to the server.
    pub(crate) sent: u64,
    /// Bytes from the server.
    pub(crate) received: u64,
}

impl Tally {
    pub(crate) fn read(&self) -> Traffic {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Traffic {
            open: of(&self.open),
            total: of(&self.total),
            sent: of(&self.sent),
            received: of(&self.received),
        }
    }
}

/// The forwards of one connection; dropping it stops them.
pub(crate) struct Running {
    tasks: JoinSet<()>,
    /// The forwards as they came about: with the ports that were chosen.
    pub(crate) listening: Vec<Forward>,
    pub(crate) tally: Arc<Tally>,
}

/// Sets up every forward.
///
/// # Errors
/// The first one that cannot be set up, unless `failures_are_fatal` is false: then it
/// is reported to `complain` and the others go on.
pub(crate) async fn start(
    handle: &Arc<Handle<Client>>,
    shared: &Arc<Shared>,
    forwards: &[Forward],
    failures_are_fatal: bool,
    mut complain: impl FnMut(&Error),
) -> Result<Running, Error> {
    let tally = Arc::new(Tally::default());
    let link = Link::new(Arc::clone(handle), Arc::clone(shared), Arc::clone(&tally));
    let mut running = Running { tasks: JoinSet::new(), listening: Vec::new(), tally };
    if forwards.is_empty() {
        return Ok(running);
    }
    shared.let_channels_overflow();
    let mut remotes = Vec::new();
    for forward in forwards {
        let outcome = match forward.direction {
            Direction::Local => local::listen(&link, forward, &mut running.tasks).await,
            Direction::Remote => remote::request(&link, forward).await,
        };
        match outcome {
            Ok(listening) => {
                if listening.direction == Direction::Remote {
                    remotes.push(listening.clone());
                }
                running.listening.push(listening);
            }
            Err(cause) if failures_are_fatal => return Err(cause),
            Err(cause) => complain(&cause),
        }
    }
    if !remotes.is_empty() {
        running.tasks.spawn(remote::serve(link, remotes));
    }
    Ok(running)
}

/// A forward that listens, as one line of JSON.
pub(crate) fn as_json(forward: &Forward) -> String {
    json!({
        "direction": match (&forward.direction, &forward.goal) {
            (Direction::Local, Goal::Socks) => "dynamic",
            (Direction::Local, _) => "local",
            (Direction::Remote, _) => "remote",
        },
        "bind": forward.listen.place(),
        "port": forward.listen.port(),
        "to": forward.goal.to_string(),
    })
    .to_string()
}
