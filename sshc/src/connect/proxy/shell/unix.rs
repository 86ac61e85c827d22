//! `$SHELL -c`, as in ssh.

use tokio::process::Command;

/// The command that runs `line`; with `exec`, no shell stays between it and us.
pub(crate) fn shell(line: &str) -> Command {
    let shell = std::env::var_os("SHELL").filter(|shell| !shell.is_empty());
    let mut command = Command::new(shell.unwrap_or_else(|| "/bin/sh".into()));
    command.arg("-c").arg(format!("exec {line}"));
    command
}
