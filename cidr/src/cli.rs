//! The command line of `cidr`: arguments in, text out.

mod args;
mod examples;
mod me;
mod options;
mod set_commands;
mod values;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use ipnet::IpNet;

use crate::Error;
use crate::render::labels::Labels;
use crate::render::{self, Format};
use args::{Cli, Command};
use options::Output;

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
        Err(error) if cli.command.is_a_question() => contract::report::unanswered("cidr", &error),
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
    cli.command.output().map_or(Ok(()), Output::check)?;
    let notices = Notices { wanted: !cli.quiet && std::io::stderr().is_terminal() };
    match &cli.command {
        Command::Everywhere(args) => set_commands::everywhere(args, notices),
        Command::Me(args) => me::me(args),
        Command::Merge(args) => set_commands::merge(args, cli.quiet),
        Command::Subtract(args) => set_commands::subtract(args, cli.quiet),
        Command::Intersect(args) => set_commands::intersect(args, cli.quiet),
        Command::Diff(args) => set_commands::diff(args),
        Command::Split(args) => set_commands::split(args),
        Command::Contains(args) => set_commands::contains(args),
        Command::Show(args) => set_commands::show(args),
    }
}

/// Remarks for a person at a terminal.
#[derive(Clone, Copy, Debug)]
struct Notices {
    wanted: bool,
}

impl Notices {
    const ALWAYS: Self = Self { wanted: true };

    fn say(self, text: &str) {
        if self.wanted {
            // Failing to show a remark is not a failure of the command.
            let _ = writeln!(anstream::stderr().lock(), "cidr: {text}");
        }
    }
}

/// Prints rules. Refuses an empty result or more networks than the platform takes, unless
/// `allowed`.
fn print(
    networks: impl Iterator<Item = IpNet> + Clone,
    format: Format,
    labels: &Labels,
    allowed: Allowed,
) -> Result<(), Error> {
    let is_empty = networks.clone().next().is_none();
    match (is_empty, format.is_a_rule(), allowed.empty) {
        (true, true, true) => return Err(Error::EmptyRule),
        (true, _, false) => return Err(Error::Empty),
        _ => {}
    }
    if let Some((quota, platform)) = format.quota().filter(|_| !allowed.any_number) {
        let quota = quota / labels.port.as_ref().map_or(1, |ports| ports.runs().len());
        let ipv4 = networks.clone().filter(|network| matches!(network, IpNet::V4(_))).count();
        let count = ipv4.max(networks.clone().count() - ipv4);
        if count > quota {
            return Err(Error::Quota { count, platform, quota });
        }
    }
    render::write(format, labels, networks, std::io::stdout().lock()).map_err(Error::Output)
}

/// Exceptions that the user has allowed.
#[derive(Clone, Copy, Debug, Default)]
struct Allowed {
    /// An empty result.
    empty: bool,
    /// More networks than the platform takes by default.
    any_number: bool,
}
