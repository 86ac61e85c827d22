//! `restrict-destination-v00@openssh.com`: the hosts between which a key may be used (OpenSSH's
//! `PROTOCOL.agent` §2).

use std::fmt;

use ssh_key::PublicKey;
use ssh_key::certificate::CertType;

use super::message::put_string;
use crate::wire::{Reader, Truncated};

/// The name of the constraint.
pub(super) const NAME: &[u8] = b"restrict-destination-v00@openssh.com";

/// The limit of OpenSSH's agent.
const LIMIT: usize = 1024;

/// A permission: from a host, or from this machine, to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Restriction {
    pub(super) from: Hop,
    pub(super) to: Hop,
}

/// A host, identified by its keys; the first hop is this machine, without a name or keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// A pattern; empty for every user.
    pub(super) user: String,
    pub(super) host: String,
    /// Each key with whether it is an authority's.
    pub(super) keys: Vec<(Vec<u8>, bool)>,
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.user.as_str() {
            "" => f.write_str(&self.host),
            user => write!(f, "{user}@{}", self.host),
        }
    }
}

/// Parses all permissions of a key; at least one.
pub(super) fn read_all(contents: &[u8]) -> Result<Vec<Restriction>, Truncated> {
    let mut fields = Reader::new(contents);
    let mut all = Vec::new();
    while !fields.rest().is_empty() {
        all.push(read(fields.string()?)?);
    }
    if all.is_empty() || all.len() > LIMIT { Err(Truncated) } else { Ok(all) }
}

fn read(contents: &[u8]) -> Result<Restriction, Truncated> {
    let mut fields = Reader::new(contents);
    let (from, to) = (hop(fields.string()?)?, hop(fields.string()?)?);
    let reserved = fields.string()?;
    let here = from.host.is_empty();
    let sound = reserved.is_empty()
        && fields.rest().is_empty()
        && from.user.is_empty()
        && here == from.keys.is_empty()
        && !to.host.is_empty()
        && !to.keys.is_empty();
    if sound { Ok(Restriction { from, to }) } else { Err(Truncated) }
}

fn hop(contents: &[u8]) -> Result<Hop, Truncated> {
    let mut fields = Reader::new(contents);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| Truncated);
    let (user, host) = (text(fields.string()?)?, text(fields.string()?)?);
    if !fields.string()?.is_empty() {
        return Err(Truncated);
    }
    let mut keys = Vec::new();
    while !fields.rest().is_empty() {
        let key = fields.string()?;
        keys.push((key.to_vec(), fields.bytes(1)? != [0]));
    }
    Ok(Hop { user, host, keys })
}

/// The contents of the constraint, in the protocol's form: one string around all permissions.
pub(super) fn write_all(restrictions: &[Restriction]) -> Vec<u8> {
    let mut all = Vec::new();
    for restriction in restrictions {
        let mut one = Vec::new();
        put_string(&mut one, &written(&restriction.from));
        put_string(&mut one, &written(&restriction.to));
        put_string(&mut one, b"");
        put_string(&mut all, &one);
    }
    let mut contents = Vec::new();
    put_string(&mut contents, &all);
    contents
}

fn written(hop: &Hop) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in [hop.user.as_bytes(), hop.host.as_bytes(), b""] {
        put_string(&mut bytes, field);
    }
    for (key, is_authority) in &hop.keys {
        put_string(&mut bytes, key);
        bytes.push(u8::from(*is_authority));
    }
    bytes
}

impl Restriction {
    /// Whether it permits the route from one host (`None`: from this machine) to another (`None`:
    /// to any) as this user (`None`: as any).
    pub(super) fn permits(
        &self,
        from: Option<&[u8]>,
        to: Option<&[u8]>,
        user: Option<&str>,
    ) -> bool {
        let begins = match from {
            None => self.from.host.is_empty() && self.from.keys.is_empty(),
            Some(key) => self.from.is(key),
        };
        begins
            && to.is_none_or(|key| self.to.is(key))
            && user.is_none_or(|user| {
                self.to.user.is_empty() || matches(user.as_bytes(), self.to.user.as_bytes())
            })
    }
}

impl Hop {
    /// Whether this is the host with this key: by the key itself, or by the authority of its
    /// certificate.
    fn is(&self, host_key: &[u8]) -> bool {
        let parsed = PublicKey::from_bytes(host_key).ok();
        let certificate = parsed.as_ref().and_then(|key| key.key_data().certificate());
        self.keys.iter().any(|(key, is_authority)| match certificate {
            None => !is_authority && key == host_key,
            Some(certificate) => {
                let authority = PublicKey::from(certificate.signature_key().clone());
                *is_authority
                    && authority.to_bytes().is_ok_and(|bytes| bytes == *key)
                    && certificate.cert_type() == CertType::Host
                    && certificate.valid_principals().contains(&self.host)
            }
        })
    }
}

/// OpenSSH's patterns: `*` for any text, `?` for any character.
pub(super) fn matches(text: &[u8], pattern: &[u8]) -> bool {
    // The position after the last `*`, and how much of the text that `*` has matched.
    let (mut at, mut wanted, mut star) = (0, 0, None);
    while at < text.len() {
        match pattern.get(wanted) {
            Some(b'*') => {
                star = Some((wanted, at));
                wanted += 1;
            }
            Some(c) if *c == b'?' || text.get(at) == Some(c) => {
                at += 1;
                wanted += 1;
            }
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    wanted = place + 1;
                    at = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(wanted).all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, key: &[u8]) -> Hop {
        Hop { host: name.into(), keys: vec![(key.to_vec(), false)], ..Hop::default() }
    }

    #[test]
    fn what_is_written_is_read() {
        let all = [
            Restriction {
                from: Hop::default(),
                to: Hop { user: "ada*".into(), ..host("a", b"A") },
            },
            Restriction { from: host("a", b"A"), to: host("b", b"B") },
        ];
        let contents = write_all(&all);
        let inner = Reader::new(&contents).string().expect("one string");
        assert_eq!(read_all(inner).as_deref(), Ok(&all[..]));
        for length in 1..inner.len() {
            assert_ne!(read_all(&inner[..length]).as_deref(), Ok(&all[..]), "{length}");
        }
        let nowhere = [Restriction { from: Hop::default(), to: Hop::default() }];
        let contents = write_all(&nowhere);
        assert!(read_all(Reader::new(&contents).string().expect("one string")).is_err());
    }

    type Case<'a> = (&'a Restriction, Option<&'a [u8]>, Option<&'a [u8]>, Option<&'a str>, bool);

    #[test]
    fn ways_are_permitted_hop_by_hop() {
        let first =
            Restriction { from: Hop::default(), to: Hop { user: "a?a".into(), ..host("a", b"A") } };
        let second = Restriction { from: host("a", b"A"), to: host("b", b"B") };
        let table: [Case<'_>; 8] = [
            (&first, None, Some(b"A"), Some("ada"), true),
            (&first, None, Some(b"A"), Some("adam"), false),
            (&first, None, Some(b"A"), None, true),
            (&first, None, Some(b"B"), Some("ada"), false),
            (&first, Some(b"A"), Some(b"A"), Some("ada"), false),
            (&second, Some(b"A"), Some(b"B"), Some("eve"), true),
            (&second, Some(b"A"), None, None, true),
            (&second, None, Some(b"B"), None, false),
        ];
        for (at, (restriction, from, to, user, permitted)) in table.into_iter().enumerate() {
            assert_eq!(restriction.permits(from, to, user), permitted, "{at}");
        }
    }

    #[test]
    fn patterns_are_those_of_ssh_config() {
        for (text, pattern, expected) in [
            ("ada", "*", true),
            ("ada", "a*a", true),
            ("ada", "a?", false),
            ("", "*", true),
            ("", "?", false),
            ("aab", "a*b", true),
            ("abc", "*b", false),
            ("ada", "", false),
        ] {
            assert_eq!(matches(text.as_bytes(), pattern.as_bytes()), expected, "{text} {pattern}");
        }
    }
}
