//! Named pipes.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::ERROR_PIPE_BUSY;
use windows_sys::Win32::Storage::FileSystem::{SECURITY_IDENTIFICATION, SECURITY_SQOS_PRESENT};

use super::super::error::AgentError;
use crate::permissions::{owner_of_pipe, user};

/// What to tell a user without an agent.
pub(in super::super) const NOT_THERE: &str =
    "neither keyagent nor the service `ssh-agent` is running";

/// The pipe of Windows' own OpenSSH.
pub(in super::super) const OPENSSH: &str = r"\\.\pipe\openssh-ssh-agent";

/// The system and its administrators, who run the service and could read our memory anyway.
const SYSTEM: [&str; 2] = ["S-1-5-18", "S-1-5-32-544"];

/// Between two tries on a pipe all of whose instances are taken.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

pub(in super::super) type Stream = File;

pub(super) fn connect(place: &str, patience: Duration) -> Result<Stream, AgentError> {
    let unreachable = |source| AgentError::Unreachable { path: place.to_owned(), source };
    let pipe = open(place, Instant::now() + patience).map_err(unreachable)?;
    let owner = owner_of_pipe(&pipe).map_err(unreachable)?;
    let us = user().map_err(unreachable)?;
    if owner != us && !SYSTEM.contains(&owner.as_str()) {
        return Err(AgentError::Foreign { path: place.to_owned(), owner });
    }
    Ok(pipe)
}

/// The server may learn who we are, and not act as us.
fn open(place: &str, deadline: Instant) -> io::Result<File> {
    let busy = i32::try_from(ERROR_PIPE_BUSY).ok();
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .security_qos_flags(SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION);
    loop {
        match options.open(place) {
            Err(error) if error.raw_os_error() == busy && Instant::now() < deadline => {
                thread::sleep(BUSY_PAUSE);
            }
            opened => return opened,
        }
    }
}

/// Besides what the environment names: `keyagent`'s own pipe, and that of Windows' own OpenSSH.
pub(super) fn usual_places() -> Vec<String> {
    let ours = default_socket().map(|path| path.to_string_lossy().into_owned());
    ours.into_iter().chain([OPENSSH.to_owned()]).collect()
}

/// A pipe for each user of the machine.
pub(in super::super) fn default_socket() -> Option<PathBuf> {
    Some(PathBuf::from(format!(r"\\.\pipe\keyagent.{}", user().ok()?)))
}

/// Nothing: pipes are in no folder.
#[expect(clippy::unnecessary_wraps, reason = "on Unix there is something to do")]
pub(in super::super) fn make_folder(_pipe: &Path) -> io::Result<()> {
    Ok(())
}
