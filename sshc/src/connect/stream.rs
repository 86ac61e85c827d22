//! The byte stream under SSH: a socket that is read in large pieces.
//!
//! russh asks for a packet's length and then for its body. Reading both from one large buffer needs
//! a system call for every few packets instead of two for each. The rest of a large body is read
//! straight into russh's buffer, and only what follows it into ours.

use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::quickack;

/// How many bytes are requested from the socket at once, after those that russh is waiting for.
const READ_BYTES: usize = 256 * 1024;

/// A shorter read is a request or an answer rather than bulk data.
const SHORT_READ_BYTES: usize = 8 * 1024;

/// A TCP connection with its own read buffer, and immediate acknowledgements.
#[derive(Debug)]
pub(crate) struct Buffered {
    socket: TcpStream,
    buffer: Box<[u8]>,
    /// The part of the buffer that has not been passed on yet.
    unread: Range<usize>,
    /// Whether the kernel may delay the acknowledgement of the last read.
    was_short: bool,
}

impl Buffered {
    /// Takes over a connected socket; from now on small packets are sent at once.
    pub(crate) fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        quickack::rearm(&socket);
        let buffer = vec![0; READ_BYTES].into_boxed_slice();
        Ok(Self { socket, buffer, unread: 0..0, was_short: false })
    }

    /// Fills the buffer. A small read means that russh is waiting for the next packet header, and
    /// usually nothing else has arrived.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Unless we request it again, our delayed acknowledgement meets Nagle's algorithm on
        // the server after the handshake: 40 ms in every login. At this point the data has already
        // been passed on, and an answer may have carried the acknowledgement.
        if std::mem::take(&mut self.was_short) {
            quickack::rearm(&self.socket);
        }
        let mut space = ReadBuf::new(&mut self.buffer);
        ready!(Pin::new(&mut self.socket).poll_read(context, &mut space))?;
        let filled = space.filled().len();
        self.unread = 0..filled;
        self.was_short = filled < SHORT_READ_BYTES;
        Poll::Ready(Ok(()))
    }

    /// Reads the rest of a large packet into its place, and the data after it into the buffer.
    fn poll_rest(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.socket.poll_read_ready(context))?;
            let asked = into.remaining();
            let mut places = [into.initialize_unfilled(), &mut self.buffer].map(IoSliceMut::new);
            match self.socket.try_read_vectored(&mut places) {
                Ok(count) => {
                    into.advance(count.min(asked));
                    self.unread = 0..count.saturating_sub(asked);
                    self.was_short = count < SHORT_READ_BYTES;
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncRead for Buffered {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.unread.is_empty() {
            if into.remaining() >= SHORT_READ_BYTES {
                return this.poll_rest(context, into);
            }
            ready!(this.poll_fill(context))?;
        }
        let ready = this.buffer.get(this.unread.clone()).unwrap_or_default();
        let taken = ready.len().min(into.remaining());
        into.put_slice(ready.get(..taken).unwrap_or_default());
        this.unread.start += taken;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Buffered {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}
