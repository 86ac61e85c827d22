//! `-f`: the work is done by a child, which asks at the terminal and then leaves it. The parent
//! ends when the child says that it is logged in, or with the child's own status.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::process::{Command, Stdio};

use crate::Error;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// What the child writes once it is logged in.
const READY: &[u8] = b"1";

/// Starts the child with our own arguments, and waits until it is logged in or has ended. `target`
/// is the line that stood on our standard input.
///
/// The child writes to its standard input, which is the end of a pipe; it has no other use for it.
///
/// # Errors
/// The child cannot be started.
pub(crate) fn hand_over(arguments: &[OsString], target: Option<&str>) -> Result<u8, Error> {
    let failed = |source| Error::Stream { what: "a process in the background", source };
    let (mut ready, report) = io::pipe().map_err(failed)?;
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.arg("--background-child");
    command.args(target.into_iter().flat_map(|line| ["--background-target", line]));
    command.args(arguments.iter().skip(1)).stdin(Stdio::from(report));
    let mut child = command.spawn().map_err(failed)?;
    // Our copy of the end that the child writes to would keep the pipe open.
    drop(command);
    let mut said = [0; READY.len()];
    if ready.read(&mut said).is_ok_and(|count| count == READY.len()) {
        return Ok(0);
    }
    let status = child.wait().map_err(failed)?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}

/// Tells the parent that we are logged in, and leaves the terminal.
///
/// # Errors
/// The parent is gone, or the terminal cannot be left.
pub(crate) fn leave_terminal() -> Result<(), Error> {
    platform::leave_terminal(READY)
        .map_err(|source| Error::Stream { what: "the background", source })
}
