//! A session of its own, without the caller's streams, descriptors and folder.

mod descriptors;

pub use descriptors::keep_descriptors_from_children;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, setsid, test_kill_process};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

/// Written by the new agent once it listens.
const READY: &[u8] = b"ready\n";

/// The pause between checks whether a process still exists.
const LOOK: Duration = Duration::from_millis(500);

/// Starts this program again with these arguments, and waits until it listens.
///
/// # Errors
/// What the new agent reports if it cannot start.
pub(in super::super) fn start(arguments: &[OsString], place: &Path) -> io::Result<()> {
    keep_descriptors_from_children();
    let mut command = Command::new(env::current_exe()?);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut said = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_end(&mut said)?;
    }
    if said == READY {
        return Ok(());
    }
    let mut complaint = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut complaint)?;
    }
    child.wait()?;
    let first = complaint.lines().next().unwrap_or_default();
    let before = format!("start the agent at `{}`: ", contract::shown(place));
    let cause = first.rsplit_once(&before).map_or(first, |(_, cause)| cause);
    Err(io::Error::other(cause.to_owned()))
}

/// Reports that the agent listens, and closes everything that came from the caller.
pub(in super::super) fn detach() -> io::Result<()> {
    // The leader of a process group, as in a shell with job control, cannot do this; it stays in
    // its session.
    let _ = setsid();
    env::set_current_dir("/")?;
    let null = File::options().read(true).write(true).open("/dev/null")?;
    io::stdout().write_all(READY)?;
    io::stdout().flush()?;
    dup2_stdin(&null)?;
    dup2_stdout(&null)?;
    dup2_stderr(&null)?;
    Ok(())
}

/// On Unix, systemd or the desktop starts programs at logon.
pub(in super::super) fn start_at_logon(_arguments: &[OsString]) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "only Windows has such an entry"))
}

/// Nothing to undo.
pub(in super::super) fn do_not_start_at_logon() -> io::Result<()> {
    start_at_logon(&[])
}

/// Ends the agent when this process ends.
pub(in super::super) fn end_with(process: u32, end: Sender<()>) {
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else { return };
    thread::spawn(move || {
        while test_kill_process(pid).is_ok() {
            thread::sleep(LOOK);
        }
        let _ = end.send(());
    });
}

/// Becomes another program; returns only if that fails.
pub(in super::super) fn run_instead(
    program: &OsStr,
    arguments: &[OsString],
    variables: &[(&str, String)],
) -> io::Result<std::process::ExitCode> {
    let variables = variables.iter().map(|(name, value)| (*name, value));
    Err(Command::new(program).args(arguments).envs(variables).exec())
}
