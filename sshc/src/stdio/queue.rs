//! Threads for descriptors that can only be read or written by blocking.
//!
//! Both directions are bounded, so that a slow side holds back a fast one. The threads are never
//! joined: one that is blocked when the program ends, ends with it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::{Notify, mpsc};

use super::CHUNK;

/// How many chunks to read ahead of the runtime.
const CHUNKS_AHEAD: usize = 4;

/// How many bytes to accept ahead of the writing thread.
const BYTES_AHEAD: usize = 4 * CHUNK;

/// Reads on its own thread.
#[derive(Debug)]
pub(crate) struct Reader {
    chunks: mpsc::Receiver<io::Result<Vec<u8>>>,
}

impl Reader {
    /// Starts the thread. `read` waits for bytes and appends them to an empty vector with room for
    /// [`CHUNK`]; if it appends none, that is the end.
    pub(crate) fn spawn<F>(mut read: F) -> io::Result<Self>
    where
        F: FnMut(&mut Vec<u8>) -> io::Result<()> + Send + 'static,
    {
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        thread::Builder::new().name("input".to_owned()).spawn(move || {
            loop {
                let mut chunk = Vec::with_capacity(CHUNK);
                let result = read(&mut chunk);
                let last = result.is_err() || chunk.is_empty();
                if sender.blocking_send(result.map(|()| chunk)).is_err() || last {
                    return;
                }
            }
        })?;
        Ok(Self { chunks })
    }

    /// The next chunk; always empty after the end. Cancel safe.
    pub(crate) async fn read(&mut self) -> io::Result<Vec<u8>> {
        self.chunks.recv().await.unwrap_or_else(|| Ok(Vec::new()))
    }
}

/// Writes on its own thread.
#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
    progress: Notify,
}

#[derive(Debug, Default)]
struct State {
    queued: Vec<u8>,
    /// Bytes that the thread has taken, but may not have written yet.
    in_flight: usize,
    failed: Option<io::Error>,
    abandoned: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn room(&self) -> usize {
        BYTES_AHEAD.saturating_sub(self.queued.len() + self.in_flight)
    }

    /// The error of an earlier write; its kind is kept for later calls.
    fn check(&mut self) -> io::Result<()> {
        match self.failed.take() {
            Some(error) => {
                self.failed = Some(error.kind().into());
                Err(error)
            }
            None => Ok(()),
        }
    }
}

impl Writer {
    /// Starts the thread. `write` writes all of its argument, however long it blocks.
    pub(crate) fn spawn<F>(mut write: F) -> io::Result<Self>
    where
        F: FnMut(&[u8]) -> io::Result<()> + Send + 'static,
    {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name("output".to_owned()).spawn(move || {
            let mut batch = Vec::new();
            while next_batch(&theirs, &mut batch) {
                let result = write(&batch);
                let mut state = theirs.lock();
                state.in_flight = 0;
                state.failed = result.err();
                let stop = state.failed.is_some();
                drop(state);
                theirs.progress.notify_waiters();
                if stop {
                    return;
                }
            }
        })?;
        Ok(Self { shared })
    }

    /// Takes as many bytes as there is room for.
    pub(crate) fn try_write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.shared.lock();
        state.check()?;
        let taken = bytes.len().min(state.room());
        state.queued.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        drop(state);
        self.shared.work.notify_one();
        Ok(taken)
    }

    /// Waits for room, or for an error that ends all writing.
    pub(crate) async fn ready(&self) {
        self.wait_until(|state| state.failed.is_some() || state.room() > 0).await;
    }

    /// Waits until everything taken is written.
    pub(crate) async fn flush(&self) -> io::Result<()> {
        let idle = |state: &State| state.queued.is_empty() && state.in_flight == 0;
        self.wait_until(|state| state.failed.is_some() || idle(state)).await;
        self.shared.lock().check()
    }

    async fn wait_until(&self, condition: impl Fn(&State) -> bool) {
        loop {
            // Created before the state is checked, so that no change in between is missed.
            let progress = self.shared.progress.notified();
            if condition(&self.shared.lock()) {
                return;
            }
            progress.await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.lock().abandoned = true;
        self.shared.work.notify_one();
    }
}

/// Swaps the queued bytes into `batch`, and waits until there are some; `false` at the end.
fn next_batch(shared: &Shared, batch: &mut Vec<u8>) -> bool {
    batch.clear();
    let mut state = shared.lock();
    while state.queued.is_empty() && !state.abandoned {
        state = shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    std::mem::swap(&mut state.queued, batch);
    state.in_flight = batch.len();
    !batch.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc as std_mpsc;

    #[tokio::test]
    async fn reads_until_the_end() {
        let mut chunks = [&b"one"[..], b"two", b""].into_iter();
        let mut reader = Reader::spawn(move |chunk| {
            chunk.extend_from_slice(chunks.next().unwrap_or_default());
            Ok(())
        })
        .unwrap();
        for expected in [&b"one"[..], b"two", b"", b""] {
            assert_eq!(reader.read().await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn holds_back_a_fast_writer_and_loses_nothing() {
        let (permit, permits) = std_mpsc::channel::<()>();
        let written = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&written);
        let writer = Writer::spawn(move |bytes| {
            permits.recv().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            theirs.lock().unwrap().extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
        let sent: Vec<u8> = (0..=255).cycle().take(BYTES_AHEAD + 1000).collect();
        assert_eq!(writer.try_write_now(&sent).unwrap(), BYTES_AHEAD);
        assert_eq!(writer.try_write_now(b"more").unwrap(), 0);
        permit.send(()).unwrap();
        writer.ready().await;
        assert_eq!(writer.try_write_now(&sent[BYTES_AHEAD..]).unwrap(), 1000);
        permit.send(()).unwrap();
        writer.flush().await.unwrap();
        assert_eq!(*written.lock().unwrap(), sent);
    }

    #[tokio::test]
    async fn a_failed_write_is_reported_later_and_every_time() {
        let writer = Writer::spawn(|_| Err(io::ErrorKind::BrokenPipe.into())).unwrap();
        writer.try_write_now(b"lost").unwrap();
        assert_eq!(writer.flush().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        writer.ready().await;
        for _ in 0..2 {
            let again = writer.try_write_now(b"x").unwrap_err();
            assert_eq!(again.kind(), io::ErrorKind::BrokenPipe);
        }
    }
}
