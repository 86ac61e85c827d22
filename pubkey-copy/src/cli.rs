//! The command line of `pubkey-copy`: arguments in, text out.

mod arguments;
mod destination;
mod output;

use std::io::{self, IsTerminal as _, Read as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use keygen::Passphrase;

use crate::Error;
use crate::clipboard;
use crate::line::{AuthorizedKey, KeyOption, Rule, parse_options, parse_rules};
use crate::source::{self, Found, Unlock};
use arguments::{Args, From};

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(code) = clipboard::hold_if_asked() {
        return code;
    }
    keygen::restore_terminal_on_signals(|| false);
    let matches = command().try_get_matches_from(wild::args_os());
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => return contract::usage::report("pubkey-copy", &error),
    };
    match keygen::without_traces(|| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => contract::report::failure("pubkey-copy", &error),
    }
}

/// The definition that help texts, man pages and completions are made from.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

fn run(args: &Args) -> Result<(), Error> {
    let readers = args.readers_of_stdin();
    if readers.len() > 1 {
        return Err(Error::StdinTwice(readers.join(" and ")));
    }
    let from = from(args)?;
    let found = find_key(args)?;
    let options = from.into_iter().chain(kept_options(&found)?).chain(args.option.iter().cloned());
    let line =
        AuthorizedKey::new(options.collect(), commented(&found, args)).map_err(Error::Line)?;
    if args.to.is_some() {
        return destination::install(&line, &found, args);
    }
    let copied = if args.print {
        None
    } else {
        Some(clipboard::copy(&line.to_string(), args.via).map_err(Error::Clipboard)?)
    };
    if args.json {
        let clipboard = copied.as_ref().map(|copied| copied.clipboard);
        return output::print(output::json(&line, &found.origin, clipboard).trim_end());
    }
    match copied {
        None => output::print(&line.to_string()),
        Some(copied) => {
            if !args.quiet && io::stderr().is_terminal() {
                output::notice(&line, &found.origin, &copied);
            }
            Ok(())
        }
    }
}

/// The restriction by address. It comes first, as in the examples of sshd's manual.
fn from(args: &Args) -> Result<Option<KeyOption>, Error> {
    let mut rules: Vec<Rule> = Vec::new();
    for from in &args.from {
        match from {
            From::Rules(given) => rules.extend(given),
            From::Stdin => rules.extend(parse_rules(&standard_input()?)?),
        }
    }
    Ok(if rules.is_empty() { None } else { Some(KeyOption::from_rules(&rules)) })
}

/// The restrictions that the key has where it was found: without them, the pasted line would allow
/// more.
fn kept_options(found: &Found) -> Result<Vec<KeyOption>, Error> {
    let Some(options) = found.key.options() else { return Ok(Vec::new()) };
    parse_options(options)
        .map_err(|source| Error::Options { origin: contract::shown(&found.origin), source })
}

fn standard_input() -> Result<String, Error> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|source| Error::Read { name: "standard input".into(), source })?;
    Ok(String::from_utf8_lossy(&contract::encoding::decode(&bytes)).into_owned())
}

fn find_key(args: &Args) -> Result<Found, Error> {
    let ask = |name: &str| {
        Passphrase::ask(&format!("Passphrase for {name}: ")).map_err(|error| match error {
            keygen::Error::NoTerminal { .. } => keygen::Error::CannotAsk {
                about: format!("for the passphrase of {name}"),
                why: "there is no terminal",
                options: "--passphrase-file FILE",
            },
            error => error,
        })
    };
    let unlock = match &args.passphrase_file {
        Some(path) => Unlock::With(Passphrase::read_file(path)?),
        None if args.batch => Unlock::Never,
        None => Unlock::Ask(&ask),
    };
    source::find(&args.source(), &unlock)
}

fn commented(found: &Found, args: &Args) -> keygen::PublicKeyLine {
    match &args.comment {
        Some(comment) => found.key.clone().with_comment(comment),
        None => found.key.clone(),
    }
}
