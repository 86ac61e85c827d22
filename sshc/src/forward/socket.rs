//! A local socket at the end of a tunnel: TCP everywhere, Unix sockets where there are any.

use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpStream;

use crate::channel::Outlet;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{UnixListening, clear, connect_unix};
#[cfg(windows)]
pub(super) use windows::{UnixListening, clear, connect_unix};

/// Something to wait for.
pub(super) type Waiting<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>;

/// A connected stream socket.
pub(crate) trait Socket: Outlet {
    /// Waits until there is something to read, or the end.
    fn readable(&self) -> Waiting<'_>;

    /// Appends what is there, as far as there is room; `WouldBlock` when that is nothing.
    fn try_read(&self, into: &mut Vec<u8>) -> io::Result<usize>;

    /// Tells the peer that nothing more will come.
    fn finish(&self) -> io::Result<()>;

    /// Whether the peer sees an error rather than an end, were the socket dropped now.
    fn break_when_dropped(&self, wanted: bool) -> io::Result<()>;

    /// The same socket as the end of a flow.
    fn outlet(self: Arc<Self>) -> Arc<dyn Outlet>;
}

/// Turns a `WouldBlock` into "nothing written".
pub(super) fn written(outcome: io::Result<usize>) -> io::Result<usize> {
    match outcome {
        Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => Ok(0),
        other => other,
    }
}

impl Outlet for TcpStream {
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
        // Closed with no time to linger, a connection is reset.
        SockRef::from(self).set_linger(wanted.then_some(Duration::ZERO))
    }

    fn outlet(self: Arc<Self>) -> Arc<dyn Outlet> {
        self
    }
}
