//! The host keys in OpenSSH's `known_hosts` (`sshd(8)`), for keys that are limited to certain
//! hosts.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::restriction::{Hop, Restriction, matches};
use crate::public_key::PublicKeyLine;

/// A host as a user names it: `[user@]host[:port]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// A pattern; empty for every user.
    user: String,
    /// As in `known_hosts`: `host`, or `[host]:port` if the port is not 22.
    pub(super) host: String,
}

impl Destination {
    /// Parses the value of `--only`.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "write a host as host, user@host, host:2222 or [2001:db8::1]:2222";
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
        let host = if port == 22 { name } else { format!("[{name}]:{port}") };
        Ok(Self { user: user.to_owned(), host })
    }

    /// The permission to go there from this machine; `None` if none of its keys is on record.
    pub(super) fn restriction(&self, known_hosts: &str) -> Option<Restriction> {
        let keys = keys(known_hosts, &self.host);
        let to = Hop { user: self.user.clone(), host: self.host.clone(), keys };
        (!to.keys.is_empty()).then(|| Restriction { from: Hop::default(), to })
    }
}

/// The keys of a host, each with whether it is an authority's. Revoked keys are left out.
fn keys(known_hosts: &str, host: &str) -> Vec<(Vec<u8>, bool)> {
    let (mut keys, mut revoked) = (Vec::new(), Vec::new());
    for line in known_hosts.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let (marker, line) = match line.split_once([' ', '\t']) {
            Some((marker, rest)) if marker.starts_with('@') => (marker, rest.trim_start()),
            _ => ("", line),
        };
        let Some((names, key)) = line.split_once([' ', '\t']) else { continue };
        let Ok(key) = key.parse::<PublicKeyLine>() else { continue };
        if !names_host(names, host) {
            continue;
        }
        match marker {
            "" => keys.push((key.blob().to_vec(), false)),
            "@cert-authority" => keys.push((key.blob().to_vec(), true)),
            "@revoked" => revoked.push(key.blob().to_vec()),
            _ => {}
        }
    }
    keys.retain(|(key, _)| !revoked.contains(key));
    keys.dedup();
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
    fn a_destination_is_as_it_is_on_record() {
        for (text, user, host) in [
            ("node7", "", "node7"),
            ("ada@Node7", "ada", "node7"),
            ("ada@node7:22", "ada", "node7"),
            ("a@b@node7:2222", "a@b", "[node7]:2222"),
            ("[node7]:2222", "", "[node7]:2222"),
            ("2001:db8::1", "", "2001:db8::1"),
            ("[2001:db8::1]:2222", "", "[2001:db8::1]:2222"),
        ] {
            let expected = Destination { user: user.into(), host: host.into() };
            assert_eq!(Destination::parse(text), Ok(expected), "{text}");
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

    #[test]
    fn markers_say_what_a_key_is() {
        let count = |text: &str| keys(text, "node7").len();
        assert_eq!(count(&format!("node7 {KEY}\n# node7 {KEY}\nother {KEY}")), 1);
        assert_eq!(
            keys(&format!("@cert-authority * {KEY}"), "node7").first().map(|it| it.1),
            Some(true)
        );
        assert_eq!(count(&format!("node7 {KEY}\n@revoked * {KEY}")), 0);
        assert_eq!(count(&format!("@else node7 {KEY}\nnode7 ssh-ed25519 AAAA\nnode7")), 0);
    }
}
