//! The local socket of a tunnel: TCP everywhere, Unix sockets where the system has them.

use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpStream;

use crate::channel::ByteSink;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{UnixListening, clear, connect_unix};
#[cfg(windows)]
pub(super) use windows::{UnixListening, clear, connect_unix};

/// A future that ends when a socket is ready.
pub(super) type Waiting<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>;

/// A connected stream socket.
pub(crate) trait Socket: ByteSink {
    /// Waits until there is something to read, or the end.
    fn readable(&self) -> Waiting<'_>;

    /// Appends what has arrived, as far as there is room; `WouldBlock` if nothing has.
    fn try_read(&self, into: &mut Vec<u8>) -> io::Result<usize>;

    /// Ends our side: the peer reads the end.
    fn finish(&self) -> io::Result<()>;

    /// Sets whether dropping the socket shows the peer an error instead of an end.
    fn break_when_dropped(&self, wanted: bool) -> io::Result<()>;

    /// The same socket as a [`ByteSink`].
    fn outlet(self: Arc<Self>) -> Arc<dyn ByteSink>;
}

/// Turns `WouldBlock` into "0 bytes written".
pub(super) fn written(outcome: io::Result<usize>) -> io::Result<usize> {
    match outcome {
        Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => Ok(0),
        other => other,
    }
}

impl ByteSink for TcpStream {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        written(Self::try_write(self, bytes))
    }

    fn writable(&self) -> Waiting<'_> {
        Box::pin(Self::writable(self))
    }
}

impl Socket for TcpStream {
    fn readable(&self) -> Waiting<'_> {
        Box::pin(Self::readable(self))
    }

    fn try_read(&self, into: &mut Vec<u8>) -> io::Result<usize> {
        self.try_read_buf(into)
    }

    fn finish(&self) -> io::Result<()> {
        SockRef::from(self).shutdown(Shutdown::Write)
    }

    fn break_when_dropped(&self, wanted: bool) -> io::Result<()> {
        // A connection closed with zero linger time is reset.
        SockRef::from(self).set_linger(wanted.then_some(Duration::ZERO))
    }

    fn outlet(self: Arc<Self>) -> Arc<dyn ByteSink> {
        self
    }
}
