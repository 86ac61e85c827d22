//! Sets of `ipset`, as `ipset save` prints them and `ipset restore` reads them.

use super::Leniency;
use super::firewall::{Action, Firewalls, ParseError, Place, Rule};
use super::words;
use crate::ports::Ports;
use crate::range::IpRange;
use crate::set::Set;

/// Reads one set, or one set for each family.
pub(super) fn read(text: &str, leniency: Leniency) -> Result<Firewalls, ParseError> {
    let mut sets = Sets { name: None, rules: Vec::new(), excepted: Vec::new() };
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        let words = words::split(line, line_number, "")?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        sets.line(&words, line_number, leniency)?;
    }
    let excepted: Set = sets.excepted.into_iter().collect();
    for rule in &mut sets.rules {
        let sources: Set = rule.sources.iter().copied().collect();
        rule.sources = sources.subtract(&excepted).ranges().collect();
    }
    Ok(Firewalls { list: vec![sets.rules], know_ports: false })
}

struct Sets {
    /// The name of the set, without its family.
    name: Option<String>,
    rules: Vec<Rule>,
    excepted: Vec<IpRange>,
}

impl Sets {
    fn line(&mut self, words: &[&str], line: usize, leniency: Leniency) -> Result<(), ParseError> {
        let error = |cause: &str| ParseError::new(Place::Line(line), cause);
        match words {
            [] | ["COMMIT"] => Ok(()),
            [comment, ..] if comment.starts_with('#') => Ok(()),
            ["create", name, kind, ..] => {
                if !matches!(*kind, "hash:net" | "hash:ip") {
                    return Err(error("makes a set of something other than addresses"));
                }
                self.name(name, line)
            }
            ["add", name, source, options @ ..] => {
                self.name(name, line)?;
                let sources = words::addresses([*source], line, leniency)?;
                if options.contains(&"nomatch") {
                    self.excepted.extend(sources);
                    return Ok(());
                }
                let (ports, place) = (Ports::all(), Place::Line(line));
                self.rules.push(Rule { action: Action::Allow, ports, sources, place, doubt: None });
                Ok(())
            }
            ["flush" | "destroy", name] => self.name(name, line),
            ["swap", one, other] => self.name(one, line).and_then(|()| self.name(other, line)),
            _ => Err(error("is not a line of `ipset save`")),
        }
    }

    /// Refuses a second set: `ipset` does not say what a set is for, and one may hold denied
    /// addresses.
    fn name(&mut self, name: &str, line: usize) -> Result<(), ParseError> {
        let name = name.strip_suffix("-new").unwrap_or(name);
        let name = name.strip_suffix("-ipv4").or(name.strip_suffix("-ipv6")).unwrap_or(name);
        let first = self.name.get_or_insert_with(|| name.to_owned());
        if first == name {
            return Ok(());
        }
        let cause = format!("is about a second set, `{}`", contract::shown(name));
        let mut error = ParseError::new(Place::Line(line), cause);
        error.hint = Some("`ipset save NAME` prints one".into());
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<Vec<String>, String> {
        Firewalls::shown_sources(read(text, Leniency::default()))
    }

    #[test]
    fn one_set_or_one_of_each_family() {
        for (text, expected) in [
            (
                "create office hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1a2b3c4d\nadd office 10.0.0.0/8 comment \"x y\"\nadd office 10.0.0.0/9 nomatch\n",
                Ok(&["10.128.0.0/9"][..]),
            ),
            (
                "create x-ipv4 hash:net family inet -exist\nadd x-ipv4-new 10.0.0.1 -exist\nswap x-ipv4-new x-ipv4\ndestroy x-ipv4-new\ncreate x-ipv6 hash:net family inet6 -exist\nadd x-ipv6 2001:db8::/32\nCOMMIT\n",
                Ok(&["10.0.0.1", "2001:db8::/32"]),
            ),
            (
                "create good hash:net\nadd good 10.0.0.1\ncreate bad hash:net\n",
                Err(":3: is about a second set, `bad`"),
            ),
            ("create x hash:ip,port\n", Err(":1: makes a set of something other than addresses")),
            (
                "create x hash:net\nadd x eth0\n",
                Err(":2: `eth0` is not an IP address, network or range"),
            ),
            ("create x hash:net\ntest x 10.0.0.1\n", Err(":2: is not a line of `ipset save`")),
        ] {
            let expected: Result<Vec<String>, _> =
                expected.map(|it| it.iter().map(|&it| it.to_owned()).collect());
            assert_eq!(shown(text), expected.map_err(str::to_owned), "{text}");
        }
    }
}
