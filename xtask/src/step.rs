//! A step of a task: a program that must succeed. The tasks decide which programs, and in what
//! order.

use std::fmt;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};

/// The result of a task.
pub(crate) type Outcome = Result<(), Failure>;

/// Why a task failed, in words for the developer.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    exit_code: u8,
}

impl Failure {
    /// The work could not be done, or the check failed.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit_code: 1 }
    }

    /// The arguments of the task are wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit_code: 2 }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// Writes a line of the task itself to standard output.
pub(crate) fn say(line: &str) -> Outcome {
    writeln!(io::stdout(), "{line}")
        .map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))
}

/// Runs a program on our terminal, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` failed: {status}", shown(command))))
}

/// Runs a program and returns its standard output; its standard error goes to ours.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{}` failed: {}", shown(command), output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| {
        Failure::new(format!("`{}` wrote something that is not UTF-8", shown(command)))
    })
}

/// The command as typed in a shell, for messages.
pub(crate) fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// The error for a program that could not be started.
pub(crate) fn cannot_start(command: &Command, error: &io::Error) -> Failure {
    Failure::new(format!("cannot start `{}`: {error}", shown(command)))
}
