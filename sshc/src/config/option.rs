//! Every option: its name, its parser and its default.

mod canonical;
mod environment;
mod proxy;
mod sharing;

use super::error::Origin;
use super::forward::Forward;
use super::support::{self, Support};
use super::syntax::Directive;
use super::template::Template;
use super::value::{self, PermittedGoal, Words, YES_NO, number, port, tries};
use super::{
    AddKeysToAgent, AddressFamily, AlgorithmKind, Algorithms, Canonicalize, Config, Context, Error,
    ForwardAgent, LogLevel, Note, PubkeyAuthentication, RekeyLimit, RequestTty, SessionType,
    Setting, SettingError, StrictHostKeyChecking, YesNoAsk,
};
use crate::defaults;
use crate::known_hosts::Lifetime;
use crate::pattern::{ListMatch, match_list};
use canonical::CANONICAL;
use environment::{send_env, set_env};
use proxy::{PROXY_JUMP, proxy_command, proxy_jump};
pub(super) use sharing::CONTROL_MASTER;
use sharing::SHARING;
pub use sharing::{ControlMaster, ControlPersist};

/// Which programs know an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// This program.
    Here,
    /// `ssh`, now or in the past; contains why it has no effect here.
    Elsewhere(&'static str),
    /// This program, but the option has no effect without another one.
    Without(&'static str),
    /// No program.
    Nowhere,
}

/// Applies the options of a command line, in order.
pub(super) fn apply_command_line(config: &mut Config, options: &[String]) -> Result<(), Error> {
    for option in options {
        let origin = Origin::CommandLine { option: option.clone() };
        let at = |fault| Error::Line { origin: origin.clone(), fault };
        // As with ssh, an empty one says nothing.
        let directive = Directive::parse(option).map_err(|_| at(SettingError::Quotes))?;
        let Some(directive) = directive else { continue };
        let keyword = directive.keyword.to_owned();
        if directive.raw.is_empty() {
            return Err(at(SettingError::NoValue { keyword }));
        }
        proxy::check(&directive).map_err(at)?;
        match apply(config, &directive).map_err(at)? {
            Known::Here => {}
            known @ (Known::Elsewhere(_) | Known::Without(_)) => {
                config.notes.push(Note { origin, keyword, known });
            }
            Known::Nowhere => return Err(at(SettingError::Unknown { keyword })),
        }
    }
    Ok(())
}

/// Applies a line, if it is an option that we know.
pub(super) fn apply(config: &mut Config, line: &Directive<'_>) -> Result<Known, SettingError> {
    let keyword = line.keyword.to_ascii_lowercase();
    for table in [DESTINATION, CANONICAL, ALGORITHMS, TRUST, FORWARDS, SESSION, SHARING] {
        if let Some((name, read)) = table.iter().find(|(name, _)| *name == keyword) {
            read(config, line)?;
            return Ok(if *name == PERMIT_REMOTE_OPEN {
                Known::Without(REMOTE_SOCKS)
            } else {
                Known::Here
            });
        }
    }
    match support::support(&keyword) {
        Some(Support::Refused { why, is_harmless })
            if !line.words.iter().all(|it| is_harmless(it)) =>
        {
            Err(SettingError::Unsupported { keyword: line.keyword.to_owned(), why })
        }
        Some(Support::Refused { .. }) => Ok(Known::Here),
        Some(Support::NoEffect(why)) => {
            // As with ssh, the first statement counts, and only today's options are shown.
            let is_known = config.without_effect.iter().any(|(known, _)| *known == keyword);
            if !is_known && support::is_current(&keyword) {
                config.without_effect.push((keyword, line.words.join(" ")));
            }
            Ok(Known::Elsewhere(why))
        }
        None if match_list(&keyword, &config.ignore_unknown, true) == ListMatch::Yes => {
            Ok(Known::Elsewhere("IgnoreUnknown names it"))
        }
        // The start of a block is not an option.
        Some(Support::Full) | None => Ok(Known::Nowhere),
    }
}

/// This option allows files to run programs, so it counts only in files that no other user writes.
pub(super) const PERMIT_MATCH_EXEC: &str = "permitmatchexec";

/// This option has no effect without a remote SOCKS forward.
const PERMIT_REMOTE_OPEN: &str = "permitremoteopen";

/// A remote SOCKS forward, as messages name it.
const REMOTE_SOCKS: &str = "a SOCKS forward on the server (-R port)";

type Read = fn(&mut Config, &Directive<'_>) -> Result<(), SettingError>;

const DESTINATION: &[(&str, Read)] = &[
    ("hostname", |c, line| first(&mut c.host_name, one(line)?.to_owned())),
    ("user", |c, line| first(&mut c.user, one(line)?.to_owned())),
    ("port", |c, line| first(&mut c.port, port(one(line)?)?)),
    ("tag", |c, line| first(&mut c.tag, Some(one(line)?.to_owned()))),
    ("refuseconnection", |c, line| match &words(line)[..] {
        [] => Err(SettingError::NoValue { keyword: line.keyword.to_owned() }),
        words => first(&mut c.refuse_connection, Some(words.join(" "))),
    }),
    ("addressfamily", |c, line| choice(&mut c.address_family, line, value::ADDRESS_FAMILY)),
    ("bindaddress", |c, line| first(&mut c.bind_address, Some(one(line)?.to_owned()))),
    ("bindinterface", |c, line| first(&mut c.bind_interface, Some(one(line)?.to_owned()))),
    ("connecttimeout", |c, line| first(&mut c.connect_timeout, value::time_or_none(one(line)?)?)),
    ("connectionattempts", |c, line| first(&mut c.connection_attempts, tries(one(line)?)?)),
    (PROXY_JUMP, proxy_jump),
    ("proxycommand", proxy_command),
    ("tcpkeepalive", |c, line| choice(&mut c.tcp_keep_alive, line, YES_NO)),
    ("keepalive", |c, line| choice(&mut c.tcp_keep_alive, line, YES_NO)),
    ("serveraliveinterval", |c, line| {
        let interval = value::time_or_none(one(line)?)?;
        first(&mut c.server_alive_interval, interval.unwrap_or_default())
    }),
    ("serveralivecountmax", |c, line| first(&mut c.server_alive_count_max, number(one(line)?)?)),
];

const ALGORITHMS: &[(&str, Read)] = &[
    ("ciphers", |c, line| algorithms(&mut c.ciphers, line, AlgorithmKind::Cipher)),
    ("kexalgorithms", |c, line| {
        algorithms(&mut c.kex_algorithms, line, AlgorithmKind::KeyExchange)
    }),
    ("macs", |c, line| algorithms(&mut c.macs, line, AlgorithmKind::Mac)),
    ("hostkeyalgorithms", |c, line| {
        algorithms(&mut c.host_key_algorithms, line, AlgorithmKind::Signature)
    }),
    ("pubkeyacceptedalgorithms", |c, line| {
        algorithms(&mut c.pubkey_accepted_algorithms, line, AlgorithmKind::Signature)
    }),
    ("pubkeyacceptedkeytypes", |c, line| {
        algorithms(&mut c.pubkey_accepted_algorithms, line, AlgorithmKind::Signature)
    }),
    ("casignaturealgorithms", |c, line| {
        algorithms(&mut c.ca_signature_algorithms, line, AlgorithmKind::Signature)
    }),
    ("warnweakcrypto", |c, line| choice(&mut c.warn_weak_crypto, line, value::WARN_WEAK_CRYPTO)),
    ("requiredrsasize", |c, line| first(&mut c.required_rsa_size, number(one(line)?)?)),
    ("compression", |c, line| choice(&mut c.compression, line, YES_NO)),
    ("rekeylimit", |c, line| first(&mut c.rekey_limit, RekeyLimit::parse(&words(line))?)),
];

const TRUST: &[(&str, Read)] = &[
    ("userknownhostsfile", |c, line| first(&mut c.user_known_hosts_file, templates(line))),
    ("globalknownhostsfile", |c, line| first(&mut c.global_known_hosts_file, templates(line))),
    ("revokedhostkeys", |c, line| match &words(line)[..] {
        // An empty value must not mean `none`.
        [] => Err(SettingError::NoValue { keyword: line.keyword.to_owned() }),
        _ => first(&mut c.revoked_host_keys, templates(line)),
    }),
    ("hostkeyalias", |c, line| first(&mut c.host_key_alias, Some(one(line)?.to_lowercase()))),
    ("hashknownhosts", |c, line| choice(&mut c.hash_known_hosts, line, YES_NO)),
    ("hostkeyttl", |c, line| first(&mut c.host_key_ttl, value::lifetime(one(line)?)?)),
    ("stricthostkeychecking", |c, line| {
        choice(&mut c.strict_host_key_checking, line, value::STRICT_HOST_KEY_CHECKING)
    }),
    ("updatehostkeys", |c, line| choice(&mut c.update_host_keys, line, value::YES_NO_ASK)),
    ("checkhostip", |c, line| choice(&mut c.check_host_ip, line, YES_NO)),
    ("knownhostscommand", |c, line| command(&mut c.known_hosts_command, line)),
    ("identityfile", |c, line| another(&mut c.identity_file, template(one(line)?))),
    ("certificatefile", |c, line| another(&mut c.certificate_file, template(one(line)?))),
    ("identitiesonly", |c, line| choice(&mut c.identities_only, line, YES_NO)),
    ("identityagent", |c, line| {
        let agent = template(one(line)?);
        first(&mut c.identity_agent, Some(agent).filter(|agent| !agent.is_none()))
    }),
    ("addkeystoagent", |c, line| {
        first(&mut c.add_keys_to_agent, AddKeysToAgent::parse(&words(line))?)
    }),
    ("preferredauthentications", |c, line| {
        let methods = one(line)?.split(',').map(str::to_owned).collect();
        first(&mut c.preferred_authentications, Some(methods))
    }),
    ("pubkeyauthentication", |c, line| {
        choice(&mut c.pubkey_authentication, line, value::PUBKEY_AUTHENTICATION)
    }),
    ("passwordauthentication", |c, line| choice(&mut c.password_authentication, line, YES_NO)),
    ("kbdinteractiveauthentication", |c, line| {
        choice(&mut c.kbd_interactive_authentication, line, YES_NO)
    }),
    ("challengeresponseauthentication", |c, line| {
        choice(&mut c.kbd_interactive_authentication, line, YES_NO)
    }),
    ("kbdinteractivedevices", |c, line| {
        first(&mut c.kbd_interactive_devices, Some(one(line)?.to_owned()))
    }),
    ("numberofpasswordprompts", |c, line| {
        first(&mut c.number_of_password_prompts, number(one(line)?)?)
    }),
    ("batchmode", |c, line| choice(&mut c.batch_mode, line, YES_NO)),
];

const FORWARDS: &[(&str, Read)] = &[
    ("localforward", |c, line| match &words(line)[..] {
        [listen] => Err(SettingError::value("[bind:]port host:hostport", listen)),
        [listen, connect] => {
            another(&mut c.local_forward, Forward::parse(&format!("{listen}:{connect}"))?)
        }
        words => Err(surplus(words, 2)),
    }),
    ("remoteforward", |c, line| match &words(line)[..] {
        [listen] => another(&mut c.remote_forward, Forward::parse_dynamic(listen)?),
        [listen, connect] => {
            another(&mut c.remote_forward, Forward::parse(&format!("{listen}:{connect}"))?)
        }
        words => Err(surplus(words, 2)),
    }),
    ("dynamicforward", |c, line| {
        another(&mut c.dynamic_forward, Forward::parse_dynamic(one(line)?)?)
    }),
    ("gatewayports", |c, line| choice(&mut c.gateway_ports, line, YES_NO)),
    ("exitonforwardfailure", |c, line| choice(&mut c.exit_on_forward_failure, line, YES_NO)),
    ("clearallforwardings", |c, line| choice(&mut c.clear_all_forwardings, line, YES_NO)),
    ("streamlocalbindunlink", |c, line| choice(&mut c.stream_local_bind_unlink, line, YES_NO)),
    (PERMIT_REMOTE_OPEN, permit_remote_open),
    ("forwardagent", |c, line| {
        let text = one(line)?;
        let agent = match value::meaning(text, YES_NO) {
            Ok(true) => ForwardAgent::Yes,
            Ok(false) => ForwardAgent::No,
            Err(_) => ForwardAgent::At(template(text)),
        };
        first(&mut c.forward_agent, agent)
    }),
];

const SESSION: &[(&str, Read)] = &[
    ("sendenv", send_env),
    ("setenv", set_env),
    ("requesttty", |c, line| choice(&mut c.request_tty, line, value::REQUEST_TTY)),
    ("remotecommand", |c, line| command(&mut c.remote_command, line)),
    ("localcommand", |c, line| command(&mut c.local_command, line)),
    ("permitlocalcommand", |c, line| choice(&mut c.permit_local_command, line, YES_NO)),
    (PERMIT_MATCH_EXEC, |c, line| choice(&mut c.permit_match_exec, line, YES_NO)),
    ("forkafterauthentication", |c, line| choice(&mut c.fork_after_authentication, line, YES_NO)),
    ("sessiontype", |c, line| choice(&mut c.session_type, line, value::SESSION_TYPE)),
    ("escapechar", |c, line| first(&mut c.escape_char, value::escape_char(one(line)?)?)),
    ("enableescapecommandline", |c, line| choice(&mut c.enable_escape_commandline, line, YES_NO)),
    ("ignoreunknown", |c, line| first(&mut c.ignore_unknown, words(line).join(","))),
    ("stdinnull", |c, line| choice(&mut c.stdin_null, line, YES_NO)),
    ("loglevel", |c, line| choice(&mut c.log_level, line, value::LOG_LEVEL)),
];

impl Config {
    /// The defaults.
    pub(super) fn new(context: &Context) -> Self {
        let user = context.user_directory();
        let known_hosts = ["known_hosts", "known_hosts2"].map(|name| user.join(name));
        let keys = AddKeysToAgent { when: YesNoAsk::No, confirm: false, lifetime: None };
        Self {
            host_name: Setting::new(String::new()),
            user: Setting::new(context.local_user.clone()),
            port: Setting::new(defaults::PORT),
            tag: Setting::new(None),
            refuse_connection: Setting::new(None),
            canonicalize_hostname: Setting::new(Canonicalize::No),
            canonical_domains: Setting::new(Vec::new()),
            canonicalize_fallback_local: Setting::new(true),
            canonicalize_max_dots: Setting::new(1),
            canonicalize_permitted_cnames: Setting::new(Vec::new()),
            address_family: Setting::new(AddressFamily::Any),
            bind_address: Setting::new(None),
            bind_interface: Setting::new(None),
            connect_timeout: Setting::new(None),
            connection_attempts: Setting::new(defaults::CONNECTION_ATTEMPTS),
            proxy_jump: Setting::new(Vec::new()),
            proxy_command: Setting::new(None),
            tcp_keep_alive: Setting::new(true),
            server_alive_interval: Setting::new(defaults::KEEPALIVE),
            server_alive_count_max: Setting::new(defaults::KEEPALIVE_MAX),
            ciphers: Setting::new(None),
            kex_algorithms: Setting::new(None),
            macs: Setting::new(None),
            host_key_algorithms: Setting::new(None),
            pubkey_accepted_algorithms: Setting::new(None),
            ca_signature_algorithms: Setting::new(None),
            required_rsa_size: Setting::new(defaults::LEAST_RSA_BITS),
            warn_weak_crypto: Setting::new(true),
            compression: Setting::new(false),
            rekey_limit: Setting::new(RekeyLimit::default()),
            user_known_hosts_file: Setting::new(
                known_hosts.map(|path| template(&path.display().to_string())).to_vec(),
            ),
            global_known_hosts_file: Setting::new(Vec::new()),
            revoked_host_keys: Setting::new(Vec::new()),
            host_key_alias: Setting::new(None),
            hash_known_hosts: Setting::new(false),
            host_key_ttl: Setting::new(Lifetime::Days(defaults::HOST_KEY_DAYS)),
            strict_host_key_checking: Setting::new(StrictHostKeyChecking::Ask),
            update_host_keys: Setting::new(YesNoAsk::Yes),
            check_host_ip: Setting::new(false),
            known_hosts_command: Setting::new(None),
            identity_file: Vec::new(),
            has_usual_identities: false,
            certificate_file: Vec::new(),
            identities_only: Setting::new(false),
            identity_agent: Setting::new(Some(template("SSH_AUTH_SOCK"))),
            add_keys_to_agent: Setting::new(keys),
            preferred_authentications: Setting::new(None),
            pubkey_authentication: Setting::new(PubkeyAuthentication::Yes),
            password_authentication: Setting::new(true),
            kbd_interactive_authentication: Setting::new(true),
            kbd_interactive_devices: Setting::new(None),
            number_of_password_prompts: Setting::new(defaults::PASSWORD_PROMPTS),
            batch_mode: Setting::new(false),
            local_forward: Vec::new(),
            remote_forward: Vec::new(),
            dynamic_forward: Vec::new(),
            gateway_ports: Setting::new(false),
            exit_on_forward_failure: Setting::new(false),
            clear_all_forwardings: Setting::new(false),
            stream_local_bind_unlink: Setting::new(false),
            permit_remote_open: Setting::new(None),
            forward_agent: Setting::new(ForwardAgent::No),
            send_env: Vec::new(),
            set_env: Setting::new(Vec::new()),
            without_effect: Vec::new(),
            request_tty: Setting::new(RequestTty::Auto),
            remote_command: Setting::new(None),
            session_type: Setting::new(SessionType::Default),
            escape_char: Setting::new(Some(b'~')),
            enable_escape_commandline: Setting::new(true),
            stdin_null: Setting::new(false),
            fork_after_authentication: Setting::new(false),
            local_command: Setting::new(None),
            permit_local_command: Setting::new(false),
            permit_match_exec: Setting::new(false),
            log_level: Setting::new(LogLevel::Info),
            control_master: Setting::new(ControlMaster::No),
            control_path: Setting::new(None),
            control_persist: Setting::new(ControlPersist::No),
            ignore_unknown: Setting::new(String::new()),
            notes: Vec::new(),
            host_is_settled: false,
        }
    }
}

/// The single value of a line.
fn one<'a>(line: &'a Directive<'_>) -> Result<&'a str, SettingError> {
    match &line.words[..] {
        [word] if !word.is_empty() => Ok(word),
        [] | [_] => Err(SettingError::NoValue { keyword: line.keyword.to_owned() }),
        [_, surplus, ..] => Err(SettingError::Surplus { word: surplus.clone() }),
    }
}

fn words<'a>(line: &'a Directive<'_>) -> Vec<&'a str> {
    line.words.iter().map(String::as_str).collect()
}

fn surplus(words: &[&str], most: usize) -> SettingError {
    SettingError::Surplus { word: words.get(most).copied().unwrap_or_default().to_owned() }
}

#[expect(clippy::unnecessary_wraps, reason = "it ends every line of the tables")]
fn first<T>(setting: &mut Setting<T>, value: T) -> Result<(), SettingError> {
    setting.decide(value);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "it ends every line of the tables")]
fn another<T: PartialEq>(list: &mut Vec<T>, value: T) -> Result<(), SettingError> {
    if !list.contains(&value) {
        list.push(value);
    }
    Ok(())
}

fn choice<T: Copy>(
    setting: &mut Setting<T>,
    line: &Directive<'_>,
    words: Words<T>,
) -> Result<(), SettingError> {
    first(setting, value::meaning(one(line)?, words)?)
}

fn algorithms(
    setting: &mut Setting<Option<Algorithms>>,
    line: &Directive<'_>,
    kind: AlgorithmKind,
) -> Result<(), SettingError> {
    first(setting, Some(Algorithms::parse(one(line)?, kind)?))
}

/// A command line as written; `none` means no command.
fn command(
    setting: &mut Setting<Option<Template>>,
    line: &Directive<'_>,
) -> Result<(), SettingError> {
    let command = template(line.raw);
    first(setting, Some(command).filter(|command| !command.is_none()))
}

fn template(text: &str) -> Template {
    Template(text.to_owned())
}

fn templates(line: &Directive<'_>) -> Vec<Template> {
    line.words.iter().map(|word| template(word)).collect()
}

fn permit_remote_open(config: &mut Config, line: &Directive<'_>) -> Result<(), SettingError> {
    let permitted = match &words(line)[..] {
        [] => return Err(SettingError::NoValue { keyword: line.keyword.to_owned() }),
        [any] if any.eq_ignore_ascii_case("any") => None,
        [none] if none.eq_ignore_ascii_case("none") => Some(Vec::new()),
        goals => Some(goals.iter().map(|it| PermittedGoal::parse(it)).collect::<Result<_, _>>()?),
    };
    first(&mut config.permit_remote_open, permitted)
}
