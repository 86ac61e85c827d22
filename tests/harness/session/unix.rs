//! `setsid`, `TIOCSCTTY`, `exec`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use rustix::fs::{Mode, OFlags, open};
use rustix::process::{ioctl_tiocsctty, setsid};

/// Comes back only when it failed.
pub(super) fn become_leader(
    terminal: Option<&OsStr>,
    program: &OsStr,
    arguments: &[OsString],
) -> io::Result<ExitCode> {
    setsid()?;
    if let Some(terminal) = terminal {
        ioctl_tiocsctty(open(terminal, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?)?;
    }
    Err(Command::new(program).args(arguments).exec())
}
