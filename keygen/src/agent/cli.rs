//! The command line of `keyagent`: arguments in, text out.

mod add;
mod duration;
mod env;
mod error;
mod examples;
mod lock;
mod only_hosts;
mod relay;
mod remove;
mod show;
mod start;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use self::error::Failure;

/// An SSH agent, like ssh-agent and Pageant: holds keys for every SSH program of this user.
#[derive(Debug, Parser)]
#[command(name = "keyagent", bin_name = "keyagent", version)]
#[command(subcommand_required = true, arg_required_else_help = true, after_long_help = examples::ALL)]
struct Args {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    shared: Shared,
}

/// What every command understands.
#[derive(Clone, Debug, clap::Args)]
struct Shared {
    /// When to use colour
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        hide_short_help = true
    )]
    color: clap::ColorChoice,

    /// Print errors only
    #[arg(short, long, global = true, hide_short_help = true)]
    quiet: bool,

    /// Never ask; fail where an answer is needed
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
    /// Add keys to the running agent; start one if none is running
    #[command(after_long_help = examples::ADD)]
    Add(add::AddArgs),
    /// Show the keys that the agent holds
    #[command(after_long_help = examples::LIST)]
    List(show::ShowArgs),
    /// Remove a key, or all keys, from the agent
    #[command(after_long_help = examples::REMOVE)]
    Remove(remove::RemoveArgs),
    /// Lock the agent: it hides all keys until `unlock`
    #[command(after_long_help = examples::LOCK)]
    Lock(lock::LockArgs),
    /// Unlock the agent
    #[command(after_long_help = examples::LOCK)]
    Unlock(lock::LockArgs),
    /// Show whether an agent runs, where, and what it holds
    #[command(after_long_help = examples::STATUS)]
    Status(show::ShowArgs),
    /// Stop the agent
    #[command(after_long_help = examples::STOP)]
    Stop,
    /// Start an agent
    #[command(after_long_help = examples::START)]
    Start(start::StartArgs),
    /// Print the variables that other programs need to find the agent
    Env(env::EnvArgs),
    /// Connect standard input and output to the agent
    #[command(after_long_help = examples::RELAY)]
    Relay,
}

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
        Command::Status(status) => Ok(show::status(status)),
        Command::Stop => remove::stop(),
        Command::Start(start) => start::run(start, &args.shared),
        Command::Env(env) => env::run(env),
        Command::Relay => relay::run(),
    }
}
