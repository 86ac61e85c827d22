//! One stream of bytes from the server to its consumer.

use std::future::Future;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::lock;

mod spool;

use spool::Spool;

/// How long the connection waits for a local reader, such as a pager, before it takes one more
/// message, so that keystrokes and keepalives are still sent. That costs 60 KB in memory, in
/// addition to the file.
const BREATH: Duration = Duration::from_secs(1);

/// The destination of a channel's bytes: standard output, a socket.
pub(crate) trait ByteSink: Send + Sync {
    /// Writes as much as possible without waiting; returns 0 if that is nothing.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Waits until writing is possible again.
    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>>;
}

/// One stream of bytes on the way from the server to a [`ByteSink`].
#[derive(Default)]
pub(crate) struct Flow {
    state: Mutex<FlowState>,
    /// Wakes the pump: bytes are waiting, or the stream has ended.
    arrived: Notify,
    /// Wakes the connection: there is room again.
    relieved: Notify,
}

#[derive(Default)]
struct FlowState {
    outlet: Option<Arc<dyn ByteSink>>,
    spool: Spool,
    ended: bool,
    failure: Option<io::ErrorKind>,
    passed: u64,
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Flow").field("passed", &self.passed()).finish_non_exhaustive()
    }
}

impl Flow {
    /// Sets the destination, and how many bytes may wait in memory.
    pub(crate) fn open(&self, outlet: Arc<dyn ByteSink>, memory_bytes: usize) {
        let mut state = lock(&self.state);
        state.outlet = Some(outlet);
        state.spool.set_limit(memory_bytes);
        self.arrived.notify_one();
    }

    /// Sets how many bytes may wait in memory while the destination is not known yet.
    pub(crate) fn keep(&self, memory_bytes: usize) {
        lock(&self.state).spool.set_limit(memory_bytes);
    }

    /// Takes the first bytes, for a caller that needs them to choose the destination of the rest.
    ///
    /// # Errors
    /// When the stream ends before that many bytes.
    pub(crate) async fn read_exact(&self, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            let count = {
                let mut state = lock(&self.state);
                let count = state.spool.front()?.read(into)?;
                state.spool.consume(count);
                if count == 0 && (state.ended || state.failure.is_some()) {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                count
            };
            into = into.get_mut(count..).unwrap_or_default();
            self.relieved.notify_one();
            if count == 0 {
                self.arrived.notified().await;
            }
        }
        Ok(())
    }

    /// Accepts received bytes. With `may_overflow`, bytes that do not fit into memory go to disk.
    /// Without it, or if the disk accepts no more, returns `false`: the connection should not be
    /// read again until [`Flow::relief`].
    pub(crate) fn accept(&self, mut bytes: &[u8], may_overflow: bool) -> bool {
        let mut state = lock(&self.state);
        state.passed += bytes.len() as u64;
        if state.failure.is_some() {
            self.arrived.notify_one();
            return true;
        }
        if let (Some(outlet), true) = (state.outlet.clone(), state.spool.is_empty()) {
            match write_now(&*outlet, bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(cause) => {
                    state.failure = Some(cause.kind());
                    self.arrived.notify_one();
                    return true;
                }
            }
        }
        if bytes.is_empty() {
            return true;
        }
        let fits = state.spool.push(bytes, may_overflow);
        self.arrived.notify_one();
        fits
    }

    /// Takes data, and waits for room if too much is buffered.
    ///
    /// # Errors
    /// No room was made in time; the data was taken all the same.
    pub(crate) async fn deliver(&self, bytes: &[u8], may_overflow: bool) -> Result<(), Elapsed> {
        // A channel whose consumer already timed out is not buffered further.
        let crowded = !may_overflow && self.is_crowded();
        if self.accept(bytes, may_overflow || crowded) && !crowded {
            return Ok(());
        }
        timeout(BREATH, self.relief(may_overflow)).await
    }

    /// Whether more bytes wait than should be in memory.
    fn is_crowded(&self) -> bool {
        let state = lock(&self.state);
        state.failure.is_none() && state.spool.is_over_limit()
    }

    /// Waits until the spool has room again, or its bytes are no longer wanted.
    pub(crate) async fn relief(&self, may_overflow: bool) {
        loop {
            {
                let state = lock(&self.state);
                if state.failure.is_some() || state.spool.has_room(may_overflow) {
                    return;
                }
            }
            self.relieved.notified().await;
        }
    }

    /// The destination has failed: later data is dropped.
    pub(super) fn fail(&self, kind: io::ErrorKind) {
        lock(&self.state).failure.get_or_insert(kind);
        self.relieved.notify_one();
        self.arrived.notify_one();
    }

    /// No one will take the data any more: it is dropped from now on.
    pub(super) fn abandon(&self) {
        lock(&self.state).outlet = None;
        self.fail(io::ErrorKind::BrokenPipe);
    }

    /// No more bytes will come.
    pub(crate) fn end(&self) {
        lock(&self.state).ended = true;
        self.arrived.notify_one();
    }

    pub(super) fn has_ended(&self) -> bool {
        lock(&self.state).ended
    }

    /// The number of bytes received from the server so far.
    pub(crate) fn passed(&self) -> u64 {
        lock(&self.state).passed
    }

    /// Waits until this many bytes have been received in all; for a stream without a consumer.
    pub(crate) async fn passes(&self, bytes: u64) {
        while self.passed() < bytes {
            self.arrived.notified().await;
        }
    }

    /// Moves waiting bytes to the outlet until the end of the stream.
    ///
    /// # Errors
    /// When the outlet fails, for example because a pipe was closed; later bytes are dropped.
    pub(crate) async fn pump(&self) -> io::Result<()> {
        loop {
            let ready = {
                let state = lock(&self.state);
                if let Some(kind) = state.failure {
                    return Err(kind.into());
                }
                match &state.outlet {
                    Some(outlet) if !state.spool.is_empty() => Some(Arc::clone(outlet)),
                    _ if state.ended && state.spool.is_empty() => return Ok(()),
                    _ => None,
                }
            };
            match ready {
                Some(outlet) => {
                    let outcome = outlet.writable().await.and_then(|()| self.drain(&*outlet));
                    if let Err(cause) = outcome {
                        lock(&self.state).failure = Some(cause.kind());
                    }
                    self.relieved.notify_one();
                }
                None => self.arrived.notified().await,
            }
        }
    }

    fn drain(&self, outlet: &dyn ByteSink) -> io::Result<()> {
        let mut state = lock(&self.state);
        loop {
            let bytes = state.spool.front()?;
            if bytes.is_empty() {
                return Ok(());
            }
            let written = write_now(outlet, bytes)?;
            if written == 0 {
                return Ok(());
            }
            state.spool.consume(written);
        }
    }
}

/// Writes until the outlet accepts no more; returns the number of bytes written.
fn write_now(outlet: &dyn ByteSink, bytes: &[u8]) -> io::Result<usize> {
    let mut written = 0;
    while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
        match outlet.try_write(rest) {
            Ok(0) => break,
            Ok(count) => written += count,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts bytes only while it is open.
    #[derive(Default)]
    struct Gate {
        open: Mutex<bool>,
        opened: Notify,
        taken: Mutex<Vec<u8>>,
    }

    impl Gate {
        fn set(&self, open: bool) {
            *lock(&self.open) = open;
            self.opened.notify_one();
        }
    }

    impl ByteSink for Gate {
        fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
            if !*lock(&self.open) {
                return Ok(0);
            }
            lock(&self.taken).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
            Box::pin(async {
                while !*lock(&self.open) {
                    self.opened.notified().await;
                }
                Ok(())
            })
        }
    }

    fn bytes(count: usize, salt: usize) -> Vec<u8> {
        (0..count).map(|at| u8::try_from((at * 31 + salt) % 251).unwrap()).collect()
    }

    #[tokio::test]
    async fn an_open_outlet_is_written_at_once() {
        let (flow, gate) = (Flow::default(), Arc::new(Gate::default()));
        gate.set(true);
        flow.open(gate.clone(), 16);
        assert!(flow.accept(b"hello", false));
        assert_eq!(*lock(&gate.taken), b"hello");
        flow.end();
        flow.pump().await.unwrap();
    }

    #[tokio::test]
    async fn a_stalled_outlet_loses_nothing_whether_kept_in_memory_or_in_a_file() {
        for (limit, may_overflow) in [(1 << 20, false), (1000, true), (0, true)] {
            let (flow, gate) = (Flow::default(), Arc::new(Gate::default()));
            flow.open(gate.clone(), limit);
            let mut sent = Vec::new();
            for salt in 0..40 {
                let piece = bytes(997, salt);
                assert!(flow.accept(&piece, may_overflow));
                sent.extend(piece);
                if salt == 20 {
                    gate.set(true);
                    let _ = timeout(Duration::from_millis(20), flow.pump()).await;
                    gate.set(false);
                }
            }
            gate.set(true);
            flow.end();
            flow.pump().await.unwrap();
            assert_eq!(*lock(&gate.taken), sent, "limit {limit}");
        }
    }

    #[tokio::test]
    async fn what_is_read_first_does_not_go_to_the_outlet() {
        let (flow, gate) = (Flow::default(), Arc::new(Gate::default()));
        gate.set(true);
        flow.keep(16);
        assert!(flow.accept(b"fi", false));
        let mut first = [0; 5];
        let (read, fits) = tokio::join!(flow.read_exact(&mut first), async {
            flow.accept(b"rst and the rest", false)
        });
        read.unwrap();
        assert!(first == *b"first" && fits);
        flow.open(gate.clone(), 16);
        flow.end();
        flow.pump().await.unwrap();
        assert_eq!(*lock(&gate.taken), b" and the rest");
        let ended = flow.read_exact(&mut first).await.unwrap_err();
        assert_eq!(ended.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn without_overflow_the_connection_has_to_wait() {
        let (flow, gate) = (Flow::default(), Arc::new(Gate::default()));
        flow.open(gate.clone(), 100);
        assert!(flow.accept(&[7; 100], false));
        assert!(!flow.accept(&[8; 1], false));
        gate.set(true);
        flow.end();
        let (pumped, ()) = tokio::join!(flow.pump(), flow.relief(false));
        pumped.unwrap();
        assert_eq!(lock(&gate.taken).len(), 101);
    }

    #[tokio::test]
    async fn a_broken_outlet_ends_the_pump_and_never_the_connection() {
        struct Broken;
        impl ByteSink for Broken {
            fn try_write(&self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
                Box::pin(async { Ok(()) })
            }
        }
        let flow = Flow::default();
        flow.open(Arc::new(Broken), 10);
        assert!(flow.accept(b"into the void", false));
        assert_eq!(flow.pump().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert!(flow.accept(&[0; 1000], false));
    }
}
