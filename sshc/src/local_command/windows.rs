//! `cmd.exe /c`, as in Windows' own ssh.

use tokio::process::Command;

pub(super) fn shell(line: &str) -> Command {
    let mut command = Command::new(std::env::var_os("COMSPEC").unwrap_or_else(|| "cmd.exe".into()));
    // `cmd` has its own quoting rules, which the usual escaping would break.
    command.args(["/d", "/s", "/c"]).raw_arg(format!("\"{line}\""));
    command
}
