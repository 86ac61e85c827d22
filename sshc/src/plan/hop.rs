//! How to reach one server of the route, which keys to trust, and how to log in.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;

use russh::MethodKind;

use super::transport;
use super::verbosity::verbosity;
use super::{DestinationSource, Environment, NamedHost, request};
use crate::Error;
use crate::agent;
use crate::auth::AcceptedAlgorithms;
use crate::config::{
    self, AddKeysToAgent, AddressFamily, AlgorithmKind, Algorithms, Config, PubkeyAuthentication,
    Setting, StrictHostKeyChecking, Template, Tokens, YesNoAsk,
};
use crate::connect::{DialOptions, Family, Proxy, TransportSettings, algorithms};
use crate::destination::host_and_port;
use crate::host_key_policy::{Policy, Scope, UnknownHosts};
use crate::known_hosts::Targets;
use crate::options::Options;

/// One server of the route.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// `None` asks, with the local user as the proposal.
    pub(crate) user: Option<String>,
    /// The user on this computer.
    pub(crate) local_user: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) dial: DialOptions,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) transport: TransportSettings,
    /// `WarnWeakCrypto`
    pub(crate) warns_of_weak_crypto: bool,
    pub(crate) policy: Policy,
    pub(crate) credentials: Credentials,
}

/// What we can log in with.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    /// The keys of the command line, which must be there.
    pub(crate) keys: Vec<PathBuf>,
    /// The configured keys, or the default ones; these may be missing.
    pub(crate) other_keys: Vec<PathBuf>,
    /// `CertificateFile`
    pub(crate) certificates: Vec<PathBuf>,
    pub(crate) agent: agent::Choice,
    pub(crate) identities_only: bool,
    /// The most preferred method first.
    pub(crate) methods: Vec<MethodKind>,
    pub(crate) password_prompts: u32,
    /// `KbdInteractiveDevices`
    pub(crate) devices: Option<String>,
    /// Whether to ask for a password only after a key was accepted.
    pub(crate) keys_first: bool,
    /// `AddKeysToAgent`
    pub(crate) add_to_agent: Option<agent::Constraints>,
    /// Which keys and certificates may be offered.
    pub(crate) accepted: AcceptedAlgorithms,
    /// Whether an agent signs for the server's host key, too.
    pub(crate) host_binding: PubkeyAuthentication,
}

impl Hop {
    /// Its host and port, as in messages.
    pub(crate) fn place(&self) -> String {
        contract::shown(host_and_port(&self.host, self.port))
    }
}

impl Credentials {
    /// Whether the command line names keys.
    pub(crate) fn names_keys(&self) -> bool {
        !self.keys.is_empty()
    }
}

/// Decides how to reach one server.
pub(super) fn hop(
    options: &Options,
    named: &NamedHost,
    is_first: bool,
    config: &Config,
    around: &Environment,
) -> Result<Hop, Error> {
    if let Some(reason) = &*config.refuse_connection {
        let host = named.destination.host.clone();
        return Err(Error::RefusedByConfiguration { host, reason: reason.clone() });
    }
    let transport = transport::settings(options, config);
    if let Some((option, names)) = algorithms::empty_list(&transport.algorithms) {
        let list = names.join(",");
        return Err(Error::Config(config::Error::EmptyList { option, list }));
    }
    let tokens = config.tokens(&around.context, &request(options, named));
    Ok(Hop {
        // As with ssh, the local user logs in if no other is named.
        user: Some((*config.user).clone())
            .filter(|user| config.user.is_given() || !named.may_be_asked && !user.is_empty()),
        local_user: around.context.local_user.clone(),
        host: (*config.host_name).clone(),
        port: *config.port,
        dial: dial(options, config, is_first)?,
        proxy: if is_first { proxy(options, named, config, &tokens)? } else { None },
        transport,
        warns_of_weak_crypto: *config.warn_weak_crypto,
        policy: policy(options, named, config, around, &tokens)?,
        credentials: credentials(options, named, config, &tokens)?,
    })
}

/// Only the first hop is dialled, so that only its source address is looked up.
fn dial(options: &Options, config: &Config, is_first: bool) -> Result<DialOptions, Error> {
    let family = match (options.v4, options.v6, *config.address_family) {
        (true, _, _) | (false, false, AddressFamily::V4) => Family::V4,
        (_, true, _) | (false, false, AddressFamily::V6) => Family::V6,
        _ => Family::Any,
    };
    let from = options.bind_address.as_deref().or(config.bind_address.as_deref());
    let from = from.filter(|_| is_first).map(|text| source_addresses(text, family));
    Ok(DialOptions {
        family,
        from: from.transpose()?.unwrap_or_default(),
        interface: (*config.bind_interface).clone(),
        keep_alive: *config.tcp_keep_alive,
        tries: *config.connection_attempts,
    })
}

/// The addresses to connect from, which may be named by a host name. As with ssh, the first of
/// each family counts.
fn source_addresses(text: &str, family: Family) -> Result<Vec<IpAddr>, Error> {
    if let Ok(address) = text.parse() {
        return Ok(vec![address]);
    }
    let found = (text, 0).to_socket_addrs().into_iter().flatten();
    let found: Vec<_> = found.filter(|address| family.admits(*address)).collect();
    if found.is_empty() {
        return Err(Error::Config(config::Error::SourceAddress { text: text.to_owned() }));
    }
    Ok(found.iter().map(SocketAddr::ip).collect())
}

/// The proxy in front of the first host.
fn proxy(
    options: &Options,
    named: &NamedHost,
    config: &Config,
    tokens: &Tokens,
) -> Result<Option<Proxy>, Error> {
    if let Some(proxy) = &options.proxy {
        return Ok(Some(proxy.clone()));
    }
    // `-J none` connects directly; any other `-J` puts a host before the destination.
    if named.is_goal && options.decides_jumps() {
        return Ok(None);
    }
    let given = options.proxy_command.clone().map(Template::from);
    let template = given.as_ref().or(config.proxy_command.as_ref());
    let command = template.filter(|template| !template.is_none());
    let command = command.map(|template| tokens.proxy_command(template)).transpose();
    Ok(command.map_err(Error::Config)?.map(Proxy::Command))
}

fn policy(
    options: &Options,
    named: &NamedHost,
    config: &Config,
    around: &Environment,
    tokens: &Tokens,
) -> Result<Policy, Error> {
    // A log announces only the cluster, not its jump hosts.
    let by_default = match named.origin {
        DestinationSource::StandardInput if named.is_goal => Scope::Target,
        _ => Scope::Host,
    };
    let paths = |templates| Config::paths(templates, tokens).map_err(Error::Config);
    let user_files = if options.known_hosts.is_empty() {
        paths(&config.user_known_hosts_file)?
    } else {
        options.known_hosts.clone()
    };
    let global_files = if options.known_hosts.is_empty() {
        paths(&config.global_known_hosts_file)?
    } else {
        Vec::new()
    };
    let scope = options.host_key_scope.unwrap_or(by_default);
    let targets = targets(options, config, around);
    // As with ssh, a host that cannot be recorded is not accepted either.
    let has_no_file = user_files.is_empty() && (targets.is_none() || scope == Scope::Host);
    let unknown_hosts = match *config.strict_host_key_checking {
        _ if options.accept_new => UnknownHosts::AcceptNew,
        _ if has_no_file => UnknownHosts::Refuse,
        // ssh's `no` would also accept a changed key; sshc never does.
        StrictHostKeyChecking::AcceptNew | StrictHostKeyChecking::No => UnknownHosts::AcceptNew,
        StrictHostKeyChecking::Ask => UnknownHosts::Ask,
        StrictHostKeyChecking::Yes => UnknownHosts::Refuse,
    };
    Ok(Policy {
        scope,
        unknown_hosts,
        // The pinned keys are the destination's: a jump host must not pass for it.
        pins: if named.is_goal { options.host_keys.clone() } else { Vec::new() },
        can_be_pinned: named.is_goal,
        user_files,
        targets,
        may_note_use: true,
        global_files,
        command: (*config.known_hosts_command)
            .clone()
            .filter(|_| options.known_hosts.is_empty())
            .map(|command| (command, tokens.clone())),
        revoked_files: paths(&config.revoked_host_keys)?,
        hash: *config.hash_known_hosts,
        alias: (*config.host_key_alias).clone(),
        // Targets share their addresses, one after another.
        checks_address: *config.check_host_ip && scope == Scope::Host,
        putty: options.known_hosts.is_empty(),
        ca_signatures: signatures(config.ca_signature_algorithms.as_ref()),
        least_rsa_bits: *config.required_rsa_size,
        update: options.known_hosts.is_empty()
            && options.host_keys.is_empty()
            && *config.update_host_keys == YesNoAsk::Yes,
        picture: verbosity(options, config) > 0,
    })
}

/// The file of targets. Files that the user names are for all keys, unless the user also sets a
/// lifetime.
fn targets(options: &Options, config: &Config, around: &Environment) -> Option<Targets> {
    let is_wanted = options.host_key_ttl.is_some() || config.host_key_ttl.is_given();
    let is_replaced = config.user_known_hosts_file.is_given() && !is_wanted;
    (options.known_hosts.is_empty() && !is_replaced).then(|| Targets {
        file: around.context.user_directory().join("known_targets"),
        lifetime: options.host_key_ttl.unwrap_or(*config.host_key_ttl),
    })
}

fn credentials(
    options: &Options,
    named: &NamedHost,
    config: &Config,
    tokens: &Tokens,
) -> Result<Credentials, Error> {
    let keys = options.keys.clone();
    let mut other_keys = Config::paths(&config.identity_file, tokens).map_err(Error::Config)?;
    // As with ssh, keys of the configuration are offered after those of the command line, but not
    // the usual ones. While waiting, each key counts against us.
    if !keys.is_empty() && (config.has_usual_identities || options.wait.is_some()) {
        other_keys.clear();
    }
    other_keys.retain(|key| !keys.contains(key));
    Ok(Credentials {
        keys,
        other_keys,
        certificates: Config::paths(&config.certificate_file, tokens).map_err(Error::Config)?,
        agent: agent(options, config, tokens)?,
        identities_only: options.identities_only || *config.identities_only,
        methods: methods(options, named, config),
        password_prompts: *config.number_of_password_prompts,
        devices: (*config.kbd_interactive_devices).clone(),
        keys_first: named.origin == DestinationSource::StandardInput
            && !wants_passwords(options, config),
        add_to_agent: add_to_agent(*config.add_keys_to_agent),
        accepted: accepted(config),
        host_binding: *config.pubkey_authentication,
    })
}

/// Whether to ask for a password although the target came from a job log. Without these options we
/// do not: clusters take keys, and no person knows a password for them.
fn wants_passwords(options: &Options, config: &Config) -> bool {
    let is_wanted = |setting: &Setting<bool>| setting.is_given() && **setting;
    options.password
        || config.preferred_authentications.is_given()
        || is_wanted(&config.password_authentication)
        || is_wanted(&config.kbd_interactive_authentication)
}

/// Which keys and certificates may be offered. As with ssh, short RSA keys are only left out if the
/// user says how long they must be.
fn accepted(config: &Config) -> AcceptedAlgorithms {
    let least = &config.required_rsa_size;
    let files = &config.certificate_file;
    AcceptedAlgorithms {
        algorithms: signatures(config.pubkey_accepted_algorithms.as_ref()),
        least_rsa_bits: if least.is_given() { **least } else { 0 },
        certificates_beside: files.is_empty() || !files.iter().all(Template::is_none),
    }
}

/// The algorithms that a list selects from those that sign with SHA-2 or better.
pub(super) fn signatures(list: Option<&Algorithms>) -> Vec<String> {
    let all = AlgorithmKind::Signature.names().iter().copied();
    let is_weak = |name: &&str| name.starts_with("ssh-rsa") || name.starts_with("ssh-dss");
    let own: Vec<&str> = all.filter(|name| !is_weak(name)).collect();
    match list {
        Some(list) => list.applied_to(&own),
        None => own.into_iter().map(str::to_owned).collect(),
    }
}

pub(super) fn agent(
    options: &Options,
    config: &Config,
    tokens: &Tokens,
) -> Result<agent::Choice, Error> {
    if let Some(choice) = &options.agent {
        return Ok(choice.clone());
    }
    if !config.identity_agent.is_given() {
        return Ok(agent::Choice::Auto);
    }
    let named = match &*config.identity_agent {
        None => return Ok(agent::Choice::None),
        Some(template) if template.is_variable() || template.as_written() == "SSH_AUTH_SOCK" => {
            template.as_written().to_owned()
        }
        Some(template) => tokens.path(template).map_err(Error::Config)?.display().to_string(),
    };
    let Ok(choice) = named.parse();
    Ok(choice)
}

/// `ask` would ask at a moment when no user expects it, so it adds nothing.
fn add_to_agent(setting: AddKeysToAgent) -> Option<agent::Constraints> {
    let AddKeysToAgent { when, confirm, lifetime } = setting;
    (when == YesNoAsk::Yes).then_some(agent::Constraints { lifetime, confirm })
}

/// In batch mode no password can be typed. One from a file is as good as typed, but it is for the
/// destination only.
fn methods(options: &Options, named: &NamedHost, config: &Config) -> Vec<MethodKind> {
    let from_file = named.is_goal && options.password_file.is_some();
    let typed = !(options.batch || *config.batch_mode) || from_file;
    let possible = |method: &MethodKind| match method {
        MethodKind::PublicKey => *config.pubkey_authentication != PubkeyAuthentication::No,
        MethodKind::KeyboardInteractive => typed && *config.kbd_interactive_authentication,
        MethodKind::Password => typed && *config.password_authentication,
        _ => false,
    };
    let own = [MethodKind::PublicKey, MethodKind::KeyboardInteractive, MethodKind::Password];
    match &*config.preferred_authentications {
        None => own.into_iter().filter(possible).collect(),
        Some(chosen) => chosen
            .iter()
            .filter_map(|name| own.into_iter().find(|method| <&str>::from(method) == name))
            .filter(possible)
            .collect(),
    }
}
