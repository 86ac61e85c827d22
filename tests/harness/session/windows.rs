//! Windows has no sessions of this kind, so the program runs unchanged.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Command, ExitCode};

pub(super) fn become_leader(
    _terminal: Option<&OsStr>,
    program: &OsStr,
    arguments: &[OsString],
) -> io::Result<ExitCode> {
    let status = Command::new(program).args(arguments).status()?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
