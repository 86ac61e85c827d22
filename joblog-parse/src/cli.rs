//! The command line of `joblog-parse`: arguments in, text out.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::Error;
use crate::choose::{Choice, Sightings};
use crate::render::{self, Format};
use crate::scan::{self, Source};

/// Reads the user and the address of a cluster out of its job log.
#[derive(Debug, Parser)]
#[command(name = "joblog-parse", bin_name = "joblog-parse", version)]
#[command(after_long_help = EXAMPLES)]
struct Args {
    /// Log files, gzip or zstd too; `-` or none is standard input
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,

    /// The last target in the log (the default)
    #[arg(long, group = "choice")]
    latest: bool,

    /// The first target in the log
    #[arg(long, group = "choice")]
    first: bool,

    /// Every target, in order and without repeats
    #[arg(long, group = "choice")]
    all: bool,

    /// How to write the targets
    #[arg(short = 'o', long = "output", value_name = "FORMAT", default_value = "text")]
    output: Format,

    /// The same as -o json
    #[arg(long, conflicts_with = "output")]
    json: bool,

    /// Take private and loopback addresses, too
    #[arg(long)]
    allow_private: bool,

    /// List every candidate and why it was taken or refused
    #[arg(long)]
    explain: bool,

    /// Colour on the terminal
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: clap::ColorChoice,
}

const EXAMPLES: &str = "\
Examples:
  joblog-parse log.txt                              the user and host that the log announces last
  joblog-parse log.txt | sshc --key id.ppk          log in there
  joblog-parse --all -o csv *.log                   every one, as a table
  joblog-parse --explain log.txt                    why a line was taken or refused";

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
    let sources = args.sources();
    let mut sightings = Sightings::new(args.choice(), args.allow_private, args.explain);
    for (place, source) in sources.iter().enumerate() {
        scan::scan(source, place, &mut sightings)?;
    }
    let names = sources.iter().map(Source::name).collect::<Vec<_>>();
    let chosen = sightings.chosen();
    if args.explain {
        let seen = sightings.explained();
        write(&render::explanation(&seen, &chosen, &names, args.format() == Format::Json))?;
    }
    if chosen.is_empty() {
        let private = sightings.private().cloned();
        return Err(Error::NotFound { sources: sources.len(), private });
    }
    if !args.explain {
        write(&render::targets(args.format(), &chosen, &names))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Args {
    fn sources(&self) -> Vec<Source> {
        if self.files.is_empty() {
            return vec![Source::Stdin];
        }
        let source = |file: &OsString| match file.to_str() {
            Some("-") => Source::Stdin,
            _ => Source::File(file.into()),
        };
        self.files.iter().map(source).collect()
    }

    fn choice(&self) -> Choice {
        if self.all {
            Choice::All
        } else if self.first {
            Choice::First
        } else {
            Choice::Latest
        }
    }

    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.output }
    }
}

fn write(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// Writes `joblog-parse: cannot do X: cause` and the hint, and gives the exit status.
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
    let _ = writeln!(stderr, "joblog-parse: {text}");
    if let Some(hint) = error.hint() {
        let _ = writeln!(stderr, "joblog-parse: hint: {hint}");
    }
    ExitCode::from(error.exit_code())
}
