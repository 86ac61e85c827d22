//! `ufw`: rules in the order of their creation.

use crate::ports::Ports;
use crate::range::IpRange;
use crate::rules::Leniency;
use crate::rules::firewall::{Action, ParseError, Place, Rule, anyone};
use crate::rules::json::Found;
use crate::rules::words;

pub(super) fn read(
    arguments: &[&str],
    line: usize,
    leniency: Leniency,
    found: &mut Found,
) -> Result<(), ParseError> {
    let arguments = arguments.strip_prefix(&["--dry-run"]).unwrap_or(arguments);
    let arguments = arguments.strip_prefix(&["rule"]).unwrap_or(arguments);
    let (action, rest) = match arguments {
        ["allow", rest @ ..] => (Action::Allow, rest),
        ["deny" | "reject", rest @ ..] => (Action::Deny, rest),
        // These set the policy for connections that no rule matches, which we ignore.
        ["default" | "enable" | "reload" | "logging" | "--force", ..] => return Ok(()),
        other => {
            let word = other.first().copied().unwrap_or_default();
            return Err(unjudged(word, line));
        }
    };
    let Some((ports, sources)) = (Clauses { rest, line, leniency }).read()? else { return Ok(()) };
    let rule = Rule { action, ports, sources, place: Place::Line(line), doubt: None };
    found.add("ufw".to_owned(), line as u64, rule);
    Ok(())
}

fn unjudged(word: &str, line: usize) -> ParseError {
    let word = contract::shown(word);
    ParseError::new(Place::Line(line), format!("has `{word}`, which cidr cannot evaluate"))
}

/// The words after the action.
struct Clauses<'a, 'b> {
    rest: &'b [&'a str],
    line: usize,
    leniency: Leniency,
}

impl<'a> Clauses<'a, '_> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn value(&mut self, word: &str) -> Result<&'a str, ParseError> {
        let cause = || format!("has no value for `{word}`");
        self.next().ok_or_else(|| ParseError::new(Place::Line(self.line), cause()))
    }

    /// The ports and sources that a rule matches; `None` if it never matches incoming TCP.
    fn read(mut self) -> Result<Option<(Ports, Vec<IpRange>)>, ParseError> {
        let mut rule = self.short()?;
        let mut is_destination = false;
        while let Some(word) = self.next() {
            match word {
                "in" | "log" | "log-all" => {}
                "out" => return Ok(None),
                "proto" => rule.is_tcp = self.value(word)? == "tcp",
                "from" => {
                    is_destination = false;
                    let source = self.value(word)?;
                    if source != "any" {
                        rule.sources = words::addresses([source], self.line, self.leniency)?;
                    }
                }
                "to" if self.rest.first() == Some(&"any") => {
                    is_destination = true;
                    self.next();
                }
                "port" if is_destination => rule.ports = self.ports(word)?,
                "comment" => drop(self.value(word)?),
                "on" | "to" | "port" | "app" => return Err(unjudged(word, self.line)),
                word => {
                    let cause = format!("has `{}`, which is not a port", contract::shown(word));
                    return Err(ParseError::new(Place::Line(self.line), cause));
                }
            }
        }
        Ok(rule.is_tcp.then_some((rule.ports, rule.sources)))
    }

    /// The short form: `22`, `22/tcp`. Only a comment can follow it.
    fn short(&mut self) -> Result<Matched, ParseError> {
        let mut rule = Matched { ports: Ports::all(), sources: anyone(), is_tcp: true };
        if let [word, rest @ ..] = self.rest
            && word.starts_with(|first: char| first.is_ascii_digit())
            && matches!(rest, [] | ["comment", ..])
        {
            let (texts, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
            rule.is_tcp = protocol == "tcp";
            rule.ports = self.parse(texts)?;
            self.rest = rest;
        }
        Ok(rule)
    }

    fn ports(&mut self, word: &str) -> Result<Ports, ParseError> {
        let texts = self.value(word)?;
        self.parse(texts)
    }

    fn parse(&self, texts: &str) -> Result<Ports, ParseError> {
        Ok(words::ports(texts.split(','), ':', self.line)?.unwrap_or_else(Ports::all))
    }
}

/// The connections that a rule matches.
struct Matched {
    ports: Ports,
    sources: Vec<IpRange>,
    is_tcp: bool,
}
