//! What `nft list ruleset` prints and `nft -f` reads: tables with sets and chains.
//!
//! Only incoming rules are read: the one chain with `hook input`, and the chains that it jumps to.

mod rule;
mod tokens;

use std::collections::HashMap;

use super::Leniency;
use super::chains::{Chains, Matches, flatten};
use super::firewall::{Firewalls, ParseError, Place};
use crate::address::Family;
use crate::set::Set;
use tokens::{Token, Tokens};

/// Reads tables.
pub(super) fn read(text: &str, leniency: Leniency) -> Result<Firewalls, ParseError> {
    let mut tokens = Tokens::of(text)?;
    let mut list: Vec<(_, Set)> = Vec::new();
    loop {
        tokens.skip_ends();
        let Some(token) = tokens.next() else { break };
        match token.text {
            "add" | "create" => {}
            "table" => {
                if let Some((rules, families)) = table(&mut tokens, leniency)? {
                    if list.iter().any(|(_, others)| !families.intersect(others).is_empty()) {
                        return Err(second_table(token.line));
                    }
                    list.push((rules, families));
                }
            }
            "flush" | "delete" | "destroy" => tokens.skip_statement(),
            "define" => tokens.define()?,
            _ => return Err(token.error("is not a table")),
        }
    }
    Ok(Firewalls { list: list.into_iter().map(|(rules, _)| rules).collect(), know_ports: true })
}

fn second_table(line: usize) -> ParseError {
    let cause = "is a second table with rules for incoming packets, and both apply";
    let mut error = ParseError::new(Place::Line(line), cause);
    error.hint = Some("`nft list table FAMILY NAME` prints one".into());
    error
}

/// The sets and chains of one table.
struct Table {
    sets: HashMap<String, Vec<String>>,
    chains: Chains,
    inputs: Vec<(String, usize)>,
    leniency: Leniency,
}

/// Reads what follows the word `table`: family, name and body. Returns the rules for incoming
/// connections, if any, with all addresses of the families that they apply to.
fn table(
    tokens: &mut Tokens,
    leniency: Leniency,
) -> Result<Option<(Vec<super::firewall::Rule>, Set)>, ParseError> {
    let mut words = Vec::new();
    while let Some(token) = tokens.next_if(|token| !token.is_end() && token.text != "{") {
        words.push(token.text);
    }
    let family = match words.as_slice() {
        ["inet", _] => None,
        ["ip", _] | [_] => Some(Family::Ipv4),
        ["ip6", _] => Some(Family::Ipv6),
        _ => {
            // Bridges and devices see frames, not connections to this machine.
            tokens.skip_block();
            return Ok(None);
        }
    };
    if tokens.next_if(|token| token.text == "{").is_none() {
        return Ok(None);
    }
    let mut table =
        Table { sets: HashMap::new(), chains: HashMap::new(), inputs: Vec::new(), leniency };
    table.body(tokens)?;
    let families = match family {
        Some(family) => Set::everything(&[family]),
        None => Set::everything(&[Family::Ipv4, Family::Ipv6]),
    };
    let mut outer = Matches::default();
    if family.is_some() {
        outer.from(&families);
    }
    match table.inputs.as_slice() {
        [] => Ok(None),
        [(name, _)] => Ok(Some((flatten(&table.chains, name, &outer)?, families))),
        [_, (_, line), ..] => {
            let cause = "is a second chain for incoming packets, and both apply";
            Err(ParseError::new(Place::Line(*line), cause))
        }
    }
}

impl Table {
    fn body(&mut self, tokens: &mut Tokens) -> Result<(), ParseError> {
        let mut chains = Vec::new();
        loop {
            tokens.skip_ends();
            let token = tokens.expect("an unclosed table")?;
            match token.text {
                "}" => break,
                "comment" | "flags" | "type" => tokens.skip_statement(),
                kind => {
                    let name = tokens.expect("an unclosed table")?.text.to_owned();
                    tokens.open()?;
                    match kind {
                        "set" => {
                            let elements = set(tokens)?;
                            self.sets.insert(name, elements);
                        }
                        // Sets may stand after the chains that use them.
                        "chain" => chains.push((name, tokens.block()?, token.line)),
                        "map" | "flowtable" | "counter" | "quota" | "limit" | "ct" | "secmark" => {
                            tokens.skip_to_close();
                        }
                        _ => return Err(token.error("does not belong in a table")),
                    }
                }
            }
        }
        for (name, mut tokens, line) in chains {
            let chain = self.chain(&mut tokens)?;
            if chain.is_input && chain.steps.iter().any(|step| !step.matches.never) {
                self.inputs.push((name.clone(), line));
            }
            self.chains.insert(name, chain.steps);
        }
        Ok(())
    }

    fn chain(&self, tokens: &mut Tokens) -> Result<Chain, ParseError> {
        let mut chain = Chain::default();
        loop {
            tokens.skip_ends();
            let Some(first) = tokens.peek() else { return Ok(chain) };
            match first.text {
                "type" => {
                    let words = tokens.statement();
                    let is_input =
                        |pair: &[Token]| pair.iter().map(|token| token.text).eq(["hook", "input"]);
                    chain.is_input |= words.windows(2).any(is_input)
                        && words.get(1).is_some_and(|kind| kind.text == "filter");
                }
                "policy" | "comment" => tokens.skip_statement(),
                _ => {
                    let words = tokens.statement();
                    chain.steps.extend(rule::read(&words, &self.sets, self.leniency)?);
                }
            }
        }
    }
}

#[derive(Default)]
struct Chain {
    is_input: bool,
    steps: Vec<super::chains::Step>,
}

/// The elements of a set, up to its closing brace.
fn set(tokens: &mut Tokens) -> Result<Vec<String>, ParseError> {
    let mut elements = Vec::new();
    loop {
        tokens.skip_ends();
        let token = tokens.expect("an unclosed set")?;
        match token.text {
            "}" => return Ok(elements),
            "elements" => {
                tokens.next_if(|token| token.text == "=");
                tokens.open()?;
                elements.extend(tokens.elements()?);
            }
            _ => tokens.skip_statement(),
        }
    }
}
