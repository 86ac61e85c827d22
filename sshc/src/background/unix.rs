//! A session of its own, with an empty standard input.

use std::fs::File;
use std::io;

use rustix::process::setsid;
use rustix::stdio::{dup2_stdin, stdin};

pub(super) fn leave_terminal(report: &[u8]) -> io::Result<()> {
    setsid()?;
    rustix::io::write(stdin(), report)?;
    let nothing = File::open("/dev/null")?;
    Ok(dup2_stdin(&nothing)?)
}
