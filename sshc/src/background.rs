//! `-f`: a child does the work; it asks on the terminal and then leaves it. The parent exits when
//! the child reports that it is logged in, or with the child's own status.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Error;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

#[cfg(windows)]
pub(crate) use windows::{has_console, leave_console};

/// Whether this process will leave its terminal.
static WILL_LEAVE: AtomicBool = AtomicBool::new(false);

/// Written by the child once it is logged in.
const READY: &[u8] = b"1";

/// Starts the child with our own arguments, and waits until it is logged in or has ended. `target`
/// is the line from our standard input.
///
/// The child writes to its standard input, which is one end of a pipe and has no other use.
///
/// # Errors
/// When the child cannot be started.
pub(crate) fn hand_over(arguments: &[OsString], target: Option<&str>) -> Result<u8, Error> {
    let failed = |source| Error::Stream { what: "a process in the background", source };
    let (mut ready, report) = io::pipe().map_err(failed)?;
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.arg("--background-child");
    command.args(target.into_iter().flat_map(|line| ["--background-target", line]));
    command.args(arguments.iter().skip(1)).stdin(Stdio::from(report));
    let mut child = command.spawn().map_err(failed)?;
    // Our copy of the child's end would keep the pipe open.
    drop(command);
    let mut said = [0; READY.len()];
    if ready.read(&mut said).is_ok_and(|count| count == READY.len()) {
        return Ok(0);
    }
    let status = child.wait().map_err(failed)?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}

/// Notes that this process will leave the terminal once it is logged in.
pub(crate) fn will_leave() {
    WILL_LEAVE.store(true, Ordering::Relaxed);
}

/// Whether programs that this process starts may outlive its time at the terminal.
pub(crate) fn leaves_programs_behind() -> bool {
    WILL_LEAVE.load(Ordering::Relaxed)
}

/// Reports to the parent that we are logged in, and leaves the terminal.
///
/// # Errors
/// When the parent is gone, or the terminal cannot be left.
pub(crate) fn leave_terminal() -> Result<(), Error> {
    platform::leave_terminal(READY)
        .map_err(|source| Error::Stream { what: "the background", source })
}
