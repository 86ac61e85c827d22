//! `$SHELL -c`, as in ssh.

use tokio::process::Command;

pub(super) fn shell(line: &str) -> Command {
    let shell = std::env::var_os("SHELL").filter(|shell| !shell.is_empty());
    let mut command = Command::new(shell.unwrap_or_else(|| "/bin/sh".into()));
    command.arg("-c").arg(line);
    command
}

pub(super) fn replaced_shell(line: &str) -> Command {
    shell(&format!("exec {line}"))
}
