//! The command line of `keyagent`: arguments in, text out.

mod add;
mod duration;
mod env;
mod error;
mod lock;
mod only;
mod relay;
mod remove;
mod show;
mod start;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use self::error::Failure;

/// Holds keys for every SSH program of this user: an agent, as ssh-agent and Pageant are.
#[derive(Debug, Parser)]
#[command(name = "keyagent", bin_name = "keyagent", version)]
#[command(subcommand_required = true, arg_required_else_help = true, after_long_help = EXAMPLES)]
struct Args {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    shared: Shared,
}

/// What every command understands.
#[derive(Clone, Debug, clap::Args)]
struct Shared {
    /// Colour on the terminal
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        hide_short_help = true
    )]
    color: clap::ColorChoice,

    /// Say nothing but errors
    #[arg(short, long, global = true, hide_short_help = true)]
    quiet: bool,

    /// Never ask: what would ask fails
    #[arg(long, global = true, hide_short_help = true)]
    batch: bool,
}

impl Shared {
    /// The same settings for the functions of `keygen` that ask and print.
    fn of_keygen(&self) -> crate::cli::Shared {
        let (quiet, batch) = (self.quiet, self.batch);
        crate::cli::Shared { color: self.color, quiet, batch, json: false }
    }
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Give keys to the agent that runs; where none does, one is started
    Add(add::AddArgs),
    /// Show the keys that the agent holds
    List(show::ShowArgs),
    /// Make the agent forget a key, or all
    Remove(remove::RemoveArgs),
    /// Hide all keys until the same passphrase comes again
    Lock(lock::LockArgs),
    /// Show them again
    Unlock(lock::LockArgs),
    /// Show whether an agent runs, where, and what it holds
    Status(show::ShowArgs),
    /// End our agent
    Stop,
    /// Start an agent
    Start(start::StartArgs),
    /// Write the variables that lead other programs to the agent
    Env(env::EnvArgs),
    /// Connect standard input and output to the agent
    Relay,
}

const EXAMPLES: &str = "\
Examples:
  keyagent add id.ppk                   ask for the passphrase once, and sign for every program from now on
  keyagent add id_rsa --lifetime 8h     for a working day
  keyagent add id.ppk --later           ask at the first use instead, on the terminal where that is
  keyagent list
  keyagent remove --all
  keyagent env --shell fish             what other programs want to know

With `eval \"$(keyagent start)\"` in a shell's profile every program finds the agent. Programs of this
package find it without.";

/// Runs the program on the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    crate::signals::restore_terminal_on_signals(|| false);
    let matches = command().try_get_matches_from(wild::args_os());
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => return contract::usage::report("keyagent", &error),
    };
    match run(&args) {
        Ok(code) => code,
        Err(failure) => contract::report::failure("keyagent", &failure),
    }
}

/// The definition that help texts, man pages and completions are made from.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

fn run(args: &Args) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Add(add) => add::run(add, &args.shared),
        Command::List(list) => show::list(list),
        Command::Remove(remove) => remove::run(remove),
        Command::Lock(lock) => lock::lock(lock, &args.shared),
        Command::Unlock(lock) => lock::unlock(lock, &args.shared),
        Command::Status(status) => show::status(status),
        Command::Stop => remove::stop(),
        Command::Start(start) => start::run(start, &args.shared),
        Command::Env(env) => env::run(env),
        Command::Relay => relay::run(),
    }
}
