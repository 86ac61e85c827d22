//! Named pipes, Pageant's window, and the files that Cygwin's programs take for sockets.

pub(in super::super) mod cygwin;
mod pageant;
mod pipe_program;
mod shared_memory;
mod stream;
mod window;

use std::env;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::{AsHandle as _, BorrowedHandle};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::ERROR_PIPE_BUSY;
use windows_sys::Win32::Storage::FileSystem::{SECURITY_IDENTIFICATION, SECURITY_SQOS_PRESENT};

use self::window::WindowStream;
use super::super::error::AgentError;
use crate::permissions::{owner_of, user};

pub use self::cygwin::connect as socket_file_stream;
pub use self::pageant::pipe as pageant_pipe;
pub(in super::super) use self::pageant::{PAGEANT, mutex as pageant_mutex};
pub use self::pipe_program::client_of;
pub(in super::super) use self::pipe_program::{holder, program_of, taken};
pub(in super::super) use self::shared_memory::View;
pub(in super::super) use self::stream::Stream;
pub(in super::super) use self::window::{PAGEANTS_WINDOW, REQUEST, window_holder};
pub use self::window::{ask as ask_pageants_window, is_open as is_pageants_window_open};

/// The advice for a user without an agent.
pub(in super::super) const NOT_THERE: &str =
    "neither keyagent, nor the service `ssh-agent`, nor Pageant is running";

/// The pipe of Windows' own OpenSSH.
pub(in super::super) const OPENSSH: &str = r"\\.\pipe\openssh-ssh-agent";

/// The system and its administrators, who run services and could read our memory anyway.
const SYSTEM: [&str; 2] = ["S-1-5-18", "S-1-5-32-544"];

/// The pause between attempts to open a pipe whose instances are all in use.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

pub(super) fn connect(place: &str, time_limit: Duration) -> Result<Stream, AgentError> {
    let unreachable = |source| AgentError::Unreachable { path: place.to_owned(), source };
    if place == PAGEANTS_WINDOW {
        return WindowStream::connect(time_limit).map(Stream::Window).map_err(unreachable);
    }
    if !is_pipe(place) {
        return cygwin::connect(Path::new(place), time_limit)
            .map(Stream::Socket)
            .map_err(unreachable);
    }
    let pipe = open(place, Instant::now() + time_limit).map_err(unreachable)?;
    match owner_who_is_not_us(pipe.as_handle()).map_err(unreachable)? {
        None => Ok(Stream::Pipe(pipe)),
        Some(owner) => Err(AgentError::Foreign { path: place.to_owned(), owner }),
    }
}

/// The owner of a pipe, if that is neither this user nor the system.
///
/// # Errors
/// When the system does not say.
pub fn owner_who_is_not_us(pipe: BorrowedHandle<'_>) -> io::Result<Option<String>> {
    let owner = owner_of(pipe)?;
    let is_trusted = owner == user()? || SYSTEM.contains(&owner.as_str());
    Ok((!is_trusted).then_some(owner))
}

/// Whether an address is `\\.\pipe\NAME`, with either kind of slash.
#[must_use]
pub fn is_pipe(place: &str) -> bool {
    let place = place.replace('/', r"\");
    place.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(r"\\.\pipe\"))
}

/// The server may identify us, but not impersonate us.
pub(in super::super) fn open(place: &str, deadline: Instant) -> io::Result<File> {
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

/// In addition to the environment: `keyagent`'s own pipe, and that of Windows' OpenSSH.
pub(super) fn usual_places() -> Vec<String> {
    let ours = default_socket().map(|path| path.to_string_lossy().into_owned());
    ours.into_iter().chain([OPENSSH.to_owned()]).collect()
}

/// A window has no path.
pub(super) fn is_path(place: &str) -> bool {
    place != PAGEANTS_WINDOW
}

/// Agents that can be found without a variable: Pageant, which has a pipe since PuTTY 0.75.
pub(super) fn other_agents() -> Vec<String> {
    pageant_pipe().into_iter().chain([PAGEANTS_WINDOW.to_owned()]).collect()
}

/// The file that Cygwin's programs take for a socket.
pub(in super::super) fn socket_file() -> Option<PathBuf> {
    let folder = env::var_os("LOCALAPPDATA").filter(|folder| !folder.is_empty())?;
    Some(Path::new(&folder).join("keyagent").join("agent.sock"))
}

/// A different pipe for each user of the machine.
pub(in super::super) fn default_socket() -> Option<PathBuf> {
    Some(PathBuf::from(format!(r"\\.\pipe\keyagent.{}", user().ok()?)))
}

/// Nothing to do: pipes are not in a folder.
#[expect(clippy::unnecessary_wraps, reason = "on Unix there is something to do")]
pub(in super::super) fn make_folder(_pipe: &Path) -> io::Result<()> {
    Ok(())
}
