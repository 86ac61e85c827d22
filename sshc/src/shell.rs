//! The shell for command lines of the configuration: proxy commands, local commands, `Match exec`.

use tokio::process::Command;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// The command that has the shell run `line`.
pub(crate) fn shell(line: &str) -> Command {
    platform::shell(line)
}

/// The same without a shell between the command and us, where the shell can do that.
pub(crate) fn replaced_shell(line: &str) -> Command {
    platform::replaced_shell(line)
}
