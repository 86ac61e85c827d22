//! A session of its own for each program, so that no test ever meets the developer's terminal.
//!
//! The `session-leader` program is `session-leader TERMINAL PROGRAM [ARGUMENT]...`: it leaves the
//! terminal that it was started on, takes `TERMINAL` (a path, or `-` for none) as its controlling
//! one, and becomes `PROGRAM`.

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

/// The whole of the `session-leader` program. Exit status 127 when `PROGRAM` could not be started.
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
    // The exit status says it too.
    let _ = writeln!(io::stderr(), "session-leader: {message}");
    ExitCode::from(127)
}
