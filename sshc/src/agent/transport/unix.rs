//! Unix sockets.

use std::io;

use tokio::net::UnixStream;

use super::Stream;

pub(super) async fn connect(path: &str) -> io::Result<Stream> {
    let stream = UnixStream::connect(path).await?;
    let user = stream.peer_cred()?.uid();
    if !keygen::agent::is_trusted(user) {
        let whose = format!("it belongs to another user (uid {user})");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, whose));
    }
    Ok(Stream::new(stream))
}

/// The address in the environment, else `keyagent`'s own.
pub(super) fn all_places(named: Option<String>) -> Vec<String> {
    named.map_or_else(keygen::agent::usual_places, |named| vec![named])
}

/// OpenSSH's agent is found only through the environment.
pub(super) fn openssh() -> Option<String> {
    None
}

/// So is Pageant.
pub(super) fn pageant() -> Option<String> {
    None
}
