//! Ports, by number or, as with ssh, by the name of their service.

use dns_lookup::{AddrInfoHints, SockType, getaddrinfo};

/// The port that a text names: `22`, or `ssh`. It may be 0.
#[must_use]
pub fn port(text: &str) -> Option<u16> {
    text.parse().ok().or_else(|| service(text))
}

/// The port that a text names, unless that is 0.
#[must_use]
pub fn nonzero(text: &str) -> Option<u16> {
    port(text).filter(|&port| port != 0)
}

/// The port of a TCP service, from the system's list.
fn service(name: &str) -> Option<u16> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    // What has no letter would be read as a number again, in ways of the system's own.
    if !name.chars().all(is_word) || !name.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let hints = AddrInfoHints { socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    let mut found = getaddrinfo(None, Some(name), Some(hints)).ok()?;
    found.find_map(|it| it.ok().map(|it| it.sockaddr.port())).filter(|&port| port != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_of_services() {
        for (text, expected) in [
            ("22", Some(22)),
            ("0", Some(0)),
            ("ssh", Some(22)),
            ("https", Some(443)),
            ("65536", None),
            ("-1", None),
            ("0x16", None),
            ("", None),
            ("ssh ", None),
            ("nope", None),
            ("s;h", None),
        ] {
            assert_eq!(port(text), expected, "{text}");
        }
    }
}
