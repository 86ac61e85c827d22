//! Reads what the other side sends, frame by frame.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use super::control_socket::{self, Stream};
use super::frame::{Frame, first};
use crate::stdio::Received;

/// How many bytes to read at once: at first, since most guests say little, and at most.
const FEW_BYTES: usize = 8 * 1024;
const READ_BYTES: usize = 128 * 1024;

/// Descriptors of one guest that may wait for the frame that says what they are.
const MOST_RECEIVED: usize = 2;

/// Frames as they arrive.
pub(crate) struct FrameReader {
    stream: Arc<Stream>,
    buffer: Vec<u8>,
    /// Where the next frame begins.
    at: usize,
    /// Where the bytes end that have arrived.
    end: usize,
    /// How many bytes to make room for.
    at_once: usize,
    received: Vec<Received>,
}

impl FrameReader {
    pub(crate) fn new(stream: Arc<Stream>) -> Self {
        let (buffer, received) = (Vec::new(), Vec::new());
        Self { stream, buffer, at: 0, end: 0, at_once: FEW_BYTES, received }
    }

    /// The next frame; `None` if the other side is gone. Cancel safe.
    ///
    /// # Errors
    /// When the bytes are not a frame, or the stream is broken.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        let length = loop {
            let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
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
        let frame = self.buffer.get(begin + size_of::<u32>()..self.at).unwrap_or_default();
        Frame::read(frame).map(Some).ok_or_else(not_a_frame)
    }

    /// The descriptors that came with the last frames.
    pub(crate) fn received(&mut self) -> Vec<Received> {
        std::mem::take(&mut self.received)
    }

    /// Reads once; returns whether there was anything to read.
    async fn read(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.at..self.end, 0);
        (self.at, self.end) = (0, self.end - self.at);
        let room = self.buffer.len() - self.end;
        if room < self.at_once {
            self.buffer.resize(self.end + self.at_once, 0);
        }
        loop {
            self.stream.readable().await?;
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match control_socket::try_receive(&self.stream, room, &mut self.received) {
                Ok(count) => {
                    if count >= self.at_once {
                        self.at_once = (2 * self.at_once).min(READ_BYTES);
                    }
                    self.end += count;
                    self.received.truncate(MOST_RECEIVED);
                    return Ok(count > 0);
                }
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
                Err(cause) => return Err(cause),
            }
        }
    }
}

fn not_a_frame() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "what was said is not of this protocol")
}
