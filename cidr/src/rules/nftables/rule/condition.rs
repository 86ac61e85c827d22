//! The conditions of a rule.

use super::Words;
use crate::range::{IpRange, Range};
use crate::rules::chains::Matches;
use crate::rules::firewall::ParseError;
use crate::rules::nftables::tokens::Token;
use crate::rules::words;
use crate::set::Set;

impl Words<'_, '_> {
    pub(super) fn condition(
        &mut self,
        word: &Token,
        matches: &mut Matches,
    ) -> Result<(), ParseError> {
        match word.text {
            "counter" => {
                while self.take("packets") || self.take("bytes") {
                    self.next();
                }
            }
            "comment" => drop(self.next()),
            "log" => {
                while self.take("prefix")
                    || self.take("level")
                    || self.take("group")
                    || self.take("flags")
                {
                    self.next();
                }
            }
            "ip" | "ip6" => self.header(word, matches)?,
            "tcp" | "th" => self.port(word, matches)?,
            "udp" | "icmp" | "icmpv6" | "sctp" | "dccp" | "udplite" | "esp" | "ah" => {
                matches.never = true;
                self.skip();
            }
            "meta" => self.meta(word, matches)?,
            "iif" | "iifname" => self.interface(word, matches)?,
            "ct" => self.connection(word, matches)?,
            other => {
                matches.doubt(other);
                self.skip();
            }
        }
        Ok(())
    }

    /// Skips the operand of a condition, up to the verdict.
    fn skip(&mut self) {
        let is_verdict = |word: &Token| {
            matches!(word.text, "accept" | "drop" | "reject" | "return" | "jump" | "goto")
        };
        let mut open = 0_usize;
        while let Some(word) = self.rest.first() {
            match word.text {
                "{" => open += 1,
                "}" => open = open.saturating_sub(1),
                _ if open == 0 && is_verdict(word) => return,
                _ => {}
            }
            self.next();
        }
    }

    /// Whether the value is looked up in a map, or combined with others (`ip saddr . tcp dport`).
    fn is_of_several(&self) -> bool {
        self.rest.first().is_some_and(|next| matches!(next.text, "vmap" | "."))
    }

    fn header(&mut self, word: &Token, matches: &mut Matches) -> Result<(), ParseError> {
        let family =
            if word.text == "ip" { IpRange::V4(Range::ALL) } else { IpRange::V6(Range::ALL) };
        let family: Set = [family].into_iter().collect();
        matches.from(&family);
        let field = self.next().ok_or_else(|| word.error("has no field"))?;
        match field.text {
            "saddr" if !self.is_of_several() => {
                let not = self.is_not();
                let named = self.value(&field)?;
                let named = named.iter().map(String::as_str);
                let named = words::addresses(named, field.line, self.leniency)?;
                let named: Set = named.into_iter().collect();
                matches.from(&if not { family.subtract(&named) } else { named });
            }
            "protocol" | "nexthdr" => {
                let not = self.is_not();
                let is_tcp =
                    self.value(&field)?.iter().any(|it| matches!(it.as_str(), "tcp" | "6"));
                matches.never |= is_tcp == not;
            }
            other => {
                matches.doubt(&format!("{} {other}", word.text));
                self.skip();
            }
        }
        Ok(())
    }

    fn port(&mut self, word: &Token, matches: &mut Matches) -> Result<(), ParseError> {
        let field = self.next().ok_or_else(|| word.error("has no field"))?;
        if field.text != "dport" || self.is_of_several() {
            matches.doubt(&format!("{} {}", word.text, field.text));
            self.skip();
            return Ok(());
        }
        let not = self.is_not();
        let named = self.value(&field)?;
        let named = words::ports(named.iter().map(String::as_str), '-', field.line)?;
        matches.to(if not { named.and_then(|it| it.others()) } else { named }.as_ref());
        Ok(())
    }

    fn meta(&mut self, word: &Token, matches: &mut Matches) -> Result<(), ParseError> {
        let field = self.next().ok_or_else(|| word.error("has no field"))?;
        match field.text {
            "l4proto" => {
                let not = self.is_not();
                let is_tcp =
                    self.value(&field)?.iter().any(|it| matches!(it.as_str(), "tcp" | "6"));
                matches.never |= is_tcp == not;
            }
            "nfproto" => {
                let not = self.is_not();
                let value = self.value(&field)?;
                let family = |name: &str, all: IpRange| {
                    (value.iter().any(|it| it == name) != not).then_some(all)
                };
                let families = [
                    family("ipv4", IpRange::V4(Range::ALL)),
                    family("ipv6", IpRange::V6(Range::ALL)),
                ];
                matches.from(&families.into_iter().flatten().collect());
            }
            "iif" | "iifname" => self.interface(&field, matches)?,
            other => {
                matches.doubt(&format!("meta {other}"));
                self.skip();
            }
        }
        Ok(())
    }

    /// Connections from outside never arrive on the loopback interface.
    fn interface(&mut self, word: &Token, matches: &mut Matches) -> Result<(), ParseError> {
        if self.is_of_several() {
            matches.doubt(word.text);
            self.skip();
            return Ok(());
        }
        let not = self.is_not();
        let names = self.value(word)?;
        let names: Vec<&str> = names.iter().map(|name| name.trim_matches('"')).collect();
        let loopback = names.iter().all(|name| *name == "lo");
        match (loopback, not) {
            (true, false) => matches.never = true,
            (true, true) => {}
            (false, _) => matches.doubt(&format!("{} {}", word.text, names.join(","))),
        }
        Ok(())
    }

    /// Conditions on the state of a connection. The question is about new ones.
    fn connection(&mut self, word: &Token, matches: &mut Matches) -> Result<(), ParseError> {
        let field = self.next().ok_or_else(|| word.error("has no field"))?;
        if field.text != "state" {
            matches.doubt(&format!("ct {}", field.text));
            self.skip();
            return Ok(());
        }
        let map = self.take("vmap");
        let not = self.is_not();
        let is_new = self.value(&field)?.iter().any(|state| state == "new");
        match (map, is_new) {
            (true, true) => matches.doubt("ct state vmap"),
            (true, false) => matches.never = true,
            (false, is_new) => matches.never |= is_new == not,
        }
        Ok(())
    }
}
