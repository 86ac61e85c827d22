//! One line of `known_hosts` (sshd(8), `SSH_KNOWN_HOSTS FILE FORMAT`).

mod names;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use data_encoding::BASE64;
use russh::keys::ssh_key::{Algorithm, PublicKey};

use super::day::{Day, USED};
use super::server_name::Name;
use crate::fingerprint::Fingerprint;
use names::Names;
pub(super) use names::hashed;

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub file: Arc<Path>,
    /// The line, counted from 1; 0 for a place without lines.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", contract::shown(&*self.file)),
            line => write!(f, "{}:{line}", contract::shown(&*self.file)),
        }
    }
}

/// What a line says about its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// The key of the hosts named.
    HostKey,
    /// The key that signs the certificates of the hosts named (`@cert-authority`).
    CertAuthority,
    /// A key that must never be accepted from the hosts named (`@revoked`).
    Revoked,
}

/// How a line applies to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It names the server.
    Named,
    /// It names the whole host, where the server's name is that of a port or of a target.
    Covered,
}

/// A key on record.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where the line stands.
    pub place: Place,
    /// What the line says about the key.
    pub marker: Marker,
    /// The day of its last use, if the comment of the line has one.
    pub(super) used: Option<Day>,
    names: Names,
    /// The key as the server would send it (RFC 4253 §6.6).
    blob: Vec<u8>,
}

/// Why a line is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It begins with an unknown `@` word.
    #[error("unknown marker")]
    Marker,
    /// There is no key after the names.
    #[error("no key")]
    NoKey,
    /// The hashed name is not `|1|salt|hash`.
    #[error("malformed hashed name")]
    Hash,
    /// The key is not base64, or not of the type that the line names.
    #[error("malformed key")]
    Key,
}

impl Relation {
    pub(super) fn closer(self, other: Self) -> Self {
        if other == Self::Named { other } else { self }
    }
}

impl Entry {
    /// Reads a line, without its line end; `None` for an empty line or a comment.
    pub(super) fn parse(text: &str, place: &Place) -> Result<Option<Self>, LineError> {
        let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty()).peekable();
        let marker = match words.peek() {
            None => return Ok(None),
            Some(word) if word.starts_with('#') => return Ok(None),
            Some(&"@cert-authority") => Marker::CertAuthority,
            Some(&"@revoked") => Marker::Revoked,
            Some(word) if word.starts_with('@') => return Err(LineError::Marker),
            Some(_) => Marker::HostKey,
        };
        if marker != Marker::HostKey {
            words.next();
        }
        let (Some(names), Some(kind), Some(base64)) = (words.next(), words.next(), words.next())
        else {
            return Err(LineError::NoKey);
        };
        let names = Names::parse(names)?;
        let blob = BASE64.decode(base64.as_bytes()).map_err(|_| LineError::Key)?;
        if key_type(&blob) != Some(kind) {
            return Err(LineError::Key);
        }
        let used = words.find_map(|word| word.strip_prefix(USED)?.parse().ok());
        Ok(Some(Self { place: place.clone(), marker, used, names, blob }))
    }

    /// A key that is on record in another place, as an entry.
    pub(crate) fn recorded(place: Place, name: &Name, blob: Vec<u8>) -> Self {
        let names = Names::Patterns(name.written().into());
        Self { place, marker: Marker::HostKey, used: None, names, blob }
    }

    /// A key that no server may show.
    pub(super) fn revoked(place: Place, blob: Vec<u8>) -> Self {
        let names = Names::Patterns("*".into());
        Self { place, marker: Marker::Revoked, used: None, names, blob }
    }

    /// Whether the line is for a target at the same address, with another user.
    pub(super) fn is_target_beside(&self, name: &Name) -> bool {
        let Names::Patterns(patterns) = &self.names else { return false };
        patterns.split(',').any(|it| {
            it.split_once('@').is_some_and(|(_, at)| at == name.at()) && it != name.written()
        })
    }

    /// How this line applies to a server; `None` if it does not.
    #[must_use]
    pub fn relation_to(&self, name: &Name) -> Option<Relation> {
        if self.names.match_name(name.written()) {
            Some(Relation::Named)
        } else if name.covered_by().any(|wider| self.names.match_name(wider)) {
            Some(Relation::Covered)
        } else {
            None
        }
    }

    /// Whether the line names exactly this name, and is not just a pattern that matches it.
    pub(super) fn is_written_for(&self, name: &Name) -> bool {
        let literal = match &self.names {
            Names::Patterns(list) => !list.contains(['*', '?', '!']),
            Names::Hashed { .. } => true,
        };
        self.marker == Marker::HostKey && literal && self.names.match_name(name.written())
    }

    /// The same, with at most one other name: OpenSSH used to add the address there.
    pub(super) fn is_written_for_few(&self, name: &Name) -> bool {
        let few = match &self.names {
            Names::Patterns(list) => list.matches(',').count() <= 1,
            Names::Hashed { .. } => true,
        };
        few && self.is_written_for(name)
    }

    /// Whether the line has a name of one of two servers, but not of the other, and further names.
    pub(super) fn is_about_one_of(&self, names: [&Name; 2]) -> bool {
        let has_several = matches!(&self.names, Names::Patterns(list) if list.contains(','));
        let [one, other] = names.map(|name| self.names.match_name(name.written()));
        has_several && one != other
    }

    /// Whether the line has this key, in SSH's encoding.
    pub(super) fn has_key(&self, blob: &[u8]) -> bool {
        self.blob == blob
    }

    /// The line's names and its place, escaped.
    pub(super) fn names_shown(&self) -> String {
        match &self.names {
            Names::Patterns(list) => format!("{} ({})", contract::shown(&**list), self.place),
            Names::Hashed { .. } => format!("a hashed name ({})", self.place),
        }
    }

    /// SSH's name for the type of the key, such as `ssh-ed25519`.
    #[must_use]
    pub fn key_type(&self) -> &str {
        key_type(&self.blob).unwrap_or_default()
    }

    /// The type of the key; `None` if the name is unknown.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        Algorithm::new(self.key_type()).ok()
    }

    /// The key; `None` if its type is unknown here.
    #[must_use]
    pub fn key(&self) -> Option<PublicKey> {
        PublicKey::from_bytes(&self.blob).ok()
    }

    /// The SHA-256 fingerprint of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::sha256_of(&self.blob)
    }
}

/// The type name at the start of a key (RFC 4253 §6.6): a length of four bytes, then the text.
fn key_type(blob: &[u8]) -> Option<&str> {
    let (length, rest) = blob.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    str::from_utf8(rest.get(..length)?).ok()
}
