//! What to do about an address that cannot be reached, depending on what else is known.

use std::net::IpAddr;

use contract::shown;

use crate::reason::Reason;

/// How an access rule treats this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum RuleMatch {
    /// No rule was given.
    #[default]
    NotAsked,
    /// The rule lets our address in.
    Inside,
    /// The rule does not let our address in: the address, and the rule as `cidr` takes it.
    Outside { mine: IpAddr, rule: String },
    /// NAT hides our address.
    Hidden { mine: IpAddr, rule: String },
}

/// What is known about the target and the route to it. An ordinary run knows nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct NetworkFacts {
    /// The target's address, if its name has one.
    pub(crate) address: Option<IpAddr>,
    /// Our own address on the route.
    pub(crate) mine: Option<IpAddr>,
    pub(crate) port: u16,
    pub(crate) listed: RuleMatch,
    /// Whether this computer has a route to it.
    pub(crate) has_route: bool,
    /// The hosts that were asked for comparison, without a clear result.
    pub(crate) asked: Vec<String>,
}

/// What to do about an address that cannot be reached.
pub(crate) fn unreached(reason: Reason, known: &NetworkFacts) -> Option<String> {
    let port = known.port;
    Some(match reason {
        Reason::PrivateAddress => "take the public address from the log or the platform's page, \
             name the jump host with -J, or connect the VPN"
            .into(),
        Reason::NameNotFound => "check the spelling; the name of a new cluster may take some \
                                 minutes to resolve, and a private name resolves only inside its \
                                 network (VPN)"
            .into(),
        Reason::NoAddress => "leave out -4, -6 and --bind-address, or name an address of the \
             wanted family"
            .into(),
        Reason::RuleExcludes => rule_excludes(&known.listed),
        Reason::InstanceGone => gone(&known.listed),
        Reason::PortFiltered => format!(
            "use another network, such as a phone's, or a VPN, or have the server listen on a port \
             that this one lets through, such as 443, instead of {port}"
        ),
        Reason::NoAnswer => no_answer(known),
        Reason::Unreachable if known.has_route => {
            "the instance may be gone, or a firewall rejects \
             this computer: check the VPN and the access rule (`cidr me`)"
                .into()
        }
        Reason::Unreachable => {
            "check this computer's network and its VPN: there is no route to that address".into()
        }
        Reason::Refused => {
            "a cluster that is still booting refuses connections: --wait waits until it accepts a \
             login; otherwise check the port"
                .into()
        }
        _ => return None,
    })
}

fn rule_excludes(listed: &RuleMatch) -> String {
    match listed {
        RuleMatch::Outside { mine, rule } => {
            let add = host_network(*mine);
            format!("add {add} to the access rule: `cidr merge {rule} {add}` prints the whole rule")
        }
        _ => "add what `cidr me` prints to the access rule".into(),
    }
}

fn gone(listed: &RuleMatch) -> String {
    match listed {
        RuleMatch::Inside => {
            "check that the job is still running, and take the newest address from its log".into()
        }
        RuleMatch::Hidden { rule, .. } => format!(
            "check that the job is still running; `cidr me --check {rule}` says whether the \
             access rule lets you in"
        ),
        _ => "check that the job is still running, and that the access rule lets you in (`cidr \
              me` prints what it needs)"
            .into(),
    }
}

fn no_answer(known: &NetworkFacts) -> String {
    match &known.listed {
        RuleMatch::Hidden { rule, .. } => format!(
            "NAT hides this computer's address: `cidr me --check {rule}` says whether the access \
             rule includes it, and what to add"
        ),
        RuleMatch::Inside => format!(
            "--control HOST:{} with a server that is up tells whether the instance is gone or this \
             network filters the port",
            known.port
        ),
        // An ordinary run knows no more than that.
        _ if known.address.is_none() => {
            "the address may belong to a cluster that is gone, or the access rule may not include \
             this computer (`cidr me`); --diagnose finds out more"
                .into()
        }
        _ if known.asked.is_empty() => {
            "the address may belong to a cluster that is gone, or the access rule may not include \
             this computer: --rule with that rule and --control with a server that is up tell which \
             (`cidr me` prints what the rule needs)"
                .into()
        }
        _ => format!(
            "check this computer's network; a --control HOST:{} that answers elsewhere would tell \
             more than {}",
            known.port,
            shown(known.asked.join(", "))
        ),
    }
}

/// The network that contains only this address, as `cidr me` prints it.
fn host_network(address: IpAddr) -> String {
    let bits = if address.is_ipv4() { 32 } else { 128 };
    format!("{address}/{bits}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::Stage;

    fn known(listed: RuleMatch) -> NetworkFacts {
        let address = Some("203.0.113.7".parse().unwrap());
        let mine = Some("198.51.100.9".parse().unwrap());
        NetworkFacts { address, mine, port: 22, listed, has_route: true, asked: Vec::new() }
    }

    #[test]
    fn what_to_do_depends_on_what_is_known() {
        use Reason::{InstanceGone, NoAnswer, RuleExcludes};
        let rule = || "192.0.2.0/24 192.0.2.9".to_owned();
        let mine = || "2001:db8::9".parse().unwrap();
        let hidden = || RuleMatch::Hidden { mine: "10.0.0.9".parse().unwrap(), rule: rule() };
        for (reason, listed, words) in [
            (
                RuleExcludes,
                RuleMatch::Outside { mine: mine(), rule: rule() },
                "`cidr merge 192.0.2.0/24 192.0.2.9 2001:db8::9/128` prints",
            ),
            (NoAnswer, hidden(), "`cidr me --check 192.0.2.0/24 192.0.2.9`"),
            (NoAnswer, RuleMatch::Inside, "--control HOST:22"),
            (NoAnswer, RuleMatch::NotAsked, "--rule with that rule"),
            (InstanceGone, hidden(), "`cidr me --check 192.0.2.0/24 192.0.2.9`"),
            (InstanceGone, RuleMatch::Inside, "check that the job is still running"),
        ] {
            let hint = unreached(reason, &known(listed)).unwrap();
            assert!(hint.contains(words), "{reason:?}: {hint}");
        }
        let hint = unreached(NoAnswer, &NetworkFacts::default()).unwrap();
        assert!(hint.ends_with("--diagnose finds out more"), "{hint}");
    }

    #[test]
    fn whatever_fails_in_the_network_has_a_hint() {
        for reason in Reason::ALL.iter().filter(|it| it.stage() == Stage::Network) {
            let hint = unreached(*reason, &NetworkFacts::default());
            assert_eq!(hint.is_none(), *reason == Reason::ProxyFailed, "{reason:?}");
        }
    }
}
