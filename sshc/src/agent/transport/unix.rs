//! Unix sockets.

use std::io;

use tokio::net::UnixStream;

use super::Stream;

pub(super) async fn connect(path: &str) -> io::Result<Stream> {
    UnixStream::connect(path).await.map(Stream::new)
}

/// Besides the environment's: none.
pub(super) fn usual_places() -> [String; 0] {
    []
}

/// OpenSSH's agent is found through the environment only.
pub(super) fn openssh() -> Option<String> {
    None
}

/// So is Pageant.
pub(super) fn pageant() -> Option<String> {
    None
}
