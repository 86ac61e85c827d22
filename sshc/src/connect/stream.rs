//! The byte stream under SSH: the socket as russh wants it, read in large pieces.
//!
//! russh asks for a packet's length and then for its body; reading both from one large buffer
//! makes a system call of every few packets instead of two of each. The rest of a large body is
//! read to where russh wants it, and only what lies behind it into the buffer.

use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::quickack;

/// Bytes asked of the socket at once, behind those that russh waits for.
const READ_BYTES: usize = 256 * 1024;

/// A read shorter than this is a request or its answer rather than bulk data.
const SHORT_READ_BYTES: usize = 8 * 1024;

/// A TCP connection with a read buffer of its own, and acknowledgements that do not wait.
#[derive(Debug)]
pub(crate) struct Buffered {
    socket: TcpStream,
    buffer: Box<[u8]>,
    /// What of the buffer was read from the socket, and not yet from us.
    unread: Range<usize>,
    /// Whether the kernel may delay the acknowledgement of what was read last.
    was_short: bool,
}

impl Buffered {
    /// Takes over a connected socket; from here on small packets leave at once.
    pub(crate) fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        quickack::rearm(&socket);
        let buffer = vec![0; READ_BYTES].into_boxed_slice();
        Ok(Self { socket, buffer, unread: 0..0, was_short: false })
    }

    /// Reads into the buffer: who asks for little waits for a new packet, which is mostly all there
    /// is.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A delayed acknowledgement of ours meets Nagle's algorithm on the server
        // after the handshake: 40 ms, in every login, unless the kernel is told again.
        // Told now, what came was handed on first, and an answer may have carried it.
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

    /// Reads the rest of a large packet to its place, and as much of what follows as the buffer
    /// holds.
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
