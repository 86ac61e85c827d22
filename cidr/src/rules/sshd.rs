//! Blocks of `sshd_config` that refuse every user from some addresses: `Match Address`, `DenyUsers
//! *`.

use super::Leniency;
use super::authorized_keys;
use super::firewall::{Action, Firewalls, ParseError, Place, Rule, anyone};
use crate::ports::Ports;
use crate::set::Set;

/// Whether a line begins such a block.
pub(super) fn is_match(line: &str) -> bool {
    matches!(keywords(line).as_slice(), [first, second, _] if first == "match" && second == "address")
}

/// The words of a line, with keywords in lower case.
fn keywords(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_ascii_lowercase).collect()
}

/// Reads the blocks: every address that no block refuses is let in.
pub(super) fn read(text: &str, leniency: Leniency) -> Result<Firewalls, ParseError> {
    let error = |line: usize, cause: &str| ParseError::new(Place::Line(line), cause);
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (mut refused, mut first) = (Set::default(), None);
    while let Some((number, line)) = lines.next() {
        let patterns = line.split_whitespace().nth(2).filter(|_| is_match(line));
        let patterns = patterns.ok_or_else(|| error(number, "is not `Match Address`"))?;
        let place = Place::Line(number);
        let sources: Set =
            authorized_keys::sources(patterns, &place, leniency)?.into_iter().collect();
        refused = refused.ranges().chain(sources.ranges()).collect();
        match lines.next() {
            Some((_, rule)) if keywords(rule) == ["denyusers", "*"] => {}
            Some((number, _)) => return Err(error(number, "is not `DenyUsers *`")),
            None => return Err(error(number, "is an incomplete block")),
        }
        first.get_or_insert(place);
    }
    let everyone: Set = anyone().into_iter().collect();
    let (sources, ports) = (everyone.subtract(&refused).ranges().collect(), Ports::all());
    let place = first.unwrap_or(Place::Line(1));
    let rule = Rule { action: Action::Allow, ports, sources, place, doubt: None };
    Ok(Firewalls { list: vec![vec![rule]], know_ports: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<Vec<String>, String> {
        Firewalls::shown_sources(read(text, Leniency::default()))
    }

    #[test]
    fn what_no_block_refuses() {
        for (text, expected) in [
            (
                "# ours\nMatch Address *,!10.0.0.0/8,!2001:db8::/32\n\tDenyUsers *\n",
                Ok(&["10.0.0.0/8", "2001:db8::/32"][..]),
            ),
            (
                "match address 128.0.0.0/1\ndenyusers *\nMatch Address ::/0\n DenyUsers *\n",
                Ok(&["0.0.0.0/1"]),
            ),
            ("Match Address *,!10.0.0.0/8\n\tDenyUsers ada\n", Err(":2: is not `DenyUsers *`")),
            ("Match Address 10.0.0.0/8\n", Err(":1: is an incomplete block")),
            (
                "Match Address *,!10.0.0.1\nDenyUsers *\nPort 22\n",
                Err(":3: is not `Match Address`"),
            ),
        ] {
            let expected: Result<Vec<String>, _> =
                expected.map(|it| it.iter().map(|&it| it.to_owned()).collect());
            assert_eq!(shown(text), expected.map_err(str::to_owned), "{text}");
        }
    }
}
