//! The command line of `cidr`: arguments in, text out.

mod args;
mod me;
mod sets;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use ipnet::IpNet;

use crate::Error;
use crate::render;
use args::{Cli, Command, Emptiness, Output};

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match command()
        .try_get_matches_from(wild::args_os())
        .and_then(|matches| Cli::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(error) => return contract::usage::report("cidr", &error),
    };
    match run(&cli) {
        Ok(code) => code,
        Err(error) => contract::report::failure("cidr", &error),
    }
}

/// The definition that help texts, man pages and completions are made from.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

fn run(cli: &Cli) -> Result<ExitCode, Error> {
    match cli.color {
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    if let Some((option, format)) = cli.command.output().and_then(Output::misplaced_label) {
        return Err(Error::NoPlace { option, format });
    }
    let notices = Notices { wanted: !cli.quiet && std::io::stderr().is_terminal() };
    match &cli.command {
        Command::Everywhere(args) => sets::everywhere(args, notices),
        Command::Me(args) => me::me(args, notices),
        Command::Merge(args) => sets::merge(args, cli.quiet),
        Command::Subtract(args) => sets::subtract(args, cli.quiet),
        Command::Intersect(args) => sets::intersect(args, cli.quiet),
        Command::Diff(args) => sets::diff(args),
        Command::Split(args) => sets::split(args),
        Command::Contains(args) => sets::contains(args),
        Command::Show(args) => sets::show(args),
    }
}

/// Remarks for whoever watches a terminal.
#[derive(Clone, Copy, Debug)]
struct Notices {
    wanted: bool,
}

impl Notices {
    const ALWAYS: Self = Self { wanted: true };

    fn say(self, text: &str) {
        if self.wanted {
            // A remark that cannot be shown is no failure.
            let _ = writeln!(anstream::stderr().lock(), "cidr: {text}");
        }
    }
}

/// Prints rules, unless there are none and that was not allowed, or cannot be said in this format.
fn print(
    networks: impl Iterator<Item = IpNet>,
    output: &Output,
    emptiness: Emptiness,
) -> Result<(), Error> {
    let (format, labels) = (output.format(), output.labels());
    let mut networks = networks.peekable();
    if networks.peek().is_none() {
        match (format.is_a_rule(), emptiness.allow_empty) {
            (true, true) => return Err(Error::EmptyRule),
            (_, false) => return Err(Error::Empty),
            (false, true) => {}
        }
    }
    render::write(format, &labels, networks, std::io::stdout().lock()).map_err(Error::Output)
}
