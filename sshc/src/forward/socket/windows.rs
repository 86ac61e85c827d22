//! Unix sockets on Windows: tokio does not support them there, so they are refused.

use std::io;
use std::sync::Arc;

use super::Socket;

fn unsupported() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "Unix sockets are not supported on Windows")
}

/// A listening Unix socket, which cannot exist on Windows.
pub(crate) enum UnixListening {}

impl UnixListening {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub(crate) fn bind(_path: &str) -> io::Result<Self> {
        Err(unsupported())
    }

    /// Never called: no value of this type exists.
    pub(crate) async fn accept(&self) -> io::Result<Arc<dyn Socket>> {
        match *self {}
    }
}

/// Does nothing: no socket can be in the way.
pub(crate) fn clear(_path: &str) {}

/// Refuses.
pub(crate) async fn connect_unix(_path: &str) -> io::Result<Arc<dyn Socket>> {
    Err(unsupported())
}
