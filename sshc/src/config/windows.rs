//! What Windows knows about the machine and the user.

use std::fs::Metadata;
use std::path::PathBuf;
use std::process::Command;

pub(super) fn user_id() -> String {
    String::new()
}

/// `USERNAME` has it.
pub(super) fn user_name() -> Option<String> {
    None
}

pub(super) fn host_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// Where OpenSSH for Windows has it: `%ProgramData%\ssh`.
pub(super) fn system_directory() -> PathBuf {
    PathBuf::from(std::env::var_os("ProgramData").unwrap_or_default()).join("ssh")
}

/// A command line run by the shell of the system.
pub(super) fn shell(command: &str) -> Command {
    use std::os::windows::process::CommandExt as _;
    let mut shell = Command::new("cmd.exe");
    // `cmd` has quoting rules of its own, which the usual escaping would break.
    shell.arg("/c").raw_arg(command);
    shell
}

/// A file in a user's profile can be written by the user and administrators.
pub(super) fn others_can_write(_file: &Metadata) -> bool {
    false
}
