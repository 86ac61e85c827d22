//! One rule of a chain: its conditions and its verdict.

mod condition;

use std::collections::HashMap;

use super::tokens::Token;
use crate::rules::Leniency;
use crate::rules::chains::{Matches, Step, Verdict};
use crate::rules::firewall::ParseError;

/// The words of a rule that have not been read yet.
struct Words<'a, 'b> {
    rest: &'b [Token<'a>],
    sets: &'b HashMap<String, Vec<String>>,
    leniency: Leniency,
}

/// Reads a rule; `None` for one without a verdict.
pub(super) fn read(
    words: &[Token],
    sets: &HashMap<String, Vec<String>>,
    leniency: Leniency,
) -> Result<Option<Step>, ParseError> {
    let line = words.first().map_or(1, |word| word.line);
    let mut words = Words { rest: words, sets, leniency };
    let mut matches = Matches::default();
    while let Some(word) = words.next() {
        let verdict = match word.text {
            "accept" => Verdict::Allow,
            "drop" | "reject" => Verdict::Deny,
            "return" => Verdict::Return,
            "jump" | "goto" => {
                let chain = words.value(&word)?.first().cloned().unwrap_or_default();
                if word.text == "jump" { Verdict::Jump(chain) } else { Verdict::Goto(chain) }
            }
            _ => {
                words.condition(&word, &mut matches)?;
                continue;
            }
        };
        return Ok(Some(Step { matches, verdict, line }));
    }
    // A rule without a verdict only counts or logs, unless a part that we could not read contains
    // the verdict.
    let is_open = matches.doubt.is_some() && !matches.never;
    Ok(is_open.then_some(Step { matches, verdict: Verdict::Allow, line }))
}

impl<'a> Words<'a, '_> {
    fn next(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest.first().is_some_and(|word| word.text == text);
        if is_next {
            self.next();
        }
        is_next
    }

    /// A value, the elements of a set, or those of a named set.
    fn value(&mut self, of: &Token) -> Result<Vec<String>, ParseError> {
        let word = self.next().ok_or_else(|| of.error("has no value"))?;
        if let Some(name) = word.text.strip_prefix('@') {
            let set = self.sets.get(name);
            return set.cloned().ok_or_else(|| word.error("is not a set of this table"));
        }
        let mut values = vec![word.text.to_owned()];
        if word.text == "{" {
            values.clear();
            loop {
                let word = self.next().ok_or_else(|| of.error("has an unclosed set"))?;
                match word.text {
                    "}" => return Ok(values),
                    "," => {}
                    text => values.push(text.to_owned()),
                }
            }
        }
        while self.take(",") {
            values.extend(self.next().map(|word| word.text.to_owned()));
        }
        Ok(values)
    }

    /// Whether the comparison is negated.
    fn is_not(&mut self) -> bool {
        let not = self.take("!=");
        not || {
            self.take("==");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::firewall::grants;
    use crate::rules::nftables;

    /// What a chain of these rules lets in.
    fn shown(rules: &str) -> Result<Vec<String>, String> {
        let text = format!(
            "table inet filter {{\n set office {{\n type ipv4_addr; flags interval\n elements = {{ 203.0.113.0/24,\n 198.51.100.7 timeout 1h comment \"x\" }}\n }}\n \
             chain other {{\n ip saddr 192.0.2.0/25 accept\n return\n drop\n }}\n \
             chain input {{\n type filter hook input priority filter; policy drop;\n{rules}\n }}\n chain output {{\n type filter hook output priority 0; policy accept;\n }}\n}}\n"
        );
        let firewalls = nftables::read(&text, Leniency::default()).map_err(|it| it.to_string())?;
        let mut all = Vec::new();
        for rules in &firewalls.list {
            for grant in grants(rules, None).map_err(|it| it.to_string())? {
                let networks: Vec<_> = grant.sources.networks().map(|it| it.to_string()).collect();
                all.push(format!("{}-{} {}", grant.ports.0, grant.ports.1, networks.join(",")));
            }
        }
        Ok(all)
    }

    #[test]
    fn what_rules_let_in() {
        for (rules, expected) in [
            (
                "tcp dport 22 ip saddr @office accept\ntcp dport 22 drop",
                &["22-22 198.51.100.7/32,203.0.113.0/24"][..],
            ),
            (
                "iifname \"lo\" accept\nct state established,related accept\nct state invalid drop\nip saddr 10.0.0.0/8 tcp dport { 22, 8000-8010 } counter packets 3 bytes 180 accept comment \"accept all\"",
                &["22-22 10.0.0.0/8", "8000-8010 10.0.0.0/8"],
            ),
            (
                "ct state vmap { established : accept, related : accept, invalid : drop }\nmeta l4proto { icmp, ipv6-icmp } accept\nudp dport 53 accept\ntcp dport ssh accept",
                &["22-22 0.0.0.0/0,::/0"],
            ),
            (
                "ip6 saddr 2001:db8::/32 ct state new tcp dport 22 log prefix \"drop it \" level info accept",
                &["22-22 2001:db8::/32"],
            ),
            ("ip saddr != 128.0.0.0/1 tcp dport 22 accept", &["22-22 0.0.0.0/1"]),
            (
                "ip saddr { 10.0.0.1-10.0.0.2, 10.0.0.4 } reject with tcp reset\nip saddr 10.0.0.0/29 tcp dport 22 accept",
                &["22-22 10.0.0.0/32,10.0.0.3/32,10.0.0.5/32,10.0.0.6/31"],
            ),
            (
                "tcp dport 22 jump other\ntcp dport 22 ip saddr 192.0.2.128/25 accept",
                &["22-22 192.0.2.0/24"],
            ),
            ("counter\nlog prefix \"in \"", &[]),
        ] {
            assert_eq!(
                shown(rules).as_deref(),
                Ok(&expected.iter().map(|&it| it.to_owned()).collect::<Vec<_>>()[..]),
                "{rules}"
            );
        }
    }

    /// Found by `cargo xtask fuzz`: such a blank was an empty word, repeated for ever.
    #[test]
    fn any_blank_ends_a_word() {
        for blank in ['\u{b}', '\u{c}', '\u{85}', '\u{a0}', '\u{2028}', '\u{3000}'] {
            let rule = format!("ip saddr 10.0.0.0/8{blank}tcp dport 22 accept");
            assert_eq!(shown(&rule), Ok(vec!["22-22 10.0.0.0/8".to_owned()]), "{blank:?}");
        }
    }

    #[test]
    fn definitions_of_definitions_stay_bounded() {
        let doubling = |number| format!("define x{} = {{ $x{number}, $x{number} }}\n", number + 1);
        let defined: String = (0..40).map(doubling).collect();
        let text = format!(
            "define x0 = 10.0.0.1\n{defined}table inet t {{\n chain c {{\n type filter hook input priority 0;\n ip saddr $x40 accept\n }}\n}}\n"
        );
        assert!(nftables::read(&text, Leniency::default()).is_err());
    }

    #[test]
    fn partly_understood_input_is_refused() {
        for (rules, expected) in [
            ("tcp dport 22 limit rate 3/minute accept", "`limit`"),
            ("tcp dport 22 ip daddr 192.0.2.1 accept", "`ip daddr`"),
            ("iifname \"eth0\" tcp dport 22 accept", "`iifname eth0`"),
            ("tcp dport vmap { 22 : accept }", "`tcp dport`"),
            ("tcp dport 22 ip saddr @absent accept", "is not a set of this table"),
            ("tcp dport 22 ip saddr host.example.com accept", "`host.example.com`"),
            ("tcp dport 22 jump absent", "jumps to `absent`, which is not in the input"),
        ] {
            let refused = shown(rules).expect_err(rules);
            assert!(refused.contains(expected), "{rules}: {refused}");
        }
    }
}
