//! The queue of frames for the other side. Adding to it never waits; senders of more than a little
//! ask for room first.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::control_socket::{self, Stream};
use super::frame::{DATA_BYTES, Frame, data_head};
use crate::channel::ByteSink;
use crate::lock::lock;
use crate::stdio::Passed;

/// Bytes of data that wait before their source has to.
const ENOUGH_BYTES: usize = 256 * 1024;

/// Bytes that wait before the other side is given up: it answers nothing, and asks for more.
const MOST_BYTES: usize = 16 << 20;

/// The way to the other side.
pub(crate) struct Outgoing {
    stream: Arc<Stream>,
    queue: Mutex<Queue>,
    /// Wakes [`Outgoing::pump`].
    more: Notify,
    /// Wakes senders that wait for room.
    room: Notify,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<u8>,
    /// Bytes that the pump has taken and not written yet.
    writing: usize,
    broken: bool,
}

impl Queue {
    fn bytes(&self) -> usize {
        self.waiting.len() + self.writing
    }
}

impl Outgoing {
    pub(crate) fn new(stream: Arc<Stream>) -> Self {
        Self { stream, queue: Mutex::default(), more: Notify::new(), room: Notify::new() }
    }

    /// Queues a frame. If the other side is gone, only the reading side reports it.
    pub(crate) fn put(&self, frame: &Frame<'_>) {
        let mut bytes = Vec::new();
        frame.put(&mut bytes);
        self.write(&mut lock(&self.queue), &bytes, &[]);
    }

    /// Sends a frame together with descriptors; `false` if it cannot be sent at once, as a whole.
    pub(crate) fn put_with(&self, frame: &Frame<'_>, passed: &[Passed<'_>]) -> bool {
        let queue = lock(&self.queue);
        let mut bytes = Vec::new();
        frame.put(&mut bytes);
        let is_free = !queue.broken && queue.bytes() == 0;
        // The system takes a message with descriptors as a whole, if at all.
        is_free
            && control_socket::send_with(&self.stream, &bytes, passed).is_ok_and(|sent| sent > 0)
    }

    /// Puts data there, as much as goes into a frame; 0 where nothing has room.
    ///
    /// # Errors
    /// The other side is gone.
    pub(crate) fn put_data(
        &self,
        is_stderr: bool,
        channel: u32,
        bytes: &[u8],
    ) -> io::Result<usize> {
        let mut queue = lock(&self.queue);
        if queue.broken {
            return Err(ErrorKind::BrokenPipe.into());
        }
        if queue.bytes() >= ENOUGH_BYTES {
            return Ok(0);
        }
        let bytes = bytes.get(..DATA_BYTES).unwrap_or(bytes);
        if let Some(head) = data_head(is_stderr, channel, bytes.len()) {
            self.write(&mut queue, &head, bytes);
        }
        Ok(bytes.len())
    }

    /// Writes at once what can be, and leaves the rest to the pump.
    fn write(&self, queue: &mut Queue, head: &[u8], body: &[u8]) {
        if queue.broken {
            return;
        }
        let mut written = 0;
        if queue.bytes() == 0 {
            let pieces = [IoSlice::new(head), IoSlice::new(body)];
            // The pump finds the cause of a failure.
            written = self.stream.try_write_vectored(&pieces).unwrap_or(0);
        }
        let rest = head.get(written..).unwrap_or_default();
        queue.waiting.extend_from_slice(rest);
        let rest = body.get(written.saturating_sub(head.len())..).unwrap_or_default();
        queue.waiting.extend_from_slice(rest);
        if queue.bytes() > MOST_BYTES {
            queue.broken = true;
            self.room.notify_waiters();
        }
        if queue.bytes() > 0 {
            self.more.notify_one();
        }
    }

    /// Waits until more data may be put.
    pub(crate) async fn room(&self) -> io::Result<()> {
        loop {
            let relieved = self.room.notified();
            {
                let queue = lock(&self.queue);
                if queue.broken {
                    return Err(ErrorKind::BrokenPipe.into());
                }
                if queue.bytes() < ENOUGH_BYTES {
                    return Ok(());
                }
            }
            relieved.await;
        }
    }

    /// Waits until everything is written, or cannot be.
    pub(crate) async fn written(&self) {
        loop {
            let relieved = self.room.notified();
            {
                let queue = lock(&self.queue);
                if queue.broken || queue.bytes() == 0 {
                    return;
                }
            }
            relieved.await;
        }
    }

    /// Writes what waits, until the other side is gone.
    pub(crate) async fn pump(&self) {
        loop {
            let taken = {
                let mut queue = lock(&self.queue);
                if queue.broken {
                    return;
                }
                queue.writing = queue.waiting.len();
                std::mem::take(&mut queue.waiting)
            };
            if taken.is_empty() {
                self.more.notified().await;
                continue;
            }
            let outcome = self.write_all(&taken).await;
            let mut queue = lock(&self.queue);
            queue.writing = 0;
            queue.broken |= outcome.is_err();
            self.room.notify_waiters();
        }
    }

    async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(())
    }
}

/// The data of one channel on its way to a guest.
pub(crate) struct ChannelData {
    pub(crate) outgoing: Arc<Outgoing>,
    pub(crate) channel: u32,
    pub(crate) is_stderr: bool,
}

impl ByteSink for ChannelData {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.put_data(self.is_stderr, self.channel, bytes)
    }

    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
        Box::pin(self.outgoing.room())
    }
}
