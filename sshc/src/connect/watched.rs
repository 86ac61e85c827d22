//! Gives up a connection that accepts no more bytes, like one that does not answer.
//!
//! russh sends keepalives only between its writes, and a write to a dead connection waits until the
//! system gives up, a quarter of an hour or more. Also, russh reports why a connection ended only
//! if it could be closed in order, which a broken one cannot.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::ByteStream;
use crate::client::Shared;

/// Ends with [`io::ErrorKind::TimedOut`] when `every` has passed `most` times in a row without a
/// byte being accepted; never if either is zero.
pub(super) struct Watched {
    stream: Box<dyn ByteStream>,
    every: Duration,
    most: usize,
    stuck: Option<Stuck>,
    given_up: bool,
    /// Learns when the other side was heard.
    shared: Arc<Shared>,
}

/// A write that waits.
struct Stuck {
    tick: Pin<Box<Sleep>>,
    ticks: usize,
}

impl Watched {
    pub(super) fn new(
        stream: Box<dyn ByteStream>,
        every: Duration,
        most: usize,
        shared: Arc<Shared>,
    ) -> Self {
        Self { stream, every, most, stuck: None, given_up: false, shared }
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
        let stuck =
            self.stuck.get_or_insert_with(|| Stuck { tick: Box::pin(sleep(every)), ticks: 0 });
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
}

/// Counts a tick that came `late`. If it is later than a whole interval, we or the computer slept,
/// and the count starts again, because the connection has not had that time.
fn counted(ticks: usize, late: Duration, every: Duration) -> usize {
    if late > every { 0 } else { ticks + 1 }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_read(context, into);
        if outcome.is_ready() {
            self.shared.hear();
        }
        outcome
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.watch(context, outcome)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_flush(context);
        this.watch(context, outcome)
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
    async fn a_line_that_takes_nothing_is_given_up_and_one_that_does_is_kept() {
        // A stream that holds 100 bytes until they are read.
        let (near, mut far) = duplex(100);
        let mut watched = Watched::new(Box::new(near), EVERY, 3, Arc::default());
        let (written, read) = tokio::join!(watched.write_all(&[0; 1000]), async {
            let mut bytes = [0; 900];
            far.read_exact(&mut bytes).await
        });
        written.unwrap();
        read.unwrap();
        let begin = Instant::now();
        let refused = watched.write_all(&[0]).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        assert!(begin.elapsed() >= 3 * EVERY, "{:?}", begin.elapsed());
        watched.shutdown().await.unwrap();
    }

    #[tokio::test]
    async fn a_line_that_is_gone_is_closed() {
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
        let mut watched = Watched::new(Box::new(Gone), Duration::ZERO, 3, Arc::default());
        assert_eq!(watched.write_all(&[0]).await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        watched.shutdown().await.unwrap();
    }

    #[test]
    fn who_slept_waits_as_long_again() {
        assert_eq!(counted(1, Duration::from_millis(3), EVERY), 2);
        assert_eq!(counted(2, Duration::from_secs(3600), EVERY), 0);
    }
}
