//! One connection through a tunnel: a local socket and a channel, until both have ended.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::socket::{Socket, Waiting};
use super::{LiveConnection, TrafficCounters};
use crate::channel::{ByteSink, Event, Inbox};
use crate::client::link::ChannelWriter;

/// Bytes of one tunnel that may wait in memory for a local program that does not read; more goes to
/// a file. A hundred stalled tunnels then hold 12 MiB.
pub(super) const MEMORY_BYTES: usize = 128 * 1024;

/// The least and the most bytes to read from a local socket at once. Most connections carry little;
/// large transfers need fewer, larger pieces. A hundred tunnels from which the server takes nothing
/// hold 50 MiB.
const LEAST_READ_BYTES: usize = 16 * 1024;
const MOST_READ_BYTES: usize = 512 * 1024;

/// How long the server may take to close a channel on which both sides have ended.
const CLOSING: Duration = Duration::from_secs(10);

/// The same when the local program is gone: a service that keeps sending is cut off after this time
/// at the latest,
const GONE: Duration = Duration::from_secs(1);

/// or after this many more bytes without a reader.
const UNREAD_BYTES: u64 = 64 * 1024;

/// Carries bytes both ways until both sides have ended or one has broken. If the local connection
/// ends before the server's side has, the local program sees it break.
pub(super) async fn relay(
    live: &LiveConnection,
    traffic: &Arc<TrafficCounters>,
    writer: &ChannelWriter,
    socket: Arc<dyn Socket>,
) {
    traffic.opened();
    let inbox = live.shared.inbox(writer.id());
    let outlet = Counted { outlet: Arc::clone(&socket).outlet(), traffic: Arc::clone(traffic) };
    inbox.out.open(Arc::new(outlet), MEMORY_BYTES);

    // If this fails, the program sees an end instead of an error.
    let _ = socket.break_when_dropped(true);
    let down = async {
        let outcome = inbox.out.pump().await;
        if !inbox.is_cut() {
            // The local program may be gone by now.
            let _ = socket.break_when_dropped(false);
            let _ = socket.finish();
        }
        outcome
    };
    let up = async {
        let outcome = upload(&*socket, writer, traffic).await;
        if outcome.is_ok() {
            let _ = writer.eof().await;
        }
        outcome
    };
    if finish_both(down, up, &inbox).await {
        if !closes(&inbox).await {
            let _ = writer.close().await;
        }
        live.shared.forget(writer.id());
    } else {
        drop(socket);
        give_up(live, writer, &inbox).await;
    }
    traffic.closed();
}

/// Ends a channel whose local end is gone.
pub(crate) async fn give_up(live: &LiveConnection, writer: &ChannelWriter, inbox: &Inbox) {
    inbox.abandon();
    let _ = writer.eof().await;
    if !closes_for_nobody(inbox).await {
        let _ = writer.close().await;
    }
    live.shared.forget(writer.id());
}

/// A local socket that counts what it takes.
struct Counted {
    outlet: Arc<dyn ByteSink>,
    traffic: Arc<TrafficCounters>,
}

impl ByteSink for Counted {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.outlet.try_write(bytes)?;
        self.traffic.received(taken as u64);
        Ok(taken)
    }

    fn writable(&self) -> Waiting<'_> {
        self.outlet.writable()
    }
}

/// Runs both directions to their ends; returns `false` if one broke, which ends the other. After
/// the server has closed the channel, only what it had sent is still delivered.
async fn finish_both(
    down: impl Future<Output = io::Result<()>>,
    up: impl Future<Output = io::Result<()>>,
    inbox: &Inbox,
) -> bool {
    tokio::pin!(down, up);
    let (mut down_done, mut up_done) = (false, false);
    while !(down_done && up_done) {
        tokio::select! {
            outcome = &mut down, if !down_done => {
                down_done = true;
                if outcome.is_err() {
                    return false;
                }
            }
            outcome = &mut up, if !up_done => {
                up_done = true;
                if outcome.is_err() {
                    return false;
                }
            }
            () = closed(inbox), if !up_done => up_done = true,
        }
    }
    true
}

/// Whether the server closes a channel on which both sides have ended. Waiting for it saves memory:
/// for every channel that we close first, russh keeps 5 KB until the connection ends.
pub(super) async fn closes(inbox: &Inbox) -> bool {
    timeout(CLOSING, closed(inbox)).await.is_ok()
}

/// Whether the server closes a channel that only we have ended, within [`GONE`] and
/// [`UNREAD_BYTES`].
async fn closes_for_nobody(inbox: &Inbox) -> bool {
    let enough = inbox.out.passed() + UNREAD_BYTES;
    tokio::select! {
        () = closed(inbox) => true,
        () = inbox.out.passes(enough) => false,
        () = sleep(GONE) => false,
    }
}

async fn closed(inbox: &Inbox) {
    while inbox.next().await != Event::Closed {}
}

async fn upload(
    socket: &dyn Socket,
    writer: &ChannelWriter,
    traffic: &TrafficCounters,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    let mut room = LEAST_READ_BYTES;
    loop {
        socket.readable().await?;
        buffer.reserve(room);
        let count = match socket.try_read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => continue,
            Err(cause) => return Err(cause),
        };
        traffic.sent(count as u64);
        let is_little = count < room / 4;
        room = next_room(room, count);
        // Little data is copied: sent as it is, it would keep the whole buffer allocated.
        let bytes = if is_little {
            let exact = buffer.clone();
            buffer.clear();
            buffer.shrink_to(room);
            exact
        } else {
            std::mem::take(&mut buffer)
        };
        writer.data_bytes(bytes).await.map_err(io::Error::other)?;
    }
}

/// The room for the next read, after one that filled `count` bytes of `room`.
fn next_room(room: usize, count: usize) -> usize {
    if count >= room {
        (2 * room).min(MOST_READ_BYTES)
    } else if count < room / 4 {
        (room / 2).max(LEAST_READ_BYTES)
    } else {
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_streams_are_read_in_large_pieces_and_quiet_ones_in_small_ones() {
        let mut room = LEAST_READ_BYTES;
        for _ in 0..10 {
            room = next_room(room, room);
        }
        assert_eq!(room, MOST_READ_BYTES);
        assert_eq!(next_room(room, room / 2), room);
        for _ in 0..10 {
            room = next_room(room, 1);
        }
        assert_eq!(room, LEAST_READ_BYTES);
    }
}
