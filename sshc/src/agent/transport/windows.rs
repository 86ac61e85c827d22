//! Named pipes, and Pageant by its pipe or its window.

mod window;

use std::io;
use std::time::Duration;

use ::pageant::namedpipes::PageantStream;
use tokio::net::windows::named_pipe::ClientOptions;
use windows_sys::Win32::Foundation::ERROR_PIPE_BUSY;

use super::Stream;

/// Where the service of Windows' own OpenSSH listens.
const OPENSSH_PIPE: &str = r"\\.\pipe\openssh-ssh-agent";

/// Stands for PuTTY's agent, which is found by its pipe or its window, not by a path.
const PAGEANT: &str = "Pageant";

/// Between two tries on a pipe all of whose instances are taken.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn connect(place: &str) -> io::Result<Stream> {
    if place == PAGEANT { connect_pageant().await } else { connect_pipe(place).await }
}

/// Pageant has a pipe since PuTTY 0.75, and a window since ever.
async fn connect_pageant() -> io::Result<Stream> {
    match PageantStream::new().await {
        Ok(pipe) => Ok(Stream::new(pipe)),
        Err(error) => {
            log::debug!("no pipe of Pageant's: {error}");
            window::connect()
        }
    }
}

/// Tries again while the pipe is busy: the caller's deadline ends it.
async fn connect_pipe(path: &str) -> io::Result<Stream> {
    let busy = i32::try_from(ERROR_PIPE_BUSY).ok();
    loop {
        match ClientOptions::new().open(path) {
            Err(error) if error.raw_os_error() == busy => tokio::time::sleep(BUSY_PAUSE).await,
            opened => return opened.map(Stream::new),
        }
    }
}

/// The environment's, `keyagent`'s, that of Windows' own OpenSSH, and Pageant.
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
