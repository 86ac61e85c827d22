//! The `from="…"` options of `authorized_keys` (sshd(8)).

use super::Leniency;
use super::firewall::{Action, Firewalls, ParseError, Place, Rule, anyone};
use crate::ports::Ports;
use crate::range::IpRange;
use crate::set::Set;

/// How a line without options begins: the prefixes of key types.
const KEY_TYPES: [&str; 3] = ["ssh-", "ecdsa-sha2-", "sk-"];

/// Whether a line belongs to `authorized_keys`.
pub(super) fn is_line(line: &str) -> bool {
    let is_key = |word: &str| KEY_TYPES.iter().any(|kind| word.starts_with(kind));
    let options = outside_of_quotes(line, |c| c == ' ' || c == '\t');
    let after = line.get(options.len()..).unwrap_or_default().trim_start();
    is_key(line) || is_key(after) || (after.is_empty() && option(options, "from").is_some())
}

/// Reads key lines with their options, or options alone.
pub(super) fn read(text: &str, leniency: Leniency) -> Result<Firewalls, ParseError> {
    let mut rules = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (line, place) = (line.trim(), Place::Line(index + 1));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !is_line(line) {
            return Err(ParseError::new(place, "is not a line of authorized_keys"));
        }
        let options = outside_of_quotes(line, |c| c == ' ' || c == '\t');
        let Some(patterns) = option(options, "from") else {
            let mut error =
                ParseError::new(place, "is a key without from=, which is accepted from everywhere");
            error.hint = Some("read the lines with from= alone".into());
            return Err(error);
        };
        let sources = sources(patterns, &place, leniency)?;
        let ports = Ports::all();
        rules.push(Rule { action: Action::Allow, ports, sources, place, doubt: None });
    }
    Ok(Firewalls { list: vec![rules], know_ports: false })
}

/// The text up to the first character, outside quotes, that `ends` accepts.
fn outside_of_quotes(text: &str, ends: impl Fn(char) -> bool) -> &str {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let end = text.find(|c: char| {
        let is_end = !is_quoted && ends(c);
        is_quoted ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// The value of an option.
fn option<'a>(options: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = options;
    loop {
        let option = outside_of_quotes(rest, |c| c == ',');
        if let Some((key, value)) = option.split_once('=')
            && key.eq_ignore_ascii_case(name)
        {
            return value.strip_prefix('"')?.strip_suffix('"');
        }
        rest = rest.get(option.len() + 1..)?;
    }
}

/// Reads address patterns (`ssh_config(5)`, PATTERNS); those with `!` are excluded.
pub(super) fn sources(
    patterns: &str,
    place: &Place,
    leniency: Leniency,
) -> Result<Vec<IpRange>, ParseError> {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    for pattern in patterns.split(',') {
        let (list, address) = match pattern.strip_prefix('!') {
            Some(address) => (&mut denied, address),
            None => (&mut allowed, pattern),
        };
        if address == "*" {
            list.extend(anyone());
            continue;
        }
        let refused = |cause: String, hint| ParseError { place: place.clone(), cause, hint };
        let shown = contract::shown(address);
        if address.contains('-') {
            return Err(refused(
                format!("`{shown}` is a pattern for names, not for addresses"),
                None,
            ));
        }
        let source = super::entry::parse(address.as_bytes(), leniency);
        list.push(source.map_err(|fault| refused(format!("`{shown}` {fault}"), fault.hint()))?);
    }
    let (allowed, denied): (Set, Set) =
        (allowed.into_iter().collect(), denied.into_iter().collect());
    Ok(allowed.subtract(&denied).ranges().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<Vec<String>, String> {
        Firewalls::shown_sources(read(text, Leniency::default()))
    }

    #[test]
    fn options_with_and_without_a_key() {
        for (text, expected) in [
            ("from=\"203.0.113.7/32,2001:db8::/32\"\n", Ok(&["203.0.113.7", "2001:db8::/32"][..])),
            (
                "# keys\nno-pty,from=\"10.0.0.0/8\" ssh-ed25519 AAAAC3 ada@home\n",
                Ok(&["10.0.0.0/8"]),
            ),
            (
                "command=\"echo \\\"a, b\\\" c\",FROM=\"10.*.*.*,!10.0.0.0/9\" ssh-rsa AAAA x\n",
                Ok(&["10.128.0.0/9"]),
            ),
            ("from=\"*\" ssh-rsa AAAA\n", Ok(&["0.0.0.0/0", "::/0"])),
            (
                "from=\"10.0.0.1\" ssh-rsa AAAA\nssh-ed25519 AAAA b\n",
                Err(":2: is a key without from=, which is accepted from everywhere"),
            ),
            (
                "from=\"10.0.0.1\" ssh-rsa AAAA\nhello\n",
                Err(":2: is not a line of authorized_keys"),
            ),
            (
                "from=\"*.example.com\" ssh-rsa AAAA\n",
                Err(":1: `*.example.com` is not an IP address, network or range"),
            ),
            (
                "from=\"10.0.0.1-10.0.0.9\" ssh-rsa AAAA\n",
                Err(":1: `10.0.0.1-10.0.0.9` is a pattern for names, not for addresses"),
            ),
        ] {
            let expected =
                expected.map(|it| it.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
            assert_eq!(shown(text), expected.map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn lists_are_not_keys() {
        for line in ["203.0.113.7", "2001:db8::/32, 10.0.0.1", "fe80::1", "ssh.example.com", ""] {
            assert_eq!(is_line(line), line.starts_with("ssh-"), "{line}");
        }
    }
}
