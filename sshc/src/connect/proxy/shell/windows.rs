//! `cmd.exe /c`, as in Windows' own ssh.

use tokio::process::Command;

/// The command that runs `line`.
pub(crate) fn shell(line: &str) -> Command {
    let mut command = Command::new(std::env::var_os("COMSPEC").unwrap_or_else(|| "cmd.exe".into()));
    command.args(["/d", "/s", "/c"]).raw_arg(format!("\"{line}\""));
    command
}
