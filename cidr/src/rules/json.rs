//! Rules as JSON: what the command lines of AWS, Azure and Google Cloud print, Terraform's plans
//! and states, plain arrays, and our own rows.
//!
//! Each object is recognised by its members, at any depth. An object that is not a rule and
//! contains none is refused.

mod aws;
pub(super) mod azure;
mod fields;
mod gcp;
pub(super) mod terraform;

use serde_json::Value;

use super::Leniency;
pub(super) use super::firewall::Firewalls;
use super::firewall::{Action, ParseError, Place, Rule};
use crate::ports::Ports;
pub(super) use fields::Fields;

/// The only member of an object that stands for a Terraform expression.
pub(super) const EXPRESSION: &str = "\0expression";

/// The rules found so far, each with its position in its firewall.
#[derive(Default)]
pub(super) struct Found {
    rules: Vec<Ordered>,
    /// Whether a rule may apply to some ports and not to others.
    know_ports: bool,
}

struct Ordered {
    /// The same for all rules of one firewall.
    firewall: String,
    /// The lowest is evaluated first; of equal ones, the rule that denies.
    priority: u64,
    rule: Rule,
}

impl Found {
    /// Adds a rule that is evaluated in the order of the text.
    pub(super) fn allow(&mut self, rule: Rule) {
        self.add(String::new(), 0, rule);
    }

    /// For rules that may be limited to some ports.
    pub(super) fn about_ports() -> Self {
        Self { know_ports: true, ..Self::default() }
    }

    /// How many rules were found.
    pub(super) fn count(&self) -> usize {
        self.rules.len()
    }

    /// Sets the line of all rules except the first `count`.
    pub(super) fn stand_in(&mut self, line: usize, count: usize) {
        for it in self.rules.iter_mut().skip(count) {
            it.rule.place = Place::Line(line);
            if let Some(doubt) = &mut it.rule.doubt {
                doubt.place = Place::Line(line);
            }
        }
    }

    pub(super) fn add(&mut self, firewall: String, priority: u64, rule: Rule) {
        self.rules.push(Ordered { firewall, priority, rule });
    }

    pub(super) fn firewalls(mut self) -> Firewalls {
        let is_allowed = |action| action == Action::Allow;
        self.rules.sort_by(|one, other| {
            let key = |it: &Ordered| (it.priority, is_allowed(it.rule.action));
            one.firewall.cmp(&other.firewall).then(key(one).cmp(&key(other)))
        });
        let firewalls = self.rules.chunk_by(|one, other| one.firewall == other.firewall);
        let list = firewalls.map(|rules| rules.iter().map(|it| it.rule.clone()).collect());
        Firewalls { list: list.collect(), know_ports: self.know_ports }
    }
}

/// Reads one or several JSON values, such as one object per line.
pub(super) fn read(text: &str, leniency: Leniency) -> Result<Firewalls, ParseError> {
    let mut found = Found::default();
    let values: Vec<Value> = serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| not_json(&error))?;
    let several = values.len() > 1;
    for (index, value) in values.iter().enumerate() {
        let place = if several { format!("[{index}]") } else { String::new() };
        any(value, &place, leniency, &mut found)?;
    }
    // A group without rules lets nothing in to any port.
    found.know_ports |= found.rules.is_empty();
    Ok(found.firewalls())
}

fn not_json(error: &serde_json::Error) -> ParseError {
    let cause = if error.is_eof() { "truncated JSON" } else { "not valid JSON" };
    let cause = format!("{cause}, at column {}", error.column());
    ParseError::new(Place::Line(error.line()), cause)
}

/// Finds the rules in a value.
pub(super) fn any(
    value: &Value,
    place: &str,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    match value {
        Value::Array(values) => values.iter().enumerate().try_for_each(|(index, value)| {
            any(value, &format!("{place}[{index}]"), leniency, found)
        }),
        Value::Object(members) => object(&Fields::of(members, place, leniency), found),
        Value::String(text) => {
            let sources = vec![fields::source(text, place, leniency)?];
            let place = Place::Member(place.to_owned());
            let rule =
                Rule { action: Action::Allow, ports: Ports::all(), sources, place, doubt: None };
            found.allow(rule);
            Ok(())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            Err(ParseError::new(Place::Member(place.to_owned()), "is not a rule"))
        }
    }
}

/// Members that hold rules, or lists of them.
const CONTAINERS: [&str; 11] = [
    "SecurityGroups",
    "SecurityGroupRules",
    "IpPermissions",
    "IpRanges",
    "Ipv6Ranges",
    "Entries",
    "securityRules",
    "resources",
    "value",
    "items",
    "networks",
];

fn object(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    let has = |name: &str| fields.has(name);
    found.know_ports |= has("IpProtocol") || has("IpPermissions") || has("direction");
    if has("IpProtocol") {
        aws::rule(fields, found)
    } else if has("CidrIp") || has("CidrIpv6") || has("Cidr") || (has("network") && has("family")) {
        plain(fields, found)
    } else if azure::is_rule(fields) {
        found.know_ports = true;
        azure::rule(fields, found)
    } else if has("direction") && (has("allowed") || has("denied")) {
        gcp::rule(fields, found)
    } else if has("planned_values") || has("root_module") || has("terraform_version") {
        terraform::plan(fields, found)
    } else {
        container(fields, found)
    }
}

/// `{"CidrIp": "10.0.0.0/8"}`, an entry of a prefix list, and our own `-o json`.
fn plain(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    if fields.has("change") {
        return Err(fields.error("is a change of rules, not a rule"));
    }
    for name in ["CidrIp", "CidrIpv6", "Cidr", "network"] {
        let sources = fields.sources(name)?;
        if !sources.is_empty() {
            found.allow(fields.rule(Action::Allow, Ports::all(), sources));
        }
    }
    Ok(())
}

fn container(fields: &Fields, found: &mut Found) -> Result<(), ParseError> {
    let held: Vec<_> = CONTAINERS.iter().filter(|name| fields.has(name)).collect();
    if let Some(properties) = fields.object("properties") {
        return container(&properties, found);
    }
    if held.is_empty() {
        let mut error = fields.error("is not a rule that cidr knows");
        let hint = "pass what `nft list ruleset` prints without -j";
        error.hint = fields.has("nftables").then(|| hint.to_owned());
        return Err(error);
    }
    for name in held {
        if let Some(value) = fields.value(name) {
            any(value, &fields.below(name), fields.leniency(), found)?;
        }
    }
    Ok(())
}
