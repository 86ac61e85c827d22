//! Rich rules of firewalld (`firewalld.richlanguage(5)`), alone or in a `firewall-cmd` command.

use crate::address::Family;
use crate::ports::Ports;
use crate::range::{IpRange, Range};
use crate::rules::Leniency;
use crate::rules::firewall::{Action, ParseError, Place, Rule, anyone};
use crate::rules::json::Found;
use crate::rules::words;

pub(super) fn command(
    options: &[&str],
    line: usize,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*option, None),
        };
        match name {
            "--permanent" | "--reload" => {}
            "--add-rich-rule" => {
                let text = value.or_else(|| options.next().copied()).unwrap_or_default();
                let parts = words::split(text, line, "")?;
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                rule(&parts, line, leniency, found)?;
            }
            _ => {
                let option = contract::shown(*option);
                let cause = format!("has the option `{option}`, which cidr does not know");
                return Err(ParseError::new(Place::Line(line), cause));
            }
        }
    }
    Ok(())
}

/// `rule family=ipv4 source address=… port port=… protocol=… accept`, without its quotes.
pub(super) fn rule(
    rule: &[&str],
    line: usize,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    let error = |cause: String| ParseError::new(Place::Line(line), cause);
    let mut rich = RichRule::default();
    for word in rule.iter().skip(1) {
        rich.word(word, line, leniency)?;
    }
    let action = rich.action.ok_or_else(|| error("neither accepts nor drops".into()))?;
    let family = match rich.family {
        Some(Family::Ipv4) => vec![IpRange::V4(Range::ALL)],
        Some(Family::Ipv6) => vec![IpRange::V6(Range::ALL)],
        None => anyone(),
    };
    let (sources, ports) = (rich.sources.unwrap_or(family), rich.ports.unwrap_or_else(Ports::all));
    if rich.is_tcp {
        let place = Place::Line(line);
        // firewalld applies rules that drop before rules that accept.
        found.add("firewalld".to_owned(), 0, Rule { action, ports, sources, place, doubt: None });
    }
    Ok(())
}

/// A rule that is being read.
struct RichRule {
    family: Option<Family>,
    sources: Option<Vec<IpRange>>,
    ports: Option<Ports>,
    is_tcp: bool,
    action: Option<Action>,
    /// The element that the next attributes belong to.
    element: String,
}

impl Default for RichRule {
    fn default() -> Self {
        let (family, sources, ports, action) = (None, None, None, None);
        Self { family, sources, ports, is_tcp: true, action, element: "rule".to_owned() }
    }
}

impl RichRule {
    fn word(&mut self, word: &str, line: usize, leniency: Leniency) -> Result<(), ParseError> {
        let Some((name, value)) = word.split_once('=') else {
            match word {
                "source" | "port" | "service" | "log" | "audit" => {}
                "accept" => self.action = Some(Action::Allow),
                "drop" | "reject" => self.action = Some(Action::Deny),
                other => return Err(unjudged(other, line)),
            }
            word.clone_into(&mut self.element);
            return Ok(());
        };
        match (self.element.as_str(), name) {
            ("rule", "family") if value == "ipv4" => self.family = Some(Family::Ipv4),
            ("rule", "family") if value == "ipv6" => self.family = Some(Family::Ipv6),
            ("source", "address") => {
                self.sources = Some(words::addresses([value], line, leniency)?);
            }
            ("port", "port") => {
                self.ports = words::ports([value], '-', line)?;
            }
            ("port", "protocol") => self.is_tcp = value == "tcp",
            ("service", "name") if words::port(value).is_some() => {
                self.ports = words::ports([value], '-', line)?;
            }
            ("log" | "audit", _) | ("reject", "type") => {}
            (element, name) => return Err(unjudged(&format!("{element} {name}"), line)),
        }
        Ok(())
    }
}

fn unjudged(words: &str, line: usize) -> ParseError {
    let words = contract::shown(words);
    ParseError::new(Place::Line(line), format!("has `{words}`, which cidr cannot evaluate"))
}
