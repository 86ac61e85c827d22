//! A process without a console and without the caller's handles.

mod logon;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::System::Threading::INFINITE;

use super::super::client::Client;
use crate::windows::{Inherits, Process};

pub(in super::super) use self::logon::{do_not_start_at_logon, start_at_logon};

/// How long the new agent may take until it listens.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The pause between checks whether it does.
const LOOK: Duration = Duration::from_millis(10);

/// Starts this program again with these arguments, and waits until it listens on this pipe.
pub(in super::super) fn start(arguments: &[OsString], place: &Path) -> io::Result<()> {
    let pipe = place.to_string_lossy();
    let process = Process::start(arguments, Inherits::default())?;
    let deadline = Instant::now() + TIME_LIMIT;
    while Client::connect_to(&pipe).is_err() {
        if process.ends_within(0) || Instant::now() > deadline {
            return Err(io::Error::other("it does not listen"));
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// Nothing to do: it was started without anything of the caller's.
#[expect(clippy::unnecessary_wraps, reason = "on Unix there is something to do")]
pub(in super::super) fn detach() -> io::Result<()> {
    Ok(())
}

/// Ends the agent when this process ends.
pub(in super::super) fn end_with(process: u32, end: Sender<()>) {
    let process = Process::open(process);
    thread::spawn(move || {
        if let Some(process) = process {
            let _ = process.ends_within(INFINITE);
        }
        // The receiver lives as long as the process.
        let _ = end.send(());
    });
}

/// Runs another program, and returns its exit status.
pub(in super::super) fn run_instead(
    program: &OsStr,
    arguments: &[OsString],
    variables: &[(&str, String)],
) -> io::Result<ExitCode> {
    let variables = variables.iter().map(|(name, value)| (*name, value));
    let status = Command::new(program).args(arguments).envs(variables).status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
