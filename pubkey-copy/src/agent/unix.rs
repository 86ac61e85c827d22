//! The agent's Unix socket.

use std::env;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What to tell a user without an agent.
pub(super) const NOT_THERE: &str = "SSH_AUTH_SOCK is not set";

/// An agent that is alive lists its keys without asking anybody.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn path() -> Option<PathBuf> {
    env::var_os("SSH_AUTH_SOCK").filter(|path| !path.is_empty()).map(PathBuf::from)
}

pub(super) fn connect(path: &Path) -> io::Result<UnixStream> {
    let socket = UnixStream::connect(path)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    Ok(socket)
}
