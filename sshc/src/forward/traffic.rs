//! What all tunnels together have carried.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Counters that running tunnels update.
#[derive(Debug, Default)]
pub(crate) struct TrafficCounters {
    /// Wakes the tasks that wait for the last connection to end.
    idle: Notify,
    open: AtomicU64,
    total: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

/// The values of a [`TrafficCounters`] at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Connections that are open now.
    pub(crate) open: u64,
    /// Connections so far.
    pub(crate) total: u64,
    /// Bytes to the other side.
    pub(crate) sent: u64,
    /// Bytes from the other side.
    pub(crate) received: u64,
}

impl TrafficCounters {
    pub(crate) fn read(&self) -> Traffic {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Traffic {
            open: of(&self.open),
            total: of(&self.total),
            sent: of(&self.sent),
            received: of(&self.received),
        }
    }

    pub(super) fn opened(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.total.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn received(&self, bytes: u64) {
        self.received.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn closed(&self) {
        if self.open.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.idle.notify_waiters();
        }
    }

    /// Waits until no connection is open.
    pub(super) async fn idle(&self) {
        loop {
            let idle = self.idle.notified();
            if self.read().open == 0 {
                return;
            }
            idle.await;
        }
    }
}
