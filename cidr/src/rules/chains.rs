//! Flattens chains of rules that jump to one another, as in netfilter, into one list.

use std::collections::HashMap;

use super::firewall::{Action, ParseError, Place, Rule, anyone};
use crate::ports::Ports;
use crate::range::IpRange;
use crate::set::Set;

/// The deepest nesting of jumps; netfilter itself allows 16.
const DEEPEST: usize = 16;
/// The most work that a listing may cause: the source ranges of all rules, once for each visit.
const MOST_STEPS: usize = 10_000_000;

/// What a rule does with a new TCP connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allow,
    Deny,
    /// Continue in this chain, and return after it.
    Jump(String),
    /// Continue in this chain, and do not return.
    Goto(String),
    /// Return to the chain that jumped here.
    Return,
}

/// The new TCP connections that a rule matches.
#[derive(Clone, Debug)]
pub(super) struct Matches {
    /// The source addresses; `None` means all.
    pub(super) sources: Option<Set>,
    /// The destination ports.
    pub(super) ports: Ports,
    /// Whether a condition excludes every new TCP connection from outside.
    pub(super) never: bool,
    /// A condition that we cannot judge.
    pub(super) doubt: Option<String>,
}

impl Default for Matches {
    fn default() -> Self {
        Self { sources: None, ports: Ports::all(), never: false, doubt: None }
    }
}

impl Matches {
    /// Narrows the match to these sources.
    pub(super) fn from(&mut self, sources: &Set) {
        self.sources = Some(match &self.sources {
            Some(before) => before.intersect(sources),
            None => sources.clone(),
        });
    }

    /// Narrows the match to these ports; if no port remains, the rule never matches.
    pub(super) fn to(&mut self, ports: Option<&Ports>) {
        match ports.and_then(|ports| self.ports.intersection(ports)) {
            Some(common) => self.ports = common,
            None => self.never = true,
        }
    }

    /// Remembers the first condition that we cannot judge.
    pub(super) fn doubt(&mut self, word: &str) {
        let word = contract::shown(word);
        self.doubt.get_or_insert_with(|| {
            format!("has the condition `{word}`, which cidr cannot evaluate")
        });
    }

    fn and(&self, inner: &Self) -> Self {
        let mut both = self.clone();
        if let Some(sources) = &inner.sources {
            both.from(sources);
        }
        both.to(Some(&inner.ports));
        both.never |= inner.never;
        both.doubt = both.doubt.or_else(|| inner.doubt.clone());
        both
    }

    /// Whether it matches all connections.
    fn is_all(&self) -> bool {
        self.sources.is_none() && self.ports.is_all() && self.doubt.is_none()
    }
}

/// One rule of a chain.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) matches: Matches,
    pub(super) verdict: Verdict,
    /// Counted from 1.
    pub(super) line: usize,
}

/// Chains by their names.
pub(super) type Chains = HashMap<String, Vec<Step>>;

/// The rules that a connection meets from the chain `start` on, in order.
pub(super) fn flatten(
    chains: &Chains,
    start: &str,
    outer: &Matches,
) -> Result<Vec<Rule>, ParseError> {
    let mut flat = Flattened { chains, rules: Vec::new(), steps: 0 };
    flat.chain(start, outer, 0, 1)?;
    Ok(flat.rules)
}

struct Flattened<'a> {
    chains: &'a Chains,
    rules: Vec<Rule>,
    steps: usize,
}

impl Flattened<'_> {
    fn chain(
        &mut self,
        name: &str,
        outer: &Matches,
        depth: usize,
        line: usize,
    ) -> Result<(), ParseError> {
        if depth > DEEPEST {
            return Err(ParseError::new(Place::Line(line), "jumps too deeply"));
        }
        let steps = self.chains.get(name).ok_or_else(|| {
            let name = contract::shown(name);
            ParseError::new(
                Place::Line(line),
                format!("jumps to `{name}`, which is not in the input"),
            )
        })?;
        for step in steps {
            self.count(outer, step, line)?;
            let matches = outer.and(&step.matches);
            if matches.never {
                continue;
            }
            match &step.verdict {
                Verdict::Allow => self.rule(Action::Allow, matches, step.line),
                Verdict::Deny => self.rule(Action::Deny, matches, step.line),
                Verdict::Jump(to) => self.chain(to, &matches, depth + 1, step.line)?,
                // Every connection that reaches this rule leaves the chain, so no rule after it
                // applies.
                Verdict::Goto(to) if step.matches.is_all() => {
                    return self.chain(to, &matches, depth + 1, step.line);
                }
                Verdict::Return if step.matches.is_all() => return Ok(()),
                Verdict::Goto(_) | Verdict::Return => {
                    let mut doubtful = matches;
                    doubtful.doubt("return");
                    self.rule(Action::Deny, doubtful, step.line);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, outer: &Matches, step: &Step, line: usize) -> Result<(), ParseError> {
        let sources = [&outer.sources, &step.matches.sources].into_iter().flatten();
        self.steps += 1 + sources.map(|it| it.ranges().count()).sum::<usize>();
        let cause = "expands to too many rules through its jumps";
        if self.steps > MOST_STEPS {
            Err(ParseError::new(Place::Line(line), cause))
        } else {
            Ok(())
        }
    }

    fn rule(&mut self, action: Action, matches: Matches, line: usize) {
        let sources: Vec<IpRange> = match &matches.sources {
            Some(sources) => sources.ranges().collect(),
            None => anyone(),
        };
        let Matches { ports, doubt, .. } = matches;
        let place = Place::Line(line);
        let doubt = doubt.map(|cause| {
            let hint = Some("a rule that is only partly understood is not used".into());
            Box::new(ParseError { place: place.clone(), cause, hint })
        });
        self.rules.push(Rule { action, ports, sources, place, doubt });
    }
}
