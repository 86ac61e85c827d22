//! Reads what the other side sends, frame by frame.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use super::frame::{Frame, first};
use super::place::Stream;

/// How many bytes to read at once.
const READ_BYTES: usize = 128 * 1024;

/// Frames as they arrive.
pub(crate) struct Arrivals {
    stream: Arc<Stream>,
    bytes: Vec<u8>,
    /// Where the next frame begins.
    at: usize,
}

impl Arrivals {
    pub(crate) fn new(stream: Arc<Stream>) -> Self {
        Self { stream, bytes: Vec::new(), at: 0 }
    }

    /// The next frame; `None` if the other side is gone. Cancel safe.
    ///
    /// # Errors
    /// When the bytes are not a frame, or the stream is broken.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        let length = loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            match first(rest) {
                Ok(Some((_, length))) => break length,
                Ok(None) => {}
                Err(_) => return Err(not_a_frame()),
            }
            if !self.read().await? {
                return Ok(None);
            }
        };
        let begin = self.at;
        self.at += length;
        let frame = self.bytes.get(begin + size_of::<u32>()..self.at).unwrap_or_default();
        Frame::read(frame).map(Some).ok_or_else(not_a_frame)
    }

    /// Reads once; returns whether there was anything to read.
    async fn read(&mut self) -> io::Result<bool> {
        self.bytes.drain(..self.at);
        self.at = 0;
        loop {
            self.stream.readable().await?;
            self.bytes.reserve(READ_BYTES);
            match self.stream.try_read_buf(&mut self.bytes) {
                Ok(count) => return Ok(count > 0),
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                Err(cause) => return Err(cause),
            }
        }
    }
}

fn not_a_frame() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "what was said is not of this protocol")
}
