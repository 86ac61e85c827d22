//! The criteria of `Match` (`ssh_config(5)`).

use std::net::IpAddr;
use std::process::Stdio;

use ipnet::IpNet;

use super::Pass;
use crate::config::template::Template;
use crate::config::{RequestedSession, SessionType, SettingError, platform};
use crate::defaults::COMPATIBLE_VERSION as VERSION;
use crate::pattern::{ListMatch, match_list};
use crate::shell;

/// The criteria whose value may be empty.
const MAY_BE_EMPTY: [&str; 2] = ["tagged", "command"];

/// Whether all criteria hold. Runs no program if the block cannot apply, or nothing permits
/// programs.
pub(super) fn hold(
    pass: &mut Pass<'_>,
    words: &[String],
    can_apply: bool,
    may_run: bool,
) -> Result<bool, SettingError> {
    let mut all_hold = true;
    let mut count = 0;
    let mut words = words.iter().map(String::as_str).peekable();
    while let Some(word) = words.next() {
        count += 1;
        let (name, negated) = word.strip_prefix('!').map_or((word, false), |name| (name, true));
        let (name, joined) = name.split_once('=').map_or((name, None), |(n, v)| (n, Some(v)));
        let name = name.to_ascii_lowercase();
        let bad = || SettingError::Match { criterion: word.to_owned() };
        let holds = match name.as_str() {
            "all" if words.peek().is_some() || joined.is_some() => return Err(bad()),
            // `canonical` and `final` may precede it, and do not count.
            "all" if count > 1 => return Err(bad()),
            "all" => true,
            "canonical" | "final" => {
                count -= 1;
                pass.wants_final |= name == "final" && !negated;
                pass.is_final
            }
            _ => {
                let value = joined.or_else(|| words.next()).ok_or_else(bad)?;
                if value.is_empty() && !MAY_BE_EMPTY.contains(&name.as_str()) {
                    return Err(bad());
                }
                let can_apply = can_apply && all_hold;
                holds(pass, &name, value, can_apply, may_run)?.ok_or_else(bad)?
            }
        };
        all_hold &= holds != negated;
    }
    Ok(all_hold)
}

/// Whether a criterion with a value holds; `None` if there is none with this name.
fn holds(
    pass: &Pass<'_>,
    name: &str,
    value: &str,
    can_apply: bool,
    may_run: bool,
) -> Result<Option<bool>, SettingError> {
    let listed = |text: &str, fold_case| match_list(text, value, fold_case) == ListMatch::Yes;
    // An empty value stands for a tag or command that was not given.
    let given = |text: &str| if text.is_empty() { value.is_empty() } else { listed(text, false) };
    Ok(Some(match name {
        "host" => listed(&pass.config.current_host(pass.request)?, true),
        "originalhost" => listed(pass.request.host, true),
        "user" => listed(&pass.config.user, false),
        "localuser" => listed(&pass.context.local_user, false),
        "tagged" => given(pass.config.tag.as_deref().unwrap_or_default()),
        "command" => given(pass.request.session.command()),
        "sessiontype" => listed(session_type(pass), false),
        "version" => listed(VERSION, false),
        "localnetwork" => is_in_one_of(value, can_apply)?,
        "exec" => can_apply && succeeds(pass, value, may_run)?,
        _ => return Ok(None),
    }))
}

/// The type of session that the command line or an earlier line asks for.
fn session_type(pass: &Pass<'_>) -> &'static str {
    match (*pass.config.session_type, &pass.request.session) {
        (SessionType::None, _) | (_, RequestedSession::Nothing) => "none",
        (SessionType::Subsystem, _) | (_, RequestedSession::Subsystem(_)) => "subsystem",
        (SessionType::Default, RequestedSession::Command(_)) => "exec",
        (SessionType::Default, RequestedSession::Shell) => "shell",
    }
}

/// Whether this machine has an address in one of these networks; looked up only if that matters.
fn is_in_one_of(networks: &str, matters: bool) -> Result<bool, SettingError> {
    let networks = networks.split(',').map(network).collect::<Result<Vec<_>, _>>()?;
    let is_in_one = |address: &IpAddr| networks.iter().any(|network| network.contains(address));
    Ok(matters && platform::local_addresses().iter().any(is_in_one))
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, SettingError> {
    let fault = || SettingError::value("networks such as 192.0.2.0/24", text);
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    // As for ssh, other bits would be a mistake.
    network.ok().filter(|network: &IpNet| network.trunc() == *network).ok_or_else(fault)
}

/// Whether a program succeeds; it may refer to the configuration known so far.
fn succeeds(pass: &Pass<'_>, command: &str, may_run: bool) -> Result<bool, SettingError> {
    if !may_run {
        return Err(SettingError::ExecRefused);
    }
    let failed = |cause: String| SettingError::Exec { command: command.to_owned(), cause };
    let tokens = pass.config.tokens(pass.context, pass.request);
    let text =
        tokens.command(&Template(command.to_owned())).map_err(|error| failed(error.to_string()))?;
    let mut shell = shell::shell(&text).into_std();
    let status = shell.stdin(Stdio::null()).stdout(Stdio::null()).status();
    status.map(|status| status.success()).map_err(|error| failed(error.to_string()))
}
