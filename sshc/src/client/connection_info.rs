//! Facts about a connection: its addresses, age, algorithms and traffic.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use crate::lock::lock;

/// Facts about a connection, for `-O conninfo`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConnectionInfo {
    /// Ours and the server's; `None` through a proxy.
    pub(crate) addresses: Option<(SocketAddr, SocketAddr)>,
    /// Its age.
    pub(crate) duration: Duration,
    /// Those of the last key exchange, in lines.
    pub(crate) algorithms: String,
    /// Bytes that have arrived.
    pub(crate) received: u64,
    /// Bytes that were sent.
    pub(crate) sent: u64,
}

/// Collects these facts while the connection lasts.
#[derive(Default)]
pub(super) struct Record {
    begun: OnceLock<(Instant, Option<(SocketAddr, SocketAddr)>)>,
    algorithms: Mutex<String>,
    received: AtomicU64,
    sent: AtomicU64,
}

impl Record {
    pub(super) fn begin(&self, addresses: Option<(SocketAddr, SocketAddr)>) {
        let _ = self.begun.set((Instant::now(), addresses));
    }

    pub(super) fn note_algorithms(&self, lines: String) {
        *lock(&self.algorithms) = lines;
    }

    pub(super) fn count(&self, received: usize, sent: usize) {
        for (counter, bytes) in [(&self.received, received), (&self.sent, sent)] {
            counter.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(super) fn info(&self) -> ConnectionInfo {
        let begun = self.begun.get();
        ConnectionInfo {
            addresses: begun.and_then(|(_, addresses)| *addresses),
            duration: begun.map(|(at, _)| at.elapsed()).unwrap_or_default(),
            algorithms: lock(&self.algorithms).clone(),
            received: self.received(),
            sent: self.sent.load(Ordering::Relaxed),
        }
    }
}
