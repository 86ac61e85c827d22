//! The command line of `pubkey-copy`: arguments in, text out.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::Error;

/// Puts a key's `authorized_keys` line on the clipboard.
#[derive(Debug, Parser)]
#[command(name = "pubkey-copy", bin_name = "pubkey-copy", version)]
struct Args {
    /// Colour on the terminal
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: clap::ColorChoice,
}

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::from_arg_matches(&command().get_matches_from(wild::args_os())) {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    match run(&args) {
        Ok(code) => code,
        Err(error) => report(&error),
    }
}

/// The definition that help texts, man pages and completions are made from.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

fn run(args: &Args) -> Result<ExitCode, Error> {
    let _ = args;
    Ok(ExitCode::SUCCESS)
}

/// Writes `pubkey-copy: cannot do X: cause` and the hint, and gives the exit status.
fn report(error: &Error) -> ExitCode {
    if error.is_closed_pipe() {
        return ExitCode::SUCCESS;
    }
    let mut stderr = anstream::stderr().lock();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    // Nobody is left to tell when standard error is closed too.
    let _ = writeln!(stderr, "pubkey-copy: {text}");
    if let Some(hint) = error.hint() {
        let _ = writeln!(stderr, "pubkey-copy: hint: {hint}");
    }
    ExitCode::from(error.exit_code())
}
