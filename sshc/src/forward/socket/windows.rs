//! Unix sockets on Windows: tokio has none there, so they are refused by name.

use std::io;
use std::sync::Arc;

use super::Socket;

fn unsupported() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "Unix sockets are not supported on Windows")
}

/// A listening Unix socket, which cannot exist here.
pub(crate) enum UnixListening {}

impl UnixListening {
    /// Says that there is none.
    ///
    /// # Errors
    /// Always.
    pub(crate) fn bind(_path: &str) -> io::Result<Self> {
        Err(unsupported())
    }

    /// Never called, as there is nothing to call it on.
    pub(crate) async fn accept(&self) -> io::Result<Arc<dyn Socket>> {
        match *self {}
    }
}

/// Nothing can be in the way.
pub(crate) fn clear(_path: &str) {}

/// Says that there is none.
pub(crate) async fn connect_unix(_path: &str) -> io::Result<Arc<dyn Socket>> {
    Err(unsupported())
}
