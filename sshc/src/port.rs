//! Ports, by number or, as with ssh, by the name of their service.

use dns_lookup::{AddrInfoHints, SockType, getaddrinfo};

/// What people name in commands and configurations of ssh, as IANA has it, for systems without a
/// list: containers and small images often have no `/etc/services`.
const WELL_KNOWN: &[(&str, u16)] = &[
    ("domain", 53),
    ("ftp", 21),
    ("http", 80),
    ("http-alt", 8080),
    ("https", 443),
    ("imap", 143),
    ("imap2", 143),
    ("imaps", 993),
    ("ldap", 389),
    ("ldaps", 636),
    ("ms-wbt-server", 3389),
    ("mysql", 3306),
    ("pop3", 110),
    ("postgresql", 5432),
    ("redis", 6379),
    ("smtp", 25),
    ("socks", 1080),
    ("ssh", 22),
    ("telnet", 23),
    ("x11", 6000),
];

/// The port that a text names: `22`, or `ssh`. It may be 0.
#[must_use]
pub fn port(text: &str) -> Option<u16> {
    text.parse().ok().or_else(|| service(text)).or_else(|| well_known(text))
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

fn well_known(name: &str) -> Option<u16> {
    WELL_KNOWN.iter().find(|(known, _)| *known == name).map(|&(_, port)| port)
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

    #[test]
    fn a_system_without_a_list_knows_the_common_names() {
        for (text, expected) in [("ssh", Some(22)), ("x11", Some(6000)), ("SSH", None), ("", None)]
        {
            assert_eq!(well_known(text), expected, "{text}");
        }
    }

    /// Where the system has a list, it must not contradict ours.
    #[test]
    fn common_names_mean_what_the_system_says() {
        for &(name, expected) in WELL_KNOWN {
            assert!(service(name).is_none_or(|port| port == expected), "{name}");
        }
    }
}
