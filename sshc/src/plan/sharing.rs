//! Decides which connection is shared: only between programs with the same user, host, port, route,
//! keys and rules for host keys.

use std::env;
use std::ffi::OsString;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::route::route;
use super::{DestinationSource, Environment, Hop, NamedHost, request};
use crate::Error;
use crate::agent;
use crate::client::link::control_socket;
use crate::config::{Config, ControlMaster, ControlPersist, Template, Tokens};
use crate::destination::Destination;
use crate::options::Options;

/// Bytes of the digest that name the socket: more would not fit into some systems' paths.
const NAME_BYTES: usize = 20;

/// A shared connection.
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sharing {
    /// The path of its socket, or its named pipe.
    pub(crate) path: PathBuf,
    /// Whether we may create the folder.
    pub(crate) makes_folder: bool,
    /// A digest of everything that must be the same for all who share it.
    pub(crate) route_digest: Vec<u8>,
    /// For a holder: the digests of programs that say nothing but the destination, in any of the
    /// forms that mean the holder's. As with ssh, the rules for host keys are then the
    /// holder's.
    pub(crate) plain_route_digests: Vec<Vec<u8>>,
    /// Whether to use an existing connection.
    pub(crate) joins: bool,
    /// Whether to start a holder if no connection exists.
    pub(crate) starts: bool,
    /// Whether a person confirms each use.
    pub(crate) asks: bool,
    /// How long it stays unused; `None` until a user ends it.
    pub(crate) idle: Option<Duration>,
    /// The agent that our programs on the server use, as it is sent to a holder.
    pub(crate) agent: Vec<u8>,
    /// The command line of the holder.
    pub(crate) arguments: Vec<OsString>,
}

/// What the options and the configuration say about sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SharingChoice {
    joins: bool,
    starts: bool,
    asks: bool,
    idle: Option<Duration>,
}

/// What the user wants; `None` for a connection of our own.
pub(super) fn choice(options: &Options, config: &Config) -> Option<SharingChoice> {
    let path = config.control_path.as_ref();
    let is_none = path.is_some_and(Template::is_none);
    if is_none || options.diagnosis.diagnose {
        return None;
    }
    let master = *config.control_master;
    let asks = matches!(master, ControlMaster::Ask | ControlMaster::AutoAsk);
    if let Some(time) = options.sharing.share {
        return Some(SharingChoice { joins: true, starts: true, asks, idle: Some(time) });
    }
    let idle = match *config.control_persist {
        ControlPersist::No => Some(Duration::ZERO),
        ControlPersist::Yes => None,
        ControlPersist::For(time) => Some(time),
    };
    let (joins, starts) = match master {
        _ if options.sharing.request().is_some() => (true, false),
        // As with ssh.
        _ if path.is_none() => return None,
        ControlMaster::No => (true, false),
        ControlMaster::Yes | ControlMaster::Ask => (false, true),
        ControlMaster::Auto | ControlMaster::AutoAsk => (true, true),
    };
    Some(SharingChoice { joins, starts, asks, idle })
}

/// The connection that is meant.
///
/// # Errors
/// The path stands for nothing.
pub(super) fn sharing(
    choice: SharingChoice,
    options: &Options,
    config: &Config,
    tokens: &Tokens,
    route: &[Hop],
    agent: Option<&agent::Choice>,
) -> Result<Sharing, Error> {
    let route_digest = Sha256::digest(route_text(route, options)).to_vec();
    let named = config.control_path.as_ref().map(|path| tokens.path(path)).transpose();
    let named = named.map_err(Error::Config)?;
    let makes_folder = named.is_none();
    let path = named.map_or_else(
        || {
            control_socket::usual(
                &HEXLOWER.encode(route_digest.get(..NAME_BYTES).unwrap_or(&route_digest)),
            )
        },
        control_socket::named,
    );
    Ok(Sharing {
        path,
        makes_folder,
        route_digest,
        plain_route_digests: Vec::new(),
        joins: choice.joins,
        starts: choice.starts,
        asks: choice.asks,
        idle: choice.idle,
        agent: agent.map(words).unwrap_or_default().into_bytes(),
        arguments: Vec::new(),
    })
}

/// See [`Sharing::plain_route_digests`].
pub(super) fn plain_route_digests(
    goal: &NamedHost,
    route: &[Hop],
    around: &Environment,
) -> Vec<Vec<u8>> {
    let Some(hop) = route.last() else { return Vec::new() };
    let words = ["sshc", "-F", "none", "-"].map(OsString::from);
    let Ok(plain) = Options::read(&words) else { return Vec::new() };
    let host = &goal.destination.host;
    let users = [None, hop.user.clone()];
    let ports = [None, NonZeroU16::new(hop.port)];
    let forms = users.iter().flat_map(|user| ports.map(|port| (user.clone(), port)));
    let destinations = forms.map(|(user, port)| Destination { user, host: host.clone(), port });
    destinations.filter_map(|destination| plain_route_digest(destination, &plain, around)).collect()
}

/// The digest of a program with this destination and these options, which name no configuration.
fn plain_route_digest(
    destination: Destination,
    options: &Options,
    around: &Environment,
) -> Option<Vec<u8>> {
    let origin = DestinationSource::Arguments;
    let goal =
        NamedHost { destination, is_goal: true, origin, may_be_asked: false, is_proxied: false };
    let config = Config::resolve(&request(options, &goal), &around.context).ok()?;
    let route = route(options, &goal, &config, around).ok()?;
    Some(Sha256::digest(route_text(&route, options)).to_vec())
}

/// What two programs must agree on to share a connection. How long each would have waited for it,
/// and whether it may ask, is its own business.
fn route_text(route: &[Hop], options: &Options) -> String {
    let hop = |hop: &Hop| {
        let Hop { user, host, port, dial, proxy, transport, policy, credentials, .. } = hop;
        let place = format!("{user:?} {host:?} {port} {proxy:?}");
        let dial = format!("{:?} {:?} {:?}", dial.family, dial.from, dial.interface);
        let keys = format!(
            "{:?} {:?} {:?} {:?} {} {:?}",
            credentials.keys,
            credentials.other_keys,
            credentials.certificates,
            credentials.agent,
            credentials.identities_only,
            credentials.accepted
        );
        let trust = format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {} {:?} {}",
            policy.scope,
            policy.targets,
            policy.unknown_hosts,
            policy.pins,
            policy.user_files,
            policy.global_files,
            policy.command.as_ref().map(|(command, _)| command),
            policy.revoked_files,
            policy.alias,
            policy.checks_address,
            policy.putty,
            policy.ca_signatures,
            policy.least_rsa_bits
        );
        format!("{place}\n{dial}\n{:?}\n{keys}\n{trust}\n", transport.algorithms)
    };
    let hops: String = route.iter().map(hop).collect();
    format!("{hops}{}", options.no_trivial_auth)
}

/// An agent as it is sent to a holder: which one, and our value of `SSH_AUTH_SOCK`.
fn words(agent: &agent::Choice) -> String {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let choice = match agent {
        agent::Choice::Auto => "auto".to_owned(),
        agent::Choice::OpenSsh => "openssh".to_owned(),
        agent::Choice::Pageant => "pageant".to_owned(),
        agent::Choice::None => "none".to_owned(),
        agent::Choice::Variable(name) => variable(name),
        agent::Choice::Path(path) => path.clone(),
    };
    format!("{choice}\n{}", variable("SSH_AUTH_SOCK"))
}
