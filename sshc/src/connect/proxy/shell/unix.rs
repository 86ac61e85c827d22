//! `$SHELL -c`, as ssh does it.

use tokio::process::Command;

/// The command that runs `line`; `exec` leaves no shell between it and us.
pub(crate) fn shell(line: &str) -> Command {
    let mut command = Command::new(std::env::var_os("SHELL").unwrap_or_else(|| "/bin/sh".into()));
    command.arg("-c").arg(format!("exec {line}"));
    command
}
