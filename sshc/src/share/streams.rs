//! The standard streams of a guest that the holder reads and writes itself, so that bulk passes
//! through one process only.

use std::future::pending;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::channel::ByteSink;
use crate::stdio::{Input, Output, Received};

/// What a guest has handed over for one channel.
#[derive(Debug)]
pub(super) struct Streams {
    pub(super) input: Option<Received>,
    pub(super) output: Option<Received>,
}

impl Streams {
    /// Of what came with a frame that announced these; `None` if it is something else.
    pub(super) fn of(received: Vec<Received>, input: bool, output: bool) -> Option<Self> {
        if received.len() != usize::from(input) + usize::from(output) {
            return None;
        }
        let mut received = received.into_iter();
        let input = if input { received.next() } else { None };
        Some(Self { input, output: received.next() })
    }
}

/// A guest's standard input; nothing comes from one that was not handed over, or has ended.
#[derive(Debug, Default)]
pub(super) struct GuestInput(Option<Input>);

impl GuestInput {
    pub(super) fn open(received: Received) -> io::Result<Self> {
        Input::received(received).map(|input| Self(Some(input)))
    }

    /// The next bytes; empty at the end, once. Cancel safe.
    pub(super) async fn read(&mut self) -> io::Result<Vec<u8>> {
        let Some(input) = &mut self.0 else { return pending().await };
        let read = input.read().await;
        if read.as_ref().map_or(true, Vec::is_empty) {
            self.0 = None;
        }
        read
    }
}

/// A guest's standard output.
#[derive(Debug)]
pub(super) struct GuestOutput {
    output: Output,
    /// The first error in writing it.
    error: AtomicI32,
}

impl GuestOutput {
    pub(super) fn open(received: Received) -> io::Result<Self> {
        Ok(Self { output: Output::received(received)?, error: AtomicI32::new(0) })
    }

    /// Waits until everything is written; returns the error of the system if it could not be.
    pub(super) async fn written(&self) -> Option<i32> {
        let _ = self.output.flush().await.inspect_err(|cause| self.note(cause));
        Some(self.error.load(Ordering::Relaxed)).filter(|error| *error != 0)
    }

    fn note(&self, cause: &io::Error) {
        let error = system_error(cause);
        let _ = self.error.compare_exchange(0, error, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl ByteSink for GuestOutput {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.output.try_write_now(bytes).inspect_err(|cause| self.note(cause))
    }

    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
        Box::pin(self.output.ready())
    }
}

/// The system's number of an error.
pub(super) fn system_error(cause: &io::Error) -> i32 {
    /// `EIO`, for an error that has none.
    const UNKNOWN: i32 = 5;
    cause.raw_os_error().unwrap_or(UNKNOWN)
}
