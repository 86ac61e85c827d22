//! `LocalCommand`: what the user's shell runs on this computer once the login is done.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::process::Stdio;

use crate::Error;
use crate::notices;

/// The standard streams of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Streams {
    /// Ours.
    Ours,
    /// None: ours are a socket and a lock.
    None,
}

/// Runs the command, and waits until it has ended. As with ssh, the session goes on whatever its
/// status is.
pub(crate) async fn run(command: &str, streams: Streams) {
    log::info!("running the LocalCommand `{}`", contract::shown(command));
    let mut shell = platform::shell(command);
    if streams == Streams::None {
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    }
    match shell.status().await {
        Ok(status) if status.success() => {}
        Ok(status) => log::info!("the LocalCommand ended: {status}"),
        Err(source) => notices::error(&Error::Stream { what: "the LocalCommand", source }),
    }
}
