//! The connection that tunnels use: the current one, or the next after a loss.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::{Failures, TrafficCounters};
use crate::Error;
use crate::client::Shared;
use crate::client::link::Guest;
use crate::client::link::Link;
use crate::connect::Connection;

/// How long a client of a local listener waits for a lost connection to come back.
const CALLERS_WAIT: Duration = Duration::from_secs(30);

/// A logged-in connection.
#[derive(Clone)]
pub(crate) struct LiveConnection {
    pub(crate) handle: Arc<Link>,
    pub(crate) shared: Arc<Shared>,
    /// Whether the server is Microsoft's OpenSSH, on Windows.
    pub(crate) is_windows: bool,
    /// The connections to the jump hosts, which carry this one.
    _way: Arc<Vec<Connection>>,
}

impl LiveConnection {
    pub(crate) fn new(goal: Connection, way: Vec<Connection>) -> Self {
        let Connection { handle, shared, is_windows, .. } = goal;
        let handle = Arc::new(Link::Own(handle));
        Self { handle, shared, is_windows, _way: Arc::new(way) }
    }

    /// The connection that a holder in the background shares with us.
    pub(crate) fn shared(guest: Guest, shared: Arc<Shared>, is_windows: bool) -> Self {
        let (handle, way) = (Arc::new(Link::Shared(guest)), Arc::default());
        Self { handle, shared, is_windows, _way: way }
    }
}

/// Where tunnels find the connection.
#[derive(Clone)]
pub(crate) struct ConnectionSlot {
    live: watch::Sender<Option<LiveConnection>>,
    pub(super) traffic: Arc<TrafficCounters>,
    pub(super) failures: Arc<Failures>,
}

impl ConnectionSlot {
    pub(crate) fn new(quiet: bool) -> Self {
        let failures = Arc::new(Failures::new(quiet));
        Self { live: watch::Sender::new(None), traffic: Arc::default(), failures }
    }

    /// Sets the connection to use from now on; `None` means that it was lost.
    pub(crate) fn set(&self, live: Option<LiveConnection>) {
        self.live.send_replace(live);
    }

    /// The current connection.
    pub(crate) fn current(&self) -> Option<LiveConnection> {
        self.live.borrow().clone()
    }

    /// The current connection, or the next one if it comes in time.
    ///
    /// # Errors
    /// When no connection comes in time.
    pub(super) async fn live(&self) -> Result<LiveConnection, Error> {
        self.wait_for(|_| true).await
    }

    /// The connection that replaces `lost`, if it comes in time.
    ///
    /// # Errors
    /// When no connection comes in time.
    pub(super) async fn after(&self, lost: &LiveConnection) -> Result<LiveConnection, Error> {
        self.wait_for(|live| !Arc::ptr_eq(&live.handle, &lost.handle)).await
    }

    async fn wait_for(
        &self,
        wanted: impl Fn(&LiveConnection) -> bool,
    ) -> Result<LiveConnection, Error> {
        let mut watched = self.live.subscribe();
        let found = watched.wait_for(|live| live.as_ref().is_some_and(&wanted));
        let found = timeout(CALLERS_WAIT, found).await;
        let found = found.ok().and_then(Result::ok).and_then(|live| live.clone());
        found.ok_or(Error::Protocol(russh::Error::Disconnect))
    }
}
