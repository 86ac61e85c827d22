//! The command line of `keygen`: arguments in, text out.

pub(crate) mod ask;
mod convert;
mod examples;
mod foreign_options;
mod generate;
mod inspect;
pub(crate) mod output;
mod public;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::{Error, memory};

/// Makes, reads, converts and inspects SSH key files: PPK, OpenSSH, PKCS#8 and PEM.
#[derive(Debug, Parser)]
#[command(name = "keygen", bin_name = "keygen", version)]
#[command(args_conflicts_with_subcommands = true, after_long_help = examples::GENERATE)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    generate: generate::GenerateArgs,

    #[command(flatten)]
    shared: Shared,
}

/// What else there is to do than to make a key.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write a private key to another file, in another format
    #[command(after_long_help = examples::CONVERT)]
    Convert(convert::ConvertArgs),
    /// Show the format, type, fingerprints, lock and problems of keys
    #[command(after_long_help = examples::INSPECT)]
    Inspect(inspect::InspectArgs),
    /// Write the public half to standard output
    #[command(after_long_help = examples::PUBLIC)]
    Public(public::PublicArgs),
    /// Change, set or remove a passphrase
    #[command(after_long_help = examples::PASSPHRASE)]
    Passphrase(convert::PassphraseArgs),
}

const JSON_HELP: &str = "\
Print the results as JSON

A new key: path, public_path, format, algorithm, bits, comment, locked, fingerprint_sha256, fingerprint_md5 and public_key (the line).

`public`: algorithm, bits, comment, fingerprint_sha256, fingerprint_md5, public_key. `convert` and `passphrase`: path, format, locked.

`inspect`, one object per key: path, line (in a file of public keys), format, private (false for a public key), algorithm, bits, comment, locked, \
cipher, kdf, fingerprint_sha256, fingerprint_md5, in_agent (whether the running agent holds it), certificate, \
warnings, and with --randomart also randomart. A field is null if it does not apply, or is unknown until the key is unlocked.

A certificate has key_id, serial, principals, valid_after, valid_before (seconds since 1970; null for no limit) and \
signed_by. Each warning has a name for scripts and a text for people.";

/// What every command understands.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Shared {
    /// When to use colour
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        hide_short_help = true
    )]
    pub(crate) color: clap::ColorChoice,

    /// Print errors only
    #[arg(short, long, global = true, hide_short_help = true)]
    pub(crate) quiet: bool,

    /// Never ask; fail where an answer is needed
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) batch: bool,

    /// Print the results as JSON
    #[arg(long, global = true, long_help = JSON_HELP)]
    pub(crate) json: bool,
}

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    crate::signals::restore_terminal_on_signals(|| false);
    let arguments: Vec<_> = wild::args_os().collect();
    let matches = command().try_get_matches_from(&arguments);
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => {
            let meant = error.use_stderr().then(|| foreign_options::answer(&arguments)).flatten();
            return match meant {
                Some(meant) => report(&meant),
                None => contract::usage::report("keygen", &error),
            };
        }
    };
    match memory::without_traces(|| run(&args)) {
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
    match &args.command {
        None => generate::run(&args.generate, &args.shared),
        Some(Command::Convert(convert)) => convert::convert(convert, &args.shared),
        Some(Command::Inspect(inspect)) => inspect::run(inspect, &args.shared),
        Some(Command::Public(public)) => public::run(public, &args.shared),
        Some(Command::Passphrase(passphrase)) => convert::passphrase(passphrase, &args.shared),
    }
}

fn report(error: &Error) -> ExitCode {
    contract::report::failure("keygen", error)
}
