//! Decides what to do, before any connection: from options and configuration to plain values.
//!
//! An option beats `-o`, `-o` beats the files, and the files beat the defaults.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::Error;
use crate::agent;
use crate::announced::Announced;
use crate::config::{
    Canonicalize, Config, Context, ControlMaster, Files, ForwardAgent, Known, PermittedGoal,
    Request, RequestedSession, Tokens, YesNoAsk,
};
use crate::connect::Purpose;
use crate::destination::Destination;
use crate::options::Options;
use crate::wait::Wait;

mod effective_config;
mod forwards;
mod hop;
mod route;
mod sharing;
mod transport;
mod verbosity;
mod work;

pub(crate) use forwards::Wanted;
pub(crate) use hop::{Credentials, Hop};
pub(crate) use sharing::Sharing;
pub(crate) use work::Work;

/// Where the destination was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DestinationSource {
    /// In the arguments.
    Arguments,
    /// On the first line of standard input.
    StandardInput,
}

/// The process's environment.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// What a configuration may refer to, such as the local user.
    pub(crate) context: Context,
    /// Whether standard input is a terminal.
    pub(crate) stdin_is_terminal: bool,
    /// Whether there is a terminal, on any descriptor.
    pub(crate) has_terminal: bool,
}

/// The decisions.
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own")]
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The jump hosts in order, then the destination.
    pub(crate) route: Vec<Hop>,
    pub(crate) forwards: Vec<Wanted>,
    pub(crate) announced: Announced,
    pub(crate) print_forwards: bool,
    /// Whether a tunnel's Unix socket replaces an existing one.
    pub(crate) replace_sockets: bool,
    /// Where remote SOCKS forwards may lead; `None` allows all goals.
    pub(crate) permit_remote_open: Option<Arc<[PermittedGoal]>>,
    pub(crate) work: Work,
    /// The agent that programs on the server may use.
    pub(crate) agent: Option<agent::Choice>,
    /// How many attempts in a row to make after a lost connection.
    pub(crate) reconnect: Option<u32>,
    /// The connection that is shared with other programs.
    pub(crate) share: Option<Sharing>,
    /// How to wait for the first connection, if at all.
    pub(crate) wait: Option<Wait>,
    pub(crate) quiet: bool,
    /// `--no-trivial-auth`: whether a server must demand a proof of us.
    pub(crate) proof_required: bool,
    /// `-f`: leave the terminal once logged in.
    pub(crate) background: bool,
    /// `ForkAfterAuthentication`: another process is to do it, in the background.
    pub(crate) forks: bool,
    /// `LocalCommand`, if it is permitted.
    pub(crate) local_command: Option<String>,
    /// The number of `-v`s that the options and the configuration amount to.
    pub(crate) verbosity: u8,
    /// `--batch` or `BatchMode`.
    pub(crate) batch: bool,
    /// Lines of the configuration that have no effect, for `-v`.
    pub(crate) notes: Vec<String>,
}

impl Plan {
    /// The purpose of the connections of the route.
    pub(crate) fn purpose(&self) -> Purpose {
        match &self.work {
            _ if !self.forwards.is_empty() || !self.announced.services.is_empty() => {
                Purpose::Tunnels
            }
            Work::Tunnels => Purpose::Tunnels,
            Work::Run(order) if order.terminal => Purpose::Interactive,
            Work::Run(_) | Work::Connect(_) => Purpose::Bulk,
        }
    }
}

/// Makes the plan.
///
/// # Errors
/// When the options contradict each other or the environment, or the configuration is unusable.
pub(crate) fn plan(
    options: &Options,
    destination: Destination,
    origin: DestinationSource,
    around: &Environment,
) -> Result<Plan, Error> {
    if origin == DestinationSource::StandardInput
        && options.diagnosis.rule.iter().any(|rule| rule == "-")
    {
        return Err(Error::Usage(
            "the destination is on standard input, so --rule - cannot be".into(),
        ));
    }
    if origin == DestinationSource::StandardInput && is_stdin(options.passphrase_file.as_ref()) {
        return Err(Error::Usage(
            "the destination is on standard input, so --passphrase-file - cannot be".into(),
        ));
    }
    let is_proxied = is_proxied(options);
    let goal = NamedHost { destination, is_goal: true, origin, may_be_asked: false, is_proxied };
    let request = request(options, &goal);
    let config = Config::resolve(&request, &around.context).map_err(Error::Config)?;
    let tokens = config.tokens(&around.context, &request);
    let work = work::work(options, &config, &tokens, origin, around)?;
    if options.reconnect.is_some() && !matches!(work, Work::Tunnels) {
        return Err(Error::Usage("--reconnect is for tunnels only: add -N or --announced".into()));
    }
    // A diagnosis asks no questions.
    let batch = options.batch || options.diagnosis.diagnose || *config.batch_mode;
    let choice = sharing::choice(options, &config);
    // One that is shared has a user from the start, as with ssh.
    let may_be_asked = !batch && work.is_shell_at_keyboard() && choice.is_none();
    let goal = NamedHost { may_be_asked, ..goal.clone() };
    let route = route::route(options, &goal, &config, around)?;
    let agent = forwarded_agent(options, &config, &tokens)?;
    let mut share = choice
        .map(|it| sharing::sharing(it, options, &config, &tokens, &route, agent.as_ref()))
        .transpose()?;
    let is_holder = options.sharing.share_holder.is_some() || options.reconnect.is_some();
    // At the usual path, whose name is the digest, no other guest comes.
    if let Some(share) = share.as_mut().filter(|share| is_holder && !share.makes_folder) {
        share.plain_route_digests = sharing::plain_route_digests(&goal, &route, around);
    }
    Ok(Plan {
        route,
        share,
        forwards: forwards::forwards(options, &config, &tokens)?,
        announced: Announced {
            services: options.services.clone(),
            opens_browser: options.open,
            shows_secrets: options.secrets,
        },
        print_forwards: options.print_forwards,
        replace_sockets: *config.stream_local_bind_unlink,
        permit_remote_open: config.permit_remote_open.as_deref().map(Into::into),
        work,
        agent,
        reconnect: options.reconnect,
        wait: options.wait.map(|time| Wait { time, until: options.wait_for.unwrap_or_default() }),
        background: options.letters.background_child,
        forks: *config.fork_after_authentication && may_fork(options),
        local_command: local_command(&config, &tokens)?,
        proof_required: options.no_trivial_auth,
        quiet: verbosity::is_quiet(options, &config),
        verbosity: verbosity::verbosity(options, &config),
        batch,
        notes: notes(options, &config),
    })
}

/// The configuration for the destination as `-G` prints it, and the notes on it for `-v`.
///
/// # Errors
/// When the configuration is unusable.
pub(crate) fn show(
    options: &Options,
    destination: Destination,
    origin: DestinationSource,
    around: &Environment,
) -> Result<(String, Vec<String>), Error> {
    let is_proxied = is_proxied(options);
    let goal = NamedHost { destination, is_goal: true, origin, may_be_asked: false, is_proxied };
    let request = request(options, &goal);
    let mut config = Config::resolve(&request, &around.context).map_err(Error::Config)?;
    let tokens = config.tokens(&around.context, &request);
    // What is shared depends on the options as they were given.
    let share_path = share_path(options, &goal, &config, &tokens, around)?;
    effective_config::overrule(&mut config, options)?;
    effective_config::algorithms(&mut config);
    if let Some(path) = share_path {
        effective_config::share(&mut config, options, &path);
    }
    let text = config.show(&request, &around.context).map_err(Error::Config)?;
    Ok((text + &effective_config::comments(options), notes(options, &config)))
}

/// The path that `--share` chooses, for `-G`.
fn share_path(
    options: &Options,
    goal: &NamedHost,
    config: &Config,
    tokens: &Tokens,
    around: &Environment,
) -> Result<Option<PathBuf>, Error> {
    let choice = sharing::choice(options, config).filter(|_| options.sharing.share.is_some());
    let Some(choice) = choice else { return Ok(None) };
    let route = route::route(options, goal, config, around)?;
    let sharing = sharing::sharing(choice, options, config, tokens, &route, None)?;
    Ok(Some(sharing.path))
}

/// The lines that have no effect. `PermitRemoteOpen` has one if the server listens for SOCKS.
fn notes(options: &Options, config: &Config) -> Vec<String> {
    let has_remote_socks =
        options.remote.iter().chain(&config.remote_forward).any(|it| it.connect.is_none());
    let notes = config.notes.iter();
    let notes = notes.filter(|note| !(has_remote_socks && matches!(note.known, Known::Without(_))));
    notes.map(ToString::to_string).chain(incomplete(options, config).map(str::to_owned)).collect()
}

/// A host as the user named it, before its configuration is read.
#[derive(Clone, Debug)]
struct NamedHost {
    destination: Destination,
    /// Whether it is the end of the route.
    is_goal: bool,
    origin: DestinationSource,
    /// Whether a user can be asked for the name to log in with.
    may_be_asked: bool,
    /// Whether another host leads there.
    is_proxied: bool,
}

fn request<'a>(options: &'a Options, named: &'a NamedHost) -> Request<'a> {
    let NamedHost { destination, is_goal, .. } = named;
    let (user, port) = (destination.user.as_deref(), destination.port.map(Into::into));
    // Options are for the destination only: jump hosts have their own configuration.
    let (user, port) = if *is_goal {
        (options.user.as_deref().or_else(user), options.port.or_else(port))
    } else {
        (user, port)
    };
    Request {
        host: &destination.host,
        user,
        port,
        // `-o` is for the destination only, as with ssh: jump hosts have their own configuration.
        options: if *is_goal { &options.option } else { &[] },
        files: match options.config.as_deref() {
            None => Files::Usual,
            Some("none") => Files::None,
            Some(file) => Files::Only(PathBuf::from(file)),
        },
        is_proxied: named.is_proxied,
        session: if *is_goal { requested(options) } else { RequestedSession::Nothing },
    }
}

/// What a command line wants of the destination, before its configuration is read.
fn requested(options: &Options) -> RequestedSession {
    let command = options.command.join(OsStr::new(" ")).to_string_lossy().into_owned();
    match (options.subsystem, command.is_empty()) {
        _ if options.no_command || options.stdio_forward.is_some() => RequestedSession::Nothing,
        (true, _) => RequestedSession::Subsystem(command),
        (false, true) => RequestedSession::Shell,
        (false, false) => RequestedSession::Command(command),
    }
}

/// Whether an option leads to the destination by way of another host.
fn is_proxied(options: &Options) -> bool {
    let jumps = options.decides_jumps() && !options.is_direct();
    jumps || options.proxy.is_some() || options.proxy_command.is_some()
}

/// Whether there is a session that can go on in the background; it may be there already.
fn may_fork(options: &Options) -> bool {
    let is_elsewhere = options.letters.background_child || options.sharing.share_holder.is_some();
    let is_read = options.print_forwards || options.stdio_forward.is_some();
    !is_elsewhere && !is_short(options) && !is_read
}

/// Whether nothing is run or forwarded, so that a configuration that asks for it does not count.
fn is_short(options: &Options) -> bool {
    options.diagnosis.diagnose || options.forget || options.sharing.request().is_some()
}

/// The settings that do nothing because another one is missing, or because a question would come
/// when no user expects one; for `-v`.
fn incomplete(options: &Options, config: &Config) -> impl Iterator<Item = &'static str> {
    let is_canonical = *config.canonicalize_hostname != Canonicalize::No;
    let is_master = *config.control_master != ControlMaster::No;
    let notes = [
        (
            is_master && config.control_path.is_none() && options.sharing.share.is_none(),
            "ControlMaster has no effect without ControlPath",
        ),
        (
            config.local_command.is_some() && !*config.permit_local_command,
            "LocalCommand has no effect without PermitLocalCommand",
        ),
        (
            is_canonical && config.canonical_domains.is_empty(),
            "CanonicalizeHostname has no effect on names without CanonicalDomains",
        ),
        (
            *config.update_host_keys == YesNoAsk::Ask,
            "UpdateHostKeys ask has no effect: no further host keys are recorded",
        ),
        (
            config.add_keys_to_agent.when == YesNoAsk::Ask,
            "AddKeysToAgent ask has no effect: no keys are added",
        ),
    ];
    notes.into_iter().filter(|(applies, _)| *applies).map(|(_, note)| note)
}

fn local_command(config: &Config, tokens: &Tokens) -> Result<Option<String>, Error> {
    let command = config.local_command.as_ref().filter(|_| *config.permit_local_command);
    command.map(|it| tokens.local_command(it)).transpose().map_err(Error::Config)
}

/// `-A` forwards the agent with which we log in, unless `ForwardAgent` names another.
fn forwarded_agent(
    options: &Options,
    config: &Config,
    tokens: &Tokens,
) -> Result<Option<agent::Choice>, Error> {
    if !options.forwards_agent(*config.forward_agent != ForwardAgent::No) {
        return Ok(None);
    }
    match &*config.forward_agent {
        ForwardAgent::At(template) if template.is_variable() => {
            let Ok(choice) = template.as_written().parse();
            Ok(Some(choice))
        }
        ForwardAgent::At(template) => {
            let path = tokens.path(template).map_err(Error::Config)?;
            Ok(Some(agent::Choice::Path(path.display().to_string())))
        }
        ForwardAgent::Yes | ForwardAgent::No => hop::agent(options, config, tokens).map(Some),
    }
}

fn is_stdin(file: Option<&PathBuf>) -> bool {
    file.is_some_and(|file| file.as_os_str() == "-")
}

#[cfg(test)]
mod tests;
