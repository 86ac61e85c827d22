//! The host keys in OpenSSH's `known_hosts` (`sshd(8)`), for keys that are limited to certain
//! hosts.

use std::fmt::Write as _;
use std::net::IpAddr;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::restrict_destination::{Hop, Restriction, matches};
use crate::public_key::PublicKeyLine;

/// A host as a user names it: `[user@]host[:port]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// A pattern; empty for every user.
    user: String,
    host: String,
    port: u16,
}

impl Destination {
    /// Parses the value of `--only`.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "write a host as host, user@host, host:2222 or [2001:db8::1]:2222";
        let text = text.trim();
        let text = text.strip_prefix("ssh://").unwrap_or(text);
        let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
        let (name, port) = match host.strip_prefix('[') {
            Some(rest) => {
                let (name, port) = rest.split_once(']').ok_or(WRONG)?;
                (name, port.strip_prefix(':'))
            }
            // More than one colon means an IPv6 address.
            None => match host.split_once(':') {
                Some((name, port)) if !port.contains(':') => (name, Some(port)),
                _ => (host, None),
            },
        };
        let port = port.map(str::parse::<u16>).transpose().map_err(|_| WRONG)?.unwrap_or(22);
        let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_:%*?".contains(c);
        if name.is_empty() || !name.chars().all(is_name) || text.starts_with('@') || port == 0 {
            return Err(WRONG);
        }
        let name = name.to_ascii_lowercase();
        let host = name.parse::<IpAddr>().map_or(name, |address| address.to_string());
        Ok(Self { user: user.to_owned(), host, port })
    }

    /// As in `known_hosts`: `host`, or `[host]:port` if the port is not 22.
    pub(super) fn name(&self) -> String {
        if self.port == 22 { self.host.clone() } else { self.with_port() }
    }

    /// The name that does not fit the port: sshc takes a key for the right one that is recorded
    /// under it.
    fn wider_name(&self) -> String {
        if self.port == 22 { self.with_port() } else { self.host.clone() }
    }

    fn with_port(&self) -> String {
        format!("[{}]:{}", self.host, self.port)
    }

    /// The host and the port, as sshc records them after the user of a job log's target.
    fn at(&self) -> String {
        let is_ipv6 = self.host.contains(':');
        if is_ipv6 { self.with_port() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The target, as sshc records it.
    fn target(&self) -> Option<String> {
        (!self.user.is_empty()).then(|| format!("{}@{}", recorded_user(&self.user), self.at()))
    }

    /// The permission to go there from this machine; `None` if none of its keys is on record.
    pub(super) fn restriction(&self, known_hosts: &str) -> Option<Restriction> {
        let exact: Vec<String> = self.target().into_iter().chain([self.name()]).collect();
        let all: Vec<String> = exact.iter().cloned().chain([self.wider_name()]).collect();
        let revoked = keys(known_hosts, "@revoked", &all);
        let of_names = |names: &[String]| {
            let of = |marker, is_authority| {
                let keys = keys(known_hosts, marker, names).into_iter();
                keys.map(move |key| (key, is_authority))
            };
            let mut keys: Vec<_> = of("", false).chain(of("@cert-authority", true)).collect();
            keys.retain(|(key, _)| !revoked.contains(key));
            keys.dedup();
            keys
        };
        let keys = Some(of_names(&exact)).filter(|keys| !keys.is_empty());
        let keys = keys.unwrap_or_else(|| of_names(&all));
        let to = Hop { user: self.user.clone(), host: self.name(), keys };
        (!to.keys.is_empty()).then(|| Restriction { from: Hop::default(), to })
    }

    /// Whether no user is named, and a target of one is on record there in clear.
    pub(super) fn wants_user(&self, known_hosts: &str) -> bool {
        let end = format!("@{}", self.at());
        let mut names = known_hosts.lines().filter_map(|line| line.split([' ', '\t']).next());
        self.user.is_empty() && names.any(|names| names.split(',').any(|name| name.ends_with(&end)))
    }
}

/// The user of a job log's target, as sshc records it before the `@`: in lower case, and bytes with
/// a special meaning in `known_hosts` as `%` and two digits.
#[must_use]
pub fn recorded_user(user: &str) -> String {
    let mut text = String::with_capacity(user.len());
    for byte in user.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'+' => text.push(char::from(byte)),
            b'A'..=b'Z' => text.push(char::from(byte.to_ascii_lowercase())),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(text, "%{byte:02x}");
            }
        }
    }
    text
}

/// The keys on lines with this marker that name one of these hosts.
fn keys(known_hosts: &str, wanted: &str, names: &[String]) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    for line in known_hosts.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let (marker, line) = match line.split_once([' ', '\t']) {
            Some((marker, rest)) if marker.starts_with('@') => (marker, rest.trim_start()),
            _ => ("", line),
        };
        let Some((hosts, key)) = line.split_once([' ', '\t']) else { continue };
        if marker == wanted && names.iter().any(|name| names_host(hosts, name)) {
            keys.extend(key.parse::<PublicKeyLine>().map(|key| key.blob().to_vec()));
        }
    }
    keys
}

/// Whether the first field of a line matches this host.
fn names_host(names: &str, host: &str) -> bool {
    if let Some(hashed) = names.strip_prefix("|1|") {
        return is_hash_of(hashed, host).unwrap_or_default();
    }
    let mut is_named = false;
    for name in names.split(',').map(str::to_ascii_lowercase) {
        match name.strip_prefix('!') {
            Some(not) if matches(host.as_bytes(), not.as_bytes()) => return false,
            Some(_) => {}
            None => is_named |= matches(host.as_bytes(), name.as_bytes()),
        }
    }
    is_named
}

/// Whether `SALT|HASH` is the HMAC-SHA1 of this name.
fn is_hash_of(hashed: &str, host: &str) -> Option<bool> {
    let (salt, hash) = hashed.split_once('|')?;
    let salt = BASE64.decode(salt.as_bytes()).ok()?;
    let hash = BASE64.decode(hash.as_bytes()).ok()?;
    let mac = Hmac::<Sha1>::new_from_slice(&salt).ok()?.chain_update(host);
    Some(mac.finalize().as_bytes().as_slice() == hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqpmbmWfLWsdRmgn+P/RIBUzqCCCYxYvWKrrfXIKh9m";

    #[test]
    fn a_destination_has_the_names_under_which_keys_are_recorded() {
        for (text, name, wider, target) in [
            ("node7", "node7", "[node7]:22", None),
            ("ada@Node7", "node7", "[node7]:22", Some("ada@node7:22")),
            (" ssh://ada@node7 ", "node7", "[node7]:22", Some("ada@node7:22")),
            ("Ada@node7:22", "node7", "[node7]:22", Some("ada@node7:22")),
            ("a@b@node7:2222", "[node7]:2222", "node7", Some("a%40b@node7:2222")),
            ("[node7]:2222", "[node7]:2222", "node7", None),
            ("2001:DB8:0:0::1", "2001:db8::1", "[2001:db8::1]:22", None),
            ("x@2001:db8::1", "2001:db8::1", "[2001:db8::1]:22", Some("x@[2001:db8::1]:22")),
            ("[2001:db8::1]:2222", "[2001:db8::1]:2222", "2001:db8::1", None),
        ] {
            let it = Destination::parse(text).unwrap();
            assert_eq!((it.name(), it.wider_name()), (name.into(), wider.into()), "{text}");
            assert_eq!(it.target().as_deref(), target, "{text}");
        }
        for text in
            ["", "@node7", "ada@", "node7:", "node7:0", "node7:65536", "a b", "[node7", "a,b"]
        {
            assert!(Destination::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lines_are_about_hosts_as_openssh_reads_them() {
        for (names, host, expected) in [
            ("node7,203.0.113.7", "203.0.113.7", true),
            ("Node7", "node7", true),
            ("node*,!node7", "node7", false),
            ("node*,!node7", "node8", true),
            ("[node7]:2222", "node7", false),
            ("[node7]:2222", "[node7]:2222", true),
            ("|1|c2FsdHNhbHRzYWx0c2FsdHNhbHQ=|/fIdwA4fPf4klkQLNgsZocemkSk=", "node7", true),
            ("|1|c2FsdHNhbHRzYWx0c2FsdHNhbHQ=|/fIdwA4fPf4klkQLNgsZocemkSk=", "node8", false),
            ("|1|nonsense", "node7", false),
        ] {
            assert_eq!(names_host(names, host), expected, "{names} {host}");
        }
    }

    /// How many keys a record has for a destination, and the first one's mark.
    fn found(destination: &str, record: &str) -> (usize, Option<bool>) {
        let restriction = Destination::parse(destination).unwrap().restriction(record);
        let keys = restriction.map(|it| it.to.keys).unwrap_or_default();
        (keys.len(), keys.first().map(|it| it.1))
    }

    #[test]
    fn markers_say_what_a_key_is() {
        for (record, expected) in [
            (format!("node7 {KEY}\n# node7 {KEY}\nother {KEY}"), (1, Some(false))),
            (format!("@cert-authority * {KEY}"), (1, Some(true))),
            (format!("node7 {KEY}\n@revoked * {KEY}"), (0, None)),
            (format!("@else node7 {KEY}\nnode7 ssh-ed25519 AAAA\nnode7"), (0, None)),
        ] {
            assert_eq!(found("node7", &record), expected, "{record}");
        }
    }

    #[test]
    fn keys_are_found_under_the_names_that_sshc_records() {
        for (destination, name, count) in [
            ("ada@node7:2222", "ada@node7:2222", 1),
            ("Ada@node7:2222", "ada@node7:2222", 1),
            ("ada@node7", "ada@node7:22", 1),
            ("a,b@node7", "a%2cb@node7:22", 1),
            ("ada@2001:db8::7", "ada@[2001:db8::7]:22", 1),
            // Another cluster at this address, and an address whose user is not named.
            ("eva@node7:2222", "ada@node7:2222", 0),
            ("node7:2222", "ada@node7:2222", 0),
            ("ada@node7:2222", "ada@node7:22", 0),
            // What is recorded for the whole host, or with the usual port.
            ("ada@node7:2222", "node7", 1),
            ("node7", "[node7]:22", 1),
            ("node7", "[node7]:2222", 0),
        ] {
            let record = format!("{name} {KEY}");
            assert_eq!(found(destination, &record).0, count, "{destination} {name}");
        }
        // The wider name does not count beside the exact one, unless the key is revoked there.
        let another = KEY.replace("Iqpmbm", "Iqqmbm");
        let record = format!("node7 {another}\n[node7]:2222 {KEY}");
        assert_eq!(found("node7:2222", &record).0, 1);
        let record = format!("@revoked node7 {KEY}\nada@node7:2222 {KEY}");
        assert_eq!(found("ada@node7:2222", &record).0, 0);
        let host = Destination::parse("node7:2222").unwrap();
        assert!(host.wants_user(&format!("ada@node7:2222 {KEY}")));
        assert!(!host.wants_user(&format!("ada@node7:22 {KEY}")));
        let other = Destination::parse("eva@node7:2222").unwrap();
        assert!(!other.wants_user(&format!("ada@node7:2222 {KEY}")));
    }
}
