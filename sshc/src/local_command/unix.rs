//! `$SHELL -c`, as in ssh.

use std::ffi::OsString;

use tokio::process::Command;

pub(super) fn shell(line: &str) -> Command {
    let shell = std::env::var_os("SHELL").filter(|shell| !shell.is_empty());
    let mut command = Command::new(shell.unwrap_or_else(|| OsString::from("/bin/sh")));
    command.arg("-c").arg(line);
    command
}
