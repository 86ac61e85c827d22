//! `cmd.exe /c`, as in Windows' own ssh.

use tokio::process::Command;
use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};

use crate::background;

pub(super) fn shell(line: &str) -> Command {
    let mut command = Command::new(std::env::var_os("COMSPEC").unwrap_or_else(|| "cmd.exe".into()));
    command.args(["/d", "/s", "/c"]).raw_arg(format!("\"{line}\"")).creation_flags(flags());
    command
}

pub(super) fn replaced_shell(line: &str) -> Command {
    shell(line)
}

/// Without a console the command gets no window. A process that will leave its console keeps the
/// command, which stays there, out of reach of Ctrl-C.
fn flags() -> u32 {
    match () {
        () if !background::has_console() => CREATE_NO_WINDOW,
        () if background::leaves_programs_behind() => CREATE_NEW_PROCESS_GROUP,
        () => 0,
    }
}
