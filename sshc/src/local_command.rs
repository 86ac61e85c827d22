//! What the user's shell runs on this computer: `LocalCommand` once the login is done, and the
//! command lines of `~C`.

use std::io;
use std::process::Stdio;

use tokio::task::yield_now;

use crate::Error;
use crate::notices;
use crate::shell::shell;
use crate::terminal::Terminal;

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
    let mut shell = shell(command);
    if streams == Streams::None {
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    }
    match shell.status().await {
        Ok(status) if status.success() => {}
        Ok(status) => log::info!("the LocalCommand ended: {status}"),
        Err(source) => notices::error(&Error::Stream { what: "the LocalCommand", source }),
    }
}

/// How often the runtime looks for signals before the terminal is ours again.
const LOOKS: u32 = 3;

/// Runs a command line of `~C` on this terminal, in the modes that it had before the session. As
/// with ssh, the session and its tunnels wait: the keyboard is the command's alone, and so is
/// Ctrl-C.
///
/// # Errors
/// When the terminal's modes cannot be set, or there is no such shell.
pub(crate) async fn run_on(terminal: &Terminal, command: &str) -> io::Result<()> {
    log::info!("running `{}`", contract::shown(command));
    let _lent = terminal.lend()?;
    let status = shell(command).into_std().stdin(terminal.keyboard()?).status()?;
    for _ in 0..LOOKS {
        // A Ctrl-C has reached us, too: it must be passed over while the terminal is lent.
        yield_now().await;
    }
    log::info!("it ended: {status}");
    Ok(())
}
