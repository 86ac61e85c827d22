//! One connection through a tunnel: a local socket and a channel, until both have ended.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use russh::Channel;
use russh::client::Msg;
use tokio::time::{sleep, timeout};

use super::socket::Socket;
use super::{Live, Tally};
use crate::channel::{Event, Inbox};

/// Bytes of one tunnel that may wait in memory for a local program that does not read;
/// what comes beyond goes to a file. A hundred stalled tunnels then hold 12 MiB.
const MEMORY_BYTES: usize = 128 * 1024;

/// Bytes read from a local socket at once.
const READ_BYTES: usize = 128 * 1024;

/// Reads of at least so many bytes are sent as they are; smaller ones would waste the room behind them.
const HANDED_OVER_BYTES: usize = READ_BYTES / 4;

/// How long the server may take to close a channel on which both sides have ended.
const CLOSING: Duration = Duration::from_secs(10);

/// The same where the program at our end is gone: a service that goes on all the same is told no later than this,
const GONE: Duration = Duration::from_secs(1);

/// or when it has sent so much more in vain.
const IN_VAIN_BYTES: u64 = 64 * 1024;

/// Opens a channel to a TCP port as the server sees it (RFC 4254 §7.2).
pub(crate) async fn open_tcp(
    live: &Live,
    host: &str,
    port: u16,
) -> Result<Channel<Msg>, russh::Error> {
    // The origin is for the server's log; a made-up one tells nobody anything about us.
    live.handle.channel_open_direct_tcpip(host, u32::from(port), "127.0.0.1", 0).await
}

/// Carries bytes both ways until both sides have ended, or either broke. A program whose connection ends before the
/// server's side did, for whatever reason, sees it break.
pub(super) async fn relay(
    live: &Live,
    tally: &Tally,
    channel: Channel<Msg>,
    socket: Arc<dyn Socket>,
) {
    tally.opened();
    let id = channel.id();
    let inbox = live.shared.inbox(id);
    // With its read half dropped russh keeps no copy of what arrives: the inbox has it.
    let (unused, writer) = channel.split();
    drop(unused);
    inbox.out.open(Arc::clone(&socket).outlet(), MEMORY_BYTES);

    // A socket that cannot is only less clear.
    let _ = socket.break_when_dropped(true);
    let down = async {
        let outcome = inbox.out.pump().await;
        if !inbox.is_cut() {
            // The peer may be gone by now; then there is nobody to tell.
            let _ = socket.break_when_dropped(false);
            let _ = socket.finish();
        }
        outcome
    };
    let up = async {
        let outcome = upload(&*socket, &writer, tally).await;
        if outcome.is_ok() {
            let _ = writer.eof().await;
        }
        outcome
    };
    let orderly = finish_both(down, up, &inbox).await;
    let is_closed = if orderly {
        closes(&inbox).await
    } else {
        drop(socket);
        inbox.abandon();
        let _ = writer.eof().await;
        closes_for_nobody(&inbox).await
    };
    if !is_closed {
        let _ = writer.close().await;
    }
    live.shared.forget(id);
    tally.received(inbox.out.passed());
    tally.closed();
}

/// Runs both directions to their ends. A broken one ends the other, and when the server has
/// closed the channel only what it sent before is still delivered. `false` for a broken one.
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

/// Whether the server closes a channel on which both sides have ended. It is waited for because russh keeps 5 KB of every
/// channel that we close before the server does, as long as the connection stands.
pub(super) async fn closes(inbox: &Inbox) -> bool {
    timeout(CLOSING, closed(inbox)).await.is_ok()
}

/// Whether it closes one that has ended on our side alone, before that costs too much.
async fn closes_for_nobody(inbox: &Inbox) -> bool {
    let enough = inbox.out.passed() + IN_VAIN_BYTES;
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
    writer: &russh::ChannelWriteHalf<Msg>,
    tally: &Tally,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        socket.readable().await?;
        buffer.reserve(READ_BYTES);
        let count = match socket.try_read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => continue,
            Err(cause) => return Err(cause),
        };
        tally.sent(count as u64);
        let bytes = if count < HANDED_OVER_BYTES {
            let exact = buffer.clone();
            buffer.clear();
            exact
        } else {
            std::mem::take(&mut buffer)
        };
        writer.data_bytes(bytes).await.map_err(io::Error::other)?;
    }
}
