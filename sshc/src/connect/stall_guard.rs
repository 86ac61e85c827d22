//! Gives up a connection that accepts no more bytes, like one that does not answer, and reads the
//! last words of a server that hung up.
//!
//! russh sends keepalives only between its writes, and a write to a dead connection waits until the
//! system gives up, a quarter of an hour or more. Also, russh reports why a connection ended only
//! if it could be closed in order, which a broken one cannot. And it stops at the first failed
//! write, though the server's reason for leaving (`SSH_MSG_DISCONNECT`) may still be unread.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::ByteStream;
use crate::client::Shared;

/// How long the rest of what a server said is waited for after a write failed.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// Ends with [`io::ErrorKind::TimedOut`] when `every` has passed `most` times in a row without a
/// byte being accepted; never if either is zero.
pub(super) struct StallGuard {
    stream: Box<dyn ByteStream>,
    every: Duration,
    most: usize,
    stuck: Option<StalledWrite>,
    given_up: bool,
    hung_up: Option<PeerGone>,
    /// Learns when the other side was heard, and how many bytes went each way.
    shared: Arc<Shared>,
}

/// The other side takes nothing more: writes go nowhere, and reading ends with `cause` at the first
/// pause after `end`.
struct PeerGone {
    cause: io::ErrorKind,
    end: Pin<Box<Sleep>>,
}

/// A write that waits.
struct StalledWrite {
    tick: Pin<Box<Sleep>>,
    ticks: usize,
}

impl StallGuard {
    pub(super) fn new(
        stream: Box<dyn ByteStream>,
        every: Duration,
        most: usize,
        shared: Arc<Shared>,
    ) -> Self {
        Self { stream, every, most, stuck: None, given_up: false, hung_up: None, shared }
    }

    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stuck = None;
        }
        if outcome.is_ready() || self.every.is_zero() || self.most == 0 {
            return outcome;
        }
        let every = self.every;
        let stuck = self
            .stuck
            .get_or_insert_with(|| StalledWrite { tick: Box::pin(sleep(every)), ticks: 0 });
        while stuck.tick.as_mut().poll(context).is_ready() {
            stuck.ticks = counted(stuck.ticks, stuck.tick.deadline().elapsed(), every);
            if stuck.ticks >= self.most {
                self.given_up = true;
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            stuck.tick.as_mut().reset(Instant::now() + every);
        }
        Poll::Pending
    }

    /// Lets a write that failed because the other side is gone pass as done, until reading ends.
    fn noted<T>(
        &mut self,
        outcome: io::Result<T>,
        context: &mut Context<'_>,
        done: T,
    ) -> io::Result<T> {
        let cause = match outcome {
            Err(error) if is_gone(&error) => error.kind(),
            other => return other,
        };
        let mut end = Box::pin(sleep(CLOSE_TIMEOUT));
        // Wakes the task that also reads.
        let _ = end.as_mut().poll(context);
        self.hung_up = Some(PeerGone { cause, end });
        Ok(done)
    }
}

/// Whether a failed write means that the other side is gone.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(error.kind(), K::BrokenPipe | K::ConnectionReset | K::ConnectionAborted)
}

/// Counts a tick that came `late`. If it is later than a whole interval, we or the computer slept,
/// and the count starts again, because the connection has not had that time.
fn counted(ticks: usize, late: Duration, every: Duration) -> usize {
    if late > every { 0 } else { ticks + 1 }
}

impl AsyncRead for StallGuard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, into);
        if outcome.is_ready() {
            self.shared.hear();
            self.shared.count(into.filled().len().saturating_sub(before), 0);
            return outcome;
        }
        match &mut self.hung_up {
            Some(PeerGone { cause, end }) => {
                end.as_mut().poll(context).map(|()| Err((*cause).into()))
            }
            None => outcome,
        }
    }
}

impl AsyncWrite for StallGuard {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.hung_up.is_some() {
            return Poll::Ready(Ok(bytes.len()));
        }
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = &outcome {
            this.shared.count(0, *count);
        }
        this.watch(context, outcome).map(|outcome| this.noted(outcome, context, bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.hung_up.is_some() {
            return Poll::Ready(Ok(()));
        }
        let outcome = Pin::new(&mut this.stream).poll_flush(context);
        this.watch(context, outcome).map(|outcome| this.noted(outcome, context, ()))
    }

    /// Cannot fail: a connection that is gone is closed.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.given_up {
            return Poll::Ready(Ok(()));
        }
        let outcome = Pin::new(&mut this.stream).poll_shutdown(context);
        this.watch(context, outcome).map(|_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const EVERY: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_connection_that_accepts_nothing_is_given_up_and_one_that_does_is_kept() {
        // A stream that holds 100 bytes until they are read.
        let (near, mut far) = duplex(100);
        let mut guarded = StallGuard::new(Box::new(near), EVERY, 3, Arc::default());
        let (written, read) = tokio::join!(guarded.write_all(&[0; 1000]), async {
            let mut bytes = [0; 900];
            far.read_exact(&mut bytes).await
        });
        written.unwrap();
        read.unwrap();
        let begin = Instant::now();
        let refused = guarded.write_all(&[0]).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        assert!(begin.elapsed() >= 3 * EVERY, "{:?}", begin.elapsed());
        guarded.shutdown().await.unwrap();
    }

    #[tokio::test]
    async fn a_lost_connection_is_closed() {
        struct Gone;
        impl AsyncRead for Gone {
            fn poll_read(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
                _: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                Poll::Pending
            }
        }
        impl AsyncWrite for Gone {
            fn poll_write(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
                _: &[u8],
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
            }
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
            }
            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Err(io::ErrorKind::NotConnected.into()))
            }
        }
        let mut guarded = StallGuard::new(Box::new(Gone), Duration::ZERO, 3, Arc::default());
        guarded.write_all(&[0]).await.unwrap();
        guarded.flush().await.unwrap();
        let end = guarded.read_u8().await.unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::BrokenPipe);
        guarded.shutdown().await.unwrap();
    }

    #[tokio::test]
    async fn what_was_said_before_the_other_side_left_is_read() {
        /// Takes nothing, and still has two bytes and its end to be read.
        struct Left(&'static [u8]);
        impl AsyncRead for Left {
            fn poll_read(
                mut self: Pin<&mut Self>,
                _: &mut Context<'_>,
                into: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                into.put_slice(self.0);
                self.0 = &[];
                Poll::Ready(Ok(()))
            }
        }
        impl AsyncWrite for Left {
            fn poll_write(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
                _: &[u8],
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }
            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }
        }
        let mut guarded = StallGuard::new(Box::new(Left(b"hi")), Duration::ZERO, 3, Arc::default());
        guarded.write_all(&[0]).await.unwrap();
        let mut said = Vec::new();
        guarded.read_to_end(&mut said).await.unwrap();
        assert_eq!(said, b"hi");
    }

    #[test]
    fn the_count_of_silence_starts_again_after_a_sleep() {
        assert_eq!(counted(1, Duration::from_millis(3), EVERY), 2);
        assert_eq!(counted(2, Duration::from_secs(3600), EVERY), 0);
    }
}
