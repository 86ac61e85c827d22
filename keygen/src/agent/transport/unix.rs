//! Unix sockets.

mod peer;
mod socket;

use std::io;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::super::error::AgentError;

pub use peer::{is_same_user, is_trusted};
pub(in super::super) use peer::{may_ask, peer};
pub(in super::super) use socket::{default_socket, fits, make_folder};

/// The advice for a user without an agent.
pub(in super::super) const NOT_THERE: &str =
    "SSH_AUTH_SOCK is not set, and keyagent is not running";

pub(in super::super) type Stream = UnixStream;

pub(super) fn connect(place: &str, time_limit: Duration) -> Result<Stream, AgentError> {
    let unreachable = |source| AgentError::Unreachable { path: place.to_owned(), source };
    let stream = UnixStream::connect(place).map_err(unreachable)?;
    let owner = peer(&stream).map_err(unreachable)?.user;
    if !is_trusted(owner) {
        return Err(AgentError::Foreign { path: place.to_owned(), owner: format!("uid {owner}") });
    }
    let set = || -> io::Result<()> {
        stream.set_read_timeout(Some(time_limit))?;
        stream.set_write_timeout(Some(time_limit))
    };
    set().map_err(unreachable)?;
    Ok(stream)
}

/// Every address is the path of a socket.
pub(super) fn is_path(_place: &str) -> bool {
    true
}

/// On Unix, no other program's agent can be found without a variable.
pub(super) fn other_agents() -> Vec<String> {
    Vec::new()
}

/// In addition to the environment: `keyagent`'s own socket, in a folder to which no other user can
/// write.
pub(super) fn usual_places() -> Vec<String> {
    let ours = default_socket().filter(|socket| socket::is_safe(socket));
    ours.into_iter().map(|path| path.to_string_lossy().into_owned()).collect()
}
