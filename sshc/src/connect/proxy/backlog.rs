//! Keeps bytes for a command that does not accept them yet, so that russh goes on reading.
//!
//! russh reads and writes in turn, and does not read from the server while one of its writes waits.
//! A command with a single thread, such as `nc` or another `sshc -W`, does the same, so that each
//! would wait for the other to read.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::task::AbortHandle;
use tokio::time::{Sleep, sleep};

use crate::lock::lock;

/// The most bytes that wait. A channel never has more waiting than the server's window, 2 MiB with
/// OpenSSH: beyond that, russh has nothing to write until it has read. So there is room for several
/// busy channels.
const MOST_BYTES: usize = 16 << 20;

/// How long to wait at the end for a command that accepts nothing.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(200);

/// The writing side of a command: bytes that it accepts are written at once, the rest waits in
/// order.
pub(super) struct Backlog<W> {
    waiting: Arc<Mutex<Waiting<W>>>,
    carrier: AbortHandle,
    timeout: Option<Pin<Box<Sleep>>>,
}

struct Waiting<W> {
    /// `None` once nothing more will be written.
    sink: Option<W>,
    bytes: VecDeque<u8>,
    failure: Option<io::ErrorKind>,
    /// Woken when bytes arrive.
    carrier: Option<Waker>,
    /// Woken when there is room, or the last byte has been written.
    writer: Option<Waker>,
}

impl<W: AsyncWrite + Unpin + Send + 'static> Backlog<W> {
    /// Writes to `sink` until this is dropped.
    pub(super) fn new(sink: W) -> Self {
        let waiting = Waiting {
            sink: Some(sink),
            bytes: VecDeque::new(),
            failure: None,
            carrier: None,
            writer: None,
        };
        let waiting = Arc::new(Mutex::new(waiting));
        let shared = Arc::clone(&waiting);
        let carried = poll_fn(move |context| lock(&shared).poll_carry(context));
        Self { waiting, carrier: tokio::spawn(carried).abort_handle(), timeout: None }
    }
}

impl<W> Drop for Backlog<W> {
    fn drop(&mut self) {
        self.carrier.abort();
    }
}

impl<W: AsyncWrite + Unpin> Waiting<W> {
    /// Writes waiting bytes, for ever; ready once writing is no longer possible.
    fn poll_carry(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.bytes.is_empty() {
            let Some(sink) = &mut self.sink else { return Poll::Ready(()) };
            let (front, _) = self.bytes.as_slices();
            match ready!(Pin::new(sink).poll_write(context, front)) {
                Ok(written @ 1..) => drop(self.bytes.drain(..written)),
                outcome => {
                    self.fail(outcome.err().map_or(io::ErrorKind::WriteZero, |cause| cause.kind()));
                    return Poll::Ready(());
                }
            }
            self.writer.take().into_iter().for_each(Waker::wake);
        }
        self.carrier = Some(context.waker().clone());
        Poll::Pending
    }

    fn fail(&mut self, kind: io::ErrorKind) {
        self.failure = Some(kind);
        self.bytes = VecDeque::new();
        self.writer.take().into_iter().for_each(Waker::wake);
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(kind) = self.failure {
            return Poll::Ready(Err(kind.into()));
        }
        let Some(sink) = &mut self.sink else {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        };
        if self.bytes.is_empty()
            && let Poll::Ready(outcome) = Pin::new(sink).poll_write(context, bytes)
        {
            return Poll::Ready(outcome);
        }
        let taken = bytes.len().min(MOST_BYTES.saturating_sub(self.bytes.len()));
        if taken == 0 && !bytes.is_empty() {
            self.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        self.bytes.extend(bytes.get(..taken).unwrap_or_default());
        self.carrier.take().into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(taken))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Backlog<W> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        lock(&self.waiting).poll_write(context, bytes)
    }

    /// Does not wait, because russh flushes each packet before it reads on.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(lock(&self.waiting).failure.map_or(Ok(()), |kind| Err(kind.into())))
    }

    /// Closes the command's input after the last byte.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let mut waiting = lock(&this.waiting);
        if !waiting.bytes.is_empty() {
            waiting.writer = Some(context.waker().clone());
            let timeout = this.timeout.get_or_insert_with(|| Box::pin(sleep(CLOSE_TIMEOUT)));
            ready!(timeout.as_mut().poll(context));
        }
        waiting.sink = None;
        Poll::Ready(waiting.failure.map_or(Ok(()), |kind| Err(kind.into())))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::{Instant, timeout};

    use super::*;

    const MOMENT: Duration = Duration::from_millis(50);

    fn bytes(count: usize) -> Vec<u8> {
        (0..count).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect()
    }

    #[tokio::test]
    async fn what_is_not_taken_waits_in_order_and_ends_with_the_input() {
        let (near, mut far) = duplex(1000);
        let mut backlog = Backlog::new(near);
        let sent = bytes(1_000_000);
        for piece in sent.chunks(997) {
            backlog.write_all(piece).await.unwrap();
            backlog.flush().await.unwrap();
        }
        let mut taken = Vec::new();
        let (ended, read) = tokio::join!(backlog.shutdown(), far.read_to_end(&mut taken));
        ended.unwrap();
        read.unwrap();
        assert!(taken == sent);
        assert_eq!(backlog.write(&[0]).await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn no_more_waits_than_there_is_room_for() {
        let (near, mut far) = duplex(1000);
        let mut backlog = Backlog::new(near);
        let sent = bytes(MOST_BYTES + 3000);
        assert!(timeout(MOMENT, backlog.write_all(&sent)).await.is_err());
        let mut taken = vec![0; MOST_BYTES + 1000];
        far.read_exact(&mut taken).await.unwrap();
        assert!(sent.starts_with(&taken));
        backlog.write_all(b"room").await.unwrap();
    }

    #[tokio::test]
    async fn a_reader_that_left_is_noticed_and_one_that_stalls_is_not_waited_for() {
        let (near, far) = duplex(1000);
        let mut backlog = Backlog::new(near);
        backlog.write_all(&bytes(3000)).await.unwrap();
        let begin = Instant::now();
        backlog.shutdown().await.unwrap();
        assert!(begin.elapsed() >= CLOSE_TIMEOUT);
        drop(far);

        let (near, far) = duplex(1000);
        let mut backlog = Backlog::new(near);
        backlog.write_all(&bytes(3000)).await.unwrap();
        drop(far);
        let refused = async {
            while backlog.flush().await.is_ok() {
                tokio::task::yield_now().await;
            }
            backlog.write_all(&[0]).await.unwrap_err().kind()
        };
        assert_eq!(refused.await, io::ErrorKind::BrokenPipe);
        assert_eq!(backlog.shutdown().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn a_connection_that_is_dropped_ends_the_input() {
        let (near, mut far) = duplex(1000);
        let mut backlog = Backlog::new(near);
        backlog.write_all(&bytes(500)).await.unwrap();
        drop(backlog);
        let mut taken = Vec::new();
        far.read_to_end(&mut taken).await.unwrap();
        assert_eq!(taken, bytes(500));
    }
}
