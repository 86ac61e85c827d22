//! `setsid`, `TIOCSCTTY`, `exec`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, open};
use rustix::process::{ioctl_tiocsctty, setsid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT};
use signal_hook::flag;

/// Returns only if it fails.
pub(super) fn become_leader(
    terminal: Option<&OsStr>,
    program: &OsStr,
    arguments: &[OsString],
) -> io::Result<ExitCode> {
    setsid()?;
    if let Some(terminal) = terminal {
        ioctl_tiocsctty(open(terminal, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?)?;
    }
    // `exec` resets only signals that have a handler; a shell that runs the tests in the background
    // may ignore these.
    for signal in [SIGHUP, SIGINT, SIGQUIT] {
        flag::register(signal, Arc::default())?;
    }
    Err(Command::new(program).args(arguments).exec())
}
