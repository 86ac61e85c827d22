//! `keyagent start`: starts our agent, in the background unless it is to stay in the foreground.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::Duration;
use std::{env, iter, process};

use super::env::{Shell, found_by, lines};
use super::error::Failure;
use super::{Shared, duration};
use crate::agent::background;
use crate::agent::client::Client;
use crate::agent::control::Places;
use crate::agent::heap;
use crate::agent::listener::{self, Listener};
use crate::agent::secret::seal_process;
use crate::agent::server::Server;
use crate::agent::store::Defaults;
use crate::agent::transport::{SSH_AUTH_SOCK, default_socket, make_folder};
use crate::agent::upstream::Upstream;
use crate::cli::output;

/// How long our agent may take to identify itself.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct StartArgs {
    /// Forget keys after this time, unless they have their own lifetime: 30m, 8h, 1d
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    lifetime: Option<Duration>,

    /// Forget keys after this time without a signature; those of `add --later` ask for their
    /// passphrase again
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    idle: Option<Duration>,

    /// Stay in the foreground
    #[arg(long, conflicts_with = "command")]
    foreground: bool,

    /// Listen at this path, not at the user's usual one
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,

    /// Also start at each logon of this user (Windows)
    #[arg(long, conflicts_with_all = ["foreground", "socket", "command"])]
    at_logon: bool,

    /// No longer start at logon (Windows)
    #[arg(long, conflicts_with_all = ["foreground", "socket", "command", "at_logon"])]
    not_at_logon: bool,

    /// Leave the terminal once the socket is there
    #[arg(long, hide = true, requires = "foreground")]
    detached: bool,

    /// End with this process
    #[arg(long, hide = true, value_name = "PID", requires = "foreground")]
    until: Option<u32>,

    /// Run this command with its own agent, which ends with it
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl StartArgs {
    /// The defaults: the usual address, no limits.
    pub(super) fn usual() -> Self {
        Self {
            lifetime: None,
            idle: None,
            foreground: false,
            socket: None,
            at_logon: false,
            not_at_logon: false,
            detached: false,
            until: None,
            command: Vec::new(),
        }
    }

    /// The limits, as arguments.
    fn times(&self) -> Vec<OsString> {
        let times = [("--lifetime", self.lifetime), ("--idle", self.idle)];
        let times = times.into_iter().filter_map(|(name, time)| Some((name, time?)));
        times.flat_map(|(name, time)| [name.into(), time.as_secs().to_string().into()]).collect()
    }

    fn place(&self) -> Result<PathBuf, Failure> {
        let usual = || default_socket().ok_or(Failure::NoPlace);
        match &self.socket {
            // The agent does not stay in this folder, so the path must be absolute.
            Some(socket) => std::path::absolute(socket).map_err(Failure::Path),
            None if self.command.is_empty() => usual(),
            None => Ok(usual()?.with_file_name(format!("agent.{}.sock", process::id()))),
        }
    }
}

pub(super) fn run(args: &StartArgs, shared: &Shared) -> Result<ExitCode, Failure> {
    if args.not_at_logon {
        background::do_not_start_at_logon().map_err(Failure::Logon)?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.at_logon {
        let arguments: Vec<OsString> = iter::once("start".into()).chain(args.times()).collect();
        background::start_at_logon(&arguments).map_err(Failure::Logon)?;
    }
    let place = args.place()?;
    if args.foreground {
        return serve(args, &place);
    }
    let name = place.to_string_lossy().into_owned();
    if let Some((program, arguments)) = args.command.split_first() {
        in_background(args, &place)?;
        let variables = [(SSH_AUTH_SOCK, name)];
        return background::run_instead(program, arguments, &variables).map_err(|source| {
            Failure::Run { program: program.to_string_lossy().into_owned(), source }
        });
    }
    if is_running(&name) {
        output::notice(&shared.of_keygen(), "it is already running");
    } else {
        in_background(args, &place)?;
    }
    output::result(&found_by(Shell::usual(), &mut Client::connect_to(&name)?))?;
    Ok(ExitCode::SUCCESS)
}

/// Whether our agent runs there.
fn is_running(place: &str) -> bool {
    let client = Client::connect_within(place, ALIVE_WITHIN);
    client.is_ok_and(|mut client| client.status().is_ok_and(|status| status.is_some()))
}

/// Starts it, and returns when it listens.
pub(super) fn in_background(args: &StartArgs, place: &Path) -> Result<(), Failure> {
    let mut arguments: Vec<OsString> =
        ["start", "--foreground", "--detached"].map(Into::into).into();
    arguments.extend(args.times());
    if args.socket.is_none() {
        make_folder(place).map_err(Failure::at(place))?;
    }
    if args.socket.is_some() || !args.command.is_empty() {
        arguments.extend(["--socket".into(), place.into()]);
    }
    if !args.command.is_empty() {
        arguments.extend(["--until".into(), process::id().to_string().into()]);
    }
    background::start(&arguments, place).map_err(Failure::at(place))
}

fn serve(args: &StartArgs, place: &Path) -> Result<ExitCode, Failure> {
    seal_process();
    heap::share();
    let listener = Listener::bind(place, args.socket.is_none()).map_err(Failure::at(place))?;
    let name = place.to_string_lossy().into_owned();
    let defaults = Defaults { lifetime: args.lifetime, idle: args.idle };
    let (sender, receiver) = channel();
    let upstream = before_us(&name, &listener.places());
    let server = Server::new(defaults, upstream, listener.places(), sender.clone());
    if args.detached {
        background::detach().map_err(Failure::at(place))?;
    } else {
        let places = listener.places().served;
        output::result(&lines(Shell::usual(), &name, &places, Some(process::id())))?;
    }
    if let Some(process) = args.until {
        background::end_with(process, sender.clone());
    }
    listener::run(listener, &server, (&sender, &receiver)).map_err(Failure::at(place))?;
    // Dropped keys are wiped.
    server.store.remove_all();
    Ok(ExitCode::SUCCESS)
}

/// The agent that programs used before ours was started: the one that the environment names, else
/// one that has an address of ours.
fn before_us(ours: &str, places: &Places) -> Upstream {
    let named = env::var(SSH_AUTH_SOCK).ok().filter(|named| !named.is_empty() && named != ours);
    let taken = places.taken.iter().map(|taken| taken.place.clone());
    Upstream::find(named.into_iter().chain(taken), ours)
}
