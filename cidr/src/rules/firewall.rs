//! Rules of a firewall: which sources may connect to which TCP ports, and which are kept out.
//!
//! The modules beside this one turn platforms' output into these rules, in the order in which the
//! platform evaluates them: the first rule that matches a connection decides. Only sources that
//! rules name count, not the default for everything else.

use std::fmt;

use crate::ports::{PortRange, Ports};
use crate::range::{IpRange, Range};
use crate::set::Set;

/// What a rule does with a connection that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Allow,
    Deny,
}

/// One rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) action: Action,
    /// The ports that it matches.
    pub(crate) ports: Ports,
    /// The sources that it matches.
    pub(crate) sources: Vec<IpRange>,
    /// Where it stands.
    pub(crate) place: Place,
    /// A part of the rule that we cannot judge. A question that depends on it has no answer.
    pub(crate) doubt: Option<Box<ParseError>>,
}

/// The rules of one input.
#[derive(Debug, Default)]
pub(crate) struct Firewalls {
    /// Lists of rules in the order of evaluation. The lists are independent of one another.
    pub(crate) list: Vec<Vec<Rule>>,
    /// Whether the rules can name ports, so that `--port` makes sense.
    pub(crate) know_ports: bool,
}

/// A place in a text that is not a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this line, from 1.
    Line(usize),
    /// In JSON: `SecurityGroups[0].IpPermissions[1]`.
    Member(String),
}

impl fmt::Display for Place {
    /// Written after the name of the input.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, ":{line}"),
            Self::Member(path) if path.is_empty() => Ok(()),
            Self::Member(path) => write!(f, ": {path}"),
        }
    }
}

/// Why a recognised text could not be understood completely.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct ParseError {
    pub(crate) place: Place,
    pub(crate) cause: String,
    pub(crate) hint: Option<String>,
}

impl ParseError {
    pub(crate) fn new(place: Place, cause: impl Into<String>) -> Self {
        Self { place, cause: cause.into(), hint: None }
    }
}

/// All addresses of both families.
pub(crate) fn anyone() -> Vec<IpRange> {
    vec![IpRange::V4(Range::ALL), IpRange::V6(Range::ALL)]
}

/// Sources that are let in to a run of ports, and the rule that lets them in.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) ports: PortRange,
    pub(crate) sources: Set,
    /// The rules that grant it, for messages: sources as written, and their places.
    pub(crate) by: Vec<(IpRange, Place)>,
}

/// The most work that rules may cause: every rule is examined once for each run of ports.
const MOST_STEPS: usize = 200_000_000;

/// The sources that rules evaluated in this order let in, for each run of ports that a rule opens.
///
/// # Errors
///
/// When the answer depends on a condition that we cannot judge, or there are too many rules.
pub(crate) fn grants(rules: &[Rule], wanted: Option<&Ports>) -> Result<Vec<Grant>, ParseError> {
    let runs = runs(rules, wanted);
    let sources: usize = rules.iter().map(|rule| 1 + rule.sources.len()).sum();
    // Each deny rule rebuilds the set of denied sources.
    let denies = rules.iter().filter(|rule| rule.action == Action::Deny).count();
    let steps = denies.saturating_mul(denies).saturating_add(sources);
    if runs.len().saturating_mul(steps) > MOST_STEPS {
        return Err(ParseError::new(Place::Member(String::new()), "has too many rules"));
    }
    let mut grants: Vec<Grant> = Vec::new();
    for run in runs {
        let grant = grant(rules, run)?;
        match grants.last_mut() {
            // Adjacent runs with the same sources become one.
            Some(before)
                if before.ports.1.checked_add(1) == Some(run.0)
                    && before.sources == grant.sources =>
            {
                before.ports.1 = run.1;
            }
            _ => grants.push(grant),
        }
    }
    Ok(grants)
}

/// The longest runs of ports within which all rules act alike and at least one rule opens them.
fn runs(rules: &[Rule], wanted: Option<&Ports>) -> Vec<PortRange> {
    let opened = rules.iter().filter(|rule| rule.action == Action::Allow);
    let opened: Vec<PortRange> = opened.flat_map(|rule| rule.ports.runs()).copied().collect();
    let opened = match (Ports::of(opened), wanted) {
        (Some(opened), Some(wanted)) => opened.intersection(wanted),
        (opened, _) => opened,
    };
    let Some(opened) = opened else { return Vec::new() };
    let ends = rules.iter().flat_map(|rule| rule.ports.runs());
    // Each port at which a rule begins, and the port after each at which one ends.
    let mut starts: Vec<u32> =
        ends.flat_map(|run| [u32::from(run.0), u32::from(run.1) + 1]).collect();
    let wanted = opened.runs().iter().flat_map(|run| [u32::from(run.0), u32::from(run.1) + 1]);
    starts.extend(wanted);
    starts.sort_unstable();
    starts.dedup();
    let pairs = starts.iter().zip(starts.iter().skip(1));
    pairs
        .filter_map(|(first, next)| {
            Some((u16::try_from(*first).ok()?, u16::try_from(next - 1).ok()?))
        })
        .filter(|run| opened.cover(*run))
        .collect()
}

/// The sources that are let in to all of the wanted ports.
pub(crate) fn common(grants: Vec<Grant>, wanted: &Ports) -> Vec<Grant> {
    let mut ends: Vec<u32> = Vec::new();
    for run in grants.iter().map(|grant| grant.ports).chain(wanted.runs().iter().copied()) {
        ends.extend([u32::from(run.0), u32::from(run.1) + 1]);
    }
    ends.sort_unstable();
    ends.dedup();
    let mut common: Option<Set> = None;
    for first in ends.iter().filter_map(|first| u16::try_from(*first).ok()) {
        if !wanted.cover((first, first)) {
            continue;
        }
        let here = grants.iter().filter(|grant| (grant.ports.0..=grant.ports.1).contains(&first));
        let here: Set = here.flat_map(|grant| grant.sources.ranges()).collect();
        common = Some(common.map_or(here.clone(), |before| before.intersect(&here)));
    }
    let sources = common.unwrap_or_default();
    let by: Vec<_> = grants.into_iter().flat_map(|grant| grant.by).collect();
    let grant =
        |ports: &PortRange| Grant { ports: *ports, sources: sources.clone(), by: by.clone() };
    if sources.is_empty() { Vec::new() } else { wanted.runs().iter().map(grant).collect() }
}

fn grant(rules: &[Rule], ports: PortRange) -> Result<Grant, ParseError> {
    let (mut allowed, mut by) = (Vec::new(), Vec::new());
    let mut denied = Set::default();
    for rule in rules.iter().filter(|rule| rule.ports.cover(ports)) {
        let sources: Set = rule.sources.iter().copied().collect();
        let sources = sources.subtract(&denied);
        if sources.is_empty() {
            continue;
        }
        if let Some(doubt) = &rule.doubt {
            return Err(ParseError::clone(doubt));
        }
        match rule.action {
            Action::Deny => {
                denied = denied.ranges().chain(sources.ranges()).collect();
            }
            Action::Allow => {
                by.extend(rule.sources.iter().map(|source| (*source, rule.place.clone())));
                allowed.extend(sources.ranges());
            }
        }
    }
    Ok(Grant { ports, sources: allowed.into_iter().collect(), by })
}

/// What the tests of the readers compare.
#[cfg(test)]
impl Firewalls {
    /// What all rules let in as text, such as `22-22 10.0.0.0/8`, or the place and cause of a
    /// refusal.
    pub(super) fn shown_grants(read: Result<Self, ParseError>) -> Result<Vec<String>, String> {
        let refused = |it: ParseError| format!("{}: {it}", it.place);
        let mut all = Vec::new();
        for rules in &read.map_err(refused)?.list {
            all.extend(grants(rules, None).map_err(refused)?.iter().map(Grant::shown));
        }
        Ok(all)
    }

    /// The sources of all rules as text, or the place and cause of a refusal.
    pub(super) fn shown_sources(read: Result<Self, ParseError>) -> Result<Vec<String>, String> {
        let firewalls = read.map_err(|it| format!("{}: {it}", it.place))?;
        let sources = firewalls.list.iter().flatten().flat_map(|rule| &rule.sources);
        Ok(sources.map(ToString::to_string).collect())
    }
}

#[cfg(test)]
impl Grant {
    fn shown(&self) -> String {
        let networks: Vec<_> = self.sources.networks().map(|it| it.to_string()).collect();
        format!("{}-{} {}", self.ports.0, self.ports.1, networks.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(action: Action, ports: &str, sources: &[&str]) -> Rule {
        let sources = sources.iter().map(|text| text.parse::<ipnet::IpNet>().unwrap().into());
        let ports = if ports == "*" { Ports::all() } else { ports.parse().unwrap() };
        let (sources, place) = (sources.collect(), Place::Line(1));
        Rule { action, ports, sources, place, doubt: None }
    }

    fn shown(rules: &[Rule], wanted: Option<&str>) -> Vec<String> {
        let wanted = wanted.map(|ports| ports.parse().unwrap());
        grants(rules, wanted.as_ref()).unwrap().iter().map(Grant::shown).collect()
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        use Action::{Allow, Deny};
        let rules = [
            rule(Allow, "22", &["10.0.0.0/25"]),
            rule(Deny, "*", &["10.0.0.0/24"]),
            rule(Allow, "22-23", &["10.0.0.0/23"]),
            rule(Deny, "22", &["0.0.0.0/0"]),
            rule(Allow, "22", &["0.0.0.0/0"]),
        ];
        assert_eq!(shown(&rules, None), ["22-22 10.0.0.0/25,10.0.1.0/24", "23-23 10.0.1.0/24"]);
        assert_eq!(shown(&rules, Some("23")), ["23-23 10.0.1.0/24"]);
        assert_eq!(shown(&rules, Some("24")), Vec::<String>::new());
    }

    #[test]
    fn ports_of_the_same_sources_are_one_run() {
        use Action::Allow;
        let rules = [rule(Allow, "*", &["10.0.0.0/8"]), rule(Allow, "22", &["192.0.2.1/32"])];
        assert_eq!(
            shown(&rules, None),
            ["0-21 10.0.0.0/8", "22-22 10.0.0.0/8,192.0.2.1/32", "23-65535 10.0.0.0/8"]
        );
        let rules = [rule(Allow, "*", &["10.0.0.0/8"]), rule(Allow, "22", &["10.1.0.0/16"])];
        assert_eq!(shown(&rules, None), ["0-65535 10.0.0.0/8"]);
    }

    #[test]
    fn doubt_matters_where_it_changes_the_answer() {
        let mut doubtful = rule(Action::Deny, "22", &["10.0.0.0/8"]);
        doubtful.doubt = Some(Box::new(ParseError::new(Place::Line(1), "unknown")));
        let rules = [doubtful, rule(Action::Allow, "22-23", &["0.0.0.0/0"])];
        assert!(grants(&rules, None).is_err());
        assert_eq!(shown(&rules, Some("23")), ["23-23 0.0.0.0/0"]);
    }
}
