//! The configuration for `-G`, with the options that override it.

use std::path::Path;

use super::{forwards, hop, transport};
use crate::Error;
use crate::config::{
    AddressFamily, AlgorithmKind, Algorithms, Change, Config, ControlMaster, ControlPersist,
    ForwardAgent, Jump, LogLevel, RequestTty, SessionType, Setting, Template,
};
use crate::connect::{Proxy, algorithms};
use crate::destination::Destination;
use crate::options::Options;

/// Writes the options into the configuration, where it has a keyword for them.
///
/// # Errors
/// With the jump host that is invalid.
pub(super) fn overrule(config: &mut Config, options: &Options) -> Result<(), Error> {
    let template = |path: &Path| Template::from(path.display().to_string());
    if let Some(interval) = options.keepalive {
        config.server_alive_interval.overrule(interval);
    }
    if options.connect_timeout.is_some() {
        config.connect_timeout.overrule(options.connect_timeout);
    }
    if options.v4 || options.v6 {
        let family = if options.v4 { AddressFamily::V4 } else { AddressFamily::V6 };
        config.address_family.overrule(family);
    }
    if options.bind_address.is_some() {
        config.bind_address.overrule(options.bind_address.clone());
    }
    for (given, setting) in [
        (options.compress, &mut config.compression),
        (options.batch, &mut config.batch_mode),
        (options.identities_only, &mut config.identities_only),
        (options.no_input, &mut config.stdin_null),
    ] {
        if given {
            setting.overrule(true);
        }
    }
    if options.letters.no_forward_agent {
        config.forward_agent.overrule(ForwardAgent::No);
    }
    if options.forward_agent && *config.forward_agent == ForwardAgent::No {
        config.forward_agent.overrule(ForwardAgent::Yes);
    }
    if !options.keys.is_empty() {
        if config.has_usual_identities {
            config.identity_file.clear();
        }
        config.identity_file.splice(0..0, options.keys.iter().map(|path| template(path)));
    }
    if let Some(lifetime) = options.host_key_ttl {
        config.host_key_ttl.overrule(lifetime);
    }
    if !options.known_hosts.is_empty() {
        let files = options.known_hosts.iter().map(|path| template(path));
        config.user_known_hosts_file.overrule(files.collect());
    }
    let clears = forwards::clears(options, config);
    for (given, configured) in [
        (&options.local, &mut config.local_forward),
        (&options.remote, &mut config.remote_forward),
        (&options.dynamic, &mut config.dynamic_forward),
    ] {
        if clears {
            configured.clear();
        } else {
            configured.splice(0..0, given.iter().cloned());
        }
    }
    overrule_session(config, options);
    overrule_way(config, options)
}

/// Writes what `--share` stands for into the configuration.
pub(super) fn share(config: &mut Config, options: &Options, path: &Path) {
    let asks = matches!(*config.control_master, ControlMaster::Ask | ControlMaster::AutoAsk);
    config.control_master.overrule(if asks { ControlMaster::AutoAsk } else { ControlMaster::Auto });
    if let Some(time) = options.sharing.share {
        config.control_persist.overrule(ControlPersist::For(time));
    }
    if config.control_path.is_none() {
        let path = path.display().to_string().replace('%', "%%");
        config.control_path.overrule(Some(Template::from(path)));
    }
}

fn overrule_session(config: &mut Config, options: &Options) {
    if options.no_command || options.stdio_forward.is_some() {
        config.session_type.overrule(SessionType::None);
    } else if options.subsystem {
        config.session_type.overrule(SessionType::Subsystem);
    }
    config.clear_all_forwardings.overrule(forwards::clears(options, config));
    let must_work = forwards::must_work(options, config);
    config.exit_on_forward_failure.overrule(must_work);
    let terminal = match (options.no_terminal, options.terminal) {
        (true, _) => Some(RequestTty::No),
        (false, 0) => None,
        (false, 1) => Some(RequestTty::Yes),
        (false, _) => Some(RequestTty::Force),
    };
    if let Some(terminal) = terminal {
        config.request_tty.overrule(terminal);
    }
    let level = match options.verbose {
        _ if options.is_quiet() => Some(LogLevel::Quiet),
        0 => None,
        1 => Some(LogLevel::Debug1),
        2 => Some(LogLevel::Debug2),
        _ => Some(LogLevel::Debug3),
    };
    if let Some(level) = level {
        config.log_level.overrule(level);
    }
}

/// Writes out the lists of algorithms, as they are offered with the configuration's changes.
pub(super) fn algorithms(config: &mut Config) {
    let signing = |list: &Setting<Option<Algorithms>>| hop::signatures(list.as_ref());
    let [ciphers, key_exchanges, macs, host_keys] =
        algorithms::names(&transport::preferences(config));
    let accepted = signing(&config.pubkey_accepted_algorithms);
    let authorities = signing(&config.ca_signature_algorithms);
    for (list, kind, names) in [
        (&mut config.ciphers, AlgorithmKind::Cipher, ciphers),
        (&mut config.kex_algorithms, AlgorithmKind::KeyExchange, key_exchanges),
        (&mut config.macs, AlgorithmKind::Mac, macs),
        (&mut config.host_key_algorithms, AlgorithmKind::Signature, host_keys),
        (&mut config.pubkey_accepted_algorithms, AlgorithmKind::Signature, accepted),
        (&mut config.ca_signature_algorithms, AlgorithmKind::Signature, authorities),
    ] {
        list.overrule(Some(Algorithms { kind, change: Change::Replace, names }));
    }
}

fn overrule_way(config: &mut Config, options: &Options) -> Result<(), Error> {
    if options.proxy.is_some() || options.decides_jumps() || options.proxy_command.is_some() {
        let jumps = if options.is_direct() { Vec::new() } else { options.jumps()? };
        config.proxy_jump.overrule(jumps.iter().map(jump).collect());
        config.proxy_command.overrule(options.proxy_command.clone().map(Template::from));
    }
    Ok(())
}

fn jump(Destination { user, host, port }: &Destination) -> Jump {
    Jump { user: user.clone(), host: host.clone(), port: port.map(Into::into) }
}

/// The options for which the configuration has no keyword, as comments.
pub(super) fn comments(options: &Options) -> String {
    options.proxy.as_ref().map_or_else(String::new, |proxy: &Proxy| format!("# --proxy {proxy}\n"))
}
