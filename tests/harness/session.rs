//! Gives each program a session of its own, so that no test can reach the developer's terminal.
//!
//! The `session-leader` program is `session-leader TERMINAL PROGRAM [ARGUMENT]...`: it leaves the
//! terminal that it was started on, takes `TERMINAL` (a path, or `-` for none) as its controlling
//! terminal, and becomes `PROGRAM`.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;

#[cfg(unix)]
use unix::become_leader;
#[cfg(windows)]
use windows::become_leader;

/// The whole `session-leader` program. It exits with status 127 if `PROGRAM` cannot be started.
#[must_use]
pub fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let (Some(terminal), Some(program)) = (arguments.next(), arguments.next()) else {
        return failed("usage: session-leader TERMINAL PROGRAM [ARGUMENT]...");
    };
    let terminal = (terminal != "-").then_some(terminal);
    let arguments: Vec<_> = arguments.collect();
    match become_leader(terminal.as_deref(), &program, &arguments) {
        Ok(code) => code,
        Err(error) => failed(&format!("cannot start {}: {error}", program.display())),
    }
}

fn failed(message: &str) -> ExitCode {
    // If this fails, the exit status still reports the failure.
    let _ = writeln!(io::stderr(), "session-leader: {message}");
    ExitCode::from(127)
}
