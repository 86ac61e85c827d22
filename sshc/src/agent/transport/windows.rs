//! Named pipes, and Pageant through its pipe or its window.

mod window;

use std::io;
use std::os::windows::io::AsHandle as _;
use std::time::Duration;

use keygen::agent::{is_pipe, owner_who_is_not_us, pageant_pipe, socket_file_stream};
use tokio::net::TcpStream;
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient};
use windows_sys::Win32::Foundation::ERROR_PIPE_BUSY;

use super::{CONNECT_WITHIN, Stream};

/// Where the service of Windows' own OpenSSH listens.
const OPENSSH_PIPE: &str = r"\\.\pipe\openssh-ssh-agent";

/// Stands for PuTTY's agent, which has no fixed path: it is found by its pipe or its window.
const PAGEANT: &str = "Pageant";

/// The pause between attempts to open a pipe whose instances are all in use.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn connect(place: &str) -> io::Result<Stream> {
    match place {
        PAGEANT => connect_pageant().await,
        pipe if is_pipe(pipe) => connect_pipe(pipe).await,
        file => connect_socket_file(file.to_owned()).await,
    }
}

/// Pageant has had a pipe since PuTTY 0.75, and a window from the beginning.
async fn connect_pageant() -> io::Result<Stream> {
    let Some(pipe) = pageant_pipe() else { return window::connect() };
    match connect_pipe(&pipe).await {
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => {
            log::debug!("no pipe of Pageant's: {error}");
            window::connect()
        }
        connected => connected,
    }
}

/// Tries again while the pipe is busy, until the caller's deadline.
async fn connect_pipe(path: &str) -> io::Result<Stream> {
    let busy = i32::try_from(ERROR_PIPE_BUSY).ok();
    loop {
        match ClientOptions::new().open(path) {
            Err(error) if error.raw_os_error() == busy => tokio::time::sleep(BUSY_PAUSE).await,
            opened => {
                let pipe = opened?;
                check_owner(&pipe)?;
                return Ok(Stream::new(pipe));
            }
        }
    }
}

/// Any user may create a pipe with this name, and would then receive our requests for signatures.
fn check_owner(pipe: &NamedPipeClient) -> io::Result<()> {
    match owner_who_is_not_us(pipe.as_handle())? {
        None => Ok(()),
        Some(owner) => {
            let why = format!("it belongs to another user ({owner})");
            Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
        }
    }
}

/// The file that Git Bash's programs take for a socket and name in `SSH_AUTH_SOCK`.
async fn connect_socket_file(path: String) -> io::Result<Stream> {
    let connect = move || socket_file_stream(path.as_ref(), CONNECT_WITHIN);
    let stream = tokio::task::spawn_blocking(connect).await.map_err(io::Error::other)??;
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream).map(Stream::new)
}

/// The address in the environment, `keyagent`'s, that of Windows' OpenSSH, and Pageant.
pub(super) fn all_places(named: Option<String>) -> Vec<String> {
    let usual = keygen::agent::usual_places().into_iter();
    named.into_iter().chain(usual).chain([PAGEANT.to_owned()]).collect()
}

/// The pipe of Windows' own agent.
#[expect(clippy::unnecessary_wraps, reason = "on Unix there is no such place")]
pub(super) fn openssh() -> Option<String> {
    Some(OPENSSH_PIPE.to_owned())
}

/// PuTTY's agent.
#[expect(clippy::unnecessary_wraps, reason = "on Unix there is no such place")]
pub(super) fn pageant() -> Option<String> {
    Some(PAGEANT.to_owned())
}
