//! The agent's named pipe: that of Windows' own service unless `SSH_AUTH_SOCK` names another.

use std::env;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// What to tell a user without an agent.
pub(super) const NOT_THERE: &str = "the service `ssh-agent` is not running";

/// The pipe of Windows' service `ssh-agent`.
const SERVICE: &str = r"\\.\pipe\openssh-ssh-agent";

pub(super) fn path() -> Option<PathBuf> {
    let path = env::var_os("SSH_AUTH_SOCK").filter(|path| !path.is_empty());
    Some(path.map_or_else(|| SERVICE.into(), PathBuf::from))
}

pub(super) fn connect(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}
