//! The command line of `joblog-parse`: arguments in, text out.

mod spinner;

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::Error;
use crate::choose::{Choice, Chosen, Sightings};
use crate::follow::{self, FollowOptions, Until, parse_duration};
use crate::pattern::Pattern;
use crate::render::{self, Aliases, Format};
use crate::scan;
use crate::source::Source;
use spinner::Spinner;

/// Finds the user and the address of a cluster in its job log.
#[derive(Debug, Parser)]
#[command(name = "joblog-parse", bin_name = "joblog-parse", version)]
#[command(after_long_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct Args {
    /// Log files, also gzip and zstd; `-` or none is standard input
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,

    /// The last login in the log (the default)
    #[arg(long, group = "choice")]
    latest: bool,

    /// The first login in the log
    #[arg(long, group = "choice")]
    first: bool,

    /// Every login, in order and without repeats
    #[arg(long, group = "choice")]
    all: bool,

    /// Output format
    #[arg(short = 'o', long = "output", value_name = "FORMAT", default_value = "text")]
    output: Format,

    /// The same as -o json
    #[arg(long, conflicts_with = "output", long_help = JSON_HELP)]
    json: bool,

    /// Search for this instead, with groups named user, host and perhaps port
    ///
    /// A regular expression in the syntax of Rust's regex crate, matched line by line: (?<user>\w+)
    /// on (?<host>\S+)
    #[arg(long, value_name = "REGEX")]
    pattern: Option<Pattern>,

    /// Also accept private and loopback addresses
    #[arg(long)]
    allow_private: bool,

    /// Also accept logins that the log only mentions: in events, in examples, or by the job itself
    #[arg(long)]
    loose: bool,

    /// Also show the tokens of services
    ///
    /// Without it, --json contains only the name of the URL parameter that holds the token.
    #[arg(long)]
    secrets: bool,

    /// Wait for a login in a growing log
    ///
    /// The file may be missing at first, or be truncated or replaced. Ends at the first login of a
    /// cluster that has not ended since; with --all, continues.
    #[arg(short = 'f', long)]
    follow: bool,

    /// What --follow waits for
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "login",
        requires = "follow",
        hide_short_help = true
    )]
    until: Until,

    /// Give up waiting after this time: 90s, 10m, 1h30m
    #[arg(long, value_name = "DURATION", requires = "follow", value_parser = parse_duration)]
    timeout: Option<Duration>,

    /// List every candidate, why it was accepted or refused, and the evidence for and against it
    #[arg(long)]
    explain: bool,

    /// Print errors only
    #[arg(short, long)]
    quiet: bool,

    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_short_help = true)]
    color: clap::ColorChoice,
}

const JSON_HELP: &str = "\
The same as -o json

One object per login: user, host, port, jump, identity_file, host_key and job, null if the log does not say; \
source, line, tier (command, fields, prose, address, copy or pattern) and text say where and how it was found. services, omitted if there are none, lists what else the job serves: name, scheme (null if not known), host as the login's host sees it, port, path, \
token_parameter (null if the address has no token), token (null without --secrets), line.

With --explain, one object per candidate: source, line, tier, target (null if invalid), verdict, reason, class (announced, \
stated or mentioned), score, evidence (what speaks for and against it, with its weight), wording (null unless the words around it decide: their score, above \
zero for an announcement, and those that count most), text.";

const EXAMPLES: &str = "\
Examples:
  joblog-parse log.txt                              the user and host that the log announces last
  joblog-parse log.txt | sshc --key id.ppk          log in there
  joblog-parse --follow log.txt | sshc …            the same, as soon as the log says where
  joblog-parse --json log.txt | sshc …              with the log's jump host and host key
  joblog-parse --all -o csv *.log                   all logins, as a table
  joblog-parse -o forwards log.txt                  the -L values of tunnels to what the job serves
  joblog-parse --json --secrets log.txt | sshc --announced --open
                                                    the notebook that the log announces, in the browser
  joblog-parse --explain log.txt                    why a line was accepted or refused

A log announces a login, states one (a copy, a command that runs something there) or only mentions one (events, examples, other services). A mention is printed only with --loose. Of several announcements the last one counts, unless the log then says that its machine is gone. Announcements from before the end of a cluster count less than later ones.";

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let args = match command()
        .try_get_matches_from(wild::args_os())
        .and_then(|matches| Args::from_arg_matches(&matches))
    {
        Ok(args) => args,
        Err(error) => return contract::usage::report("joblog-parse", &error),
    };
    match run(&args) {
        Ok(code) => code,
        Err(error) => contract::report::failure("joblog-parse", &error),
    }
}

/// The definition that help texts, man pages and completions are made from.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

fn run(args: &Args) -> Result<ExitCode, Error> {
    let sources = args.sources();
    let names = sources.iter().map(Source::name).collect::<Vec<_>>();
    let sightings = Sightings::new(args.choice(), args.allow_private, args.explain);
    let mut sightings = sightings.loosely(args.loose);
    let mut aliases = Aliases::default();
    let written = read(args, &sources, &names, &mut sightings, &mut aliases);
    let chosen = sightings.take_chosen();
    if args.explain {
        let as_json = args.format() == Format::Json;
        write(&render::explanation(&sightings.explained(), &chosen, &names, as_json))?;
    }
    let written = written?;
    if sightings.is_over() {
        return Err(Error::TooMany);
    }
    if args.output == Format::Forwards && !args.explain {
        return write_forwards(&sightings, &chosen, sources.len());
    }
    if chosen.is_empty() {
        if let Some((first, second)) = sightings.alike().cloned() {
            return Err(Error::Alike { first, second });
        }
        let instead = sightings.near_miss();
        return Err(Error::NotFound { sources: sources.len(), instead });
    }
    if !args.explain {
        let mut text = String::from(if written == 0 { render::heading(args.format()) } else { "" });
        text.extend(
            chosen
                .iter()
                .skip(written)
                .map(|one| render::target(args.format(), one, &names, &mut aliases, args.secrets)),
        );
        write(&text)?;
        args.warn_of_jumps(&chosen);
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the sources to their end, or as long as `--follow` asks; returns how many targets have
/// been written already.
fn read(
    args: &Args,
    sources: &[Source],
    names: &[String],
    sightings: &mut Sightings,
    aliases: &mut Aliases,
) -> Result<usize, Error> {
    let pattern = args.pattern.as_ref();
    if !args.follow {
        for (place, source) in sources.iter().enumerate() {
            scan::scan(source, place, pattern, sightings)?;
        }
        return Ok(0);
    }
    let is_endless = args.all && args.output != Format::Forwards;
    let options = FollowOptions { timeout: args.timeout, is_endless, until: args.until() };
    let spinner = std::cell::RefCell::new(Spinner::new(args.is_talkative()));
    let mut written = 0;
    let on_target = |chosen: &Chosen| {
        spinner.borrow_mut().clear();
        if !args.explain {
            let heading = if written == 0 { render::heading(args.format()) } else { "" };
            written += 1;
            let text = render::target(args.format(), chosen, names, aliases, args.secrets);
            write(&format!("{heading}{text}"))?;
        }
        Ok(())
    };
    let on_pause = |elapsed| spinner.borrow_mut().turn(elapsed);
    follow::follow(sources, pattern, options, sightings, on_pause, on_target)?;
    Ok(written)
}

/// Writes the tunnels to the services: those of the chosen logins, or of a log without a login.
fn write_forwards(
    sightings: &Sightings,
    chosen: &[Chosen],
    sources: usize,
) -> Result<ExitCode, Error> {
    let of_logins = chosen.iter().flat_map(|one| one.services.clone()).collect::<Vec<_>>();
    let services = if chosen.is_empty() { sightings.latest_services() } else { of_logins };
    if services.is_empty() {
        return Err(Error::NoService { sources });
    }
    write(&render::forwards(&services)).map(|()| ExitCode::SUCCESS)
}

impl Args {
    /// What `--follow` waits for; a tunnel needs no login in the log.
    fn until(&self) -> Until {
        if self.output == Format::Forwards { Until::ServiceAlone } else { self.until }
    }

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

    /// Whether a person at a terminal wants notices.
    fn is_talkative(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Warns that the text form cannot show the jump hosts.
    fn warn_of_jumps(&self, chosen: &[Chosen]) {
        let is_lost = |one: &Chosen| !one.target.jump.is_empty();
        if self.format() == Format::Text && self.is_talkative() && chosen.iter().any(is_lost) {
            // If the terminal is gone, the notice does not matter.
            let _ = writeln!(
                anstream::stderr().lock(),
                "joblog-parse: the login goes through a jump host; --json passes it to sshc"
            );
        }
    }
}

fn write(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}
