//! Whether to trust the key that a server shows, given the keys on record.
//!
//! Only decisions and texts. [`known_hosts`](crate::known_hosts) reads and writes the files; the
//! code that connects asks, answers and refuses.

pub mod alert;
mod certificate;
pub(crate) mod job_script;

use russh::keys::ssh_key::PublicKey;

use crate::fingerprint::Fingerprint;
use crate::known_hosts::{KnownHosts, Marker, Name, Place, Relation};
pub use certificate::{CertificateError, judge_certificate};

/// What is known about a key that a server shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is on record for this server, or an authority on record vouches for it.
    Known {
        /// Where the record stands.
        place: Place,
    },
    /// Nothing is on record for this server.
    Unknown,
    /// Other keys are on record for this server, but not this one. Their types do not matter.
    Changed {
        /// All keys on record; at least one.
        recorded: Vec<RecordedKey>,
    },
    /// The key must not be accepted, whatever else is on record.
    Revoked {
        /// Where the revocation stands.
        place: Place,
    },
    /// No authority on record signed the certificate, and the user does not want its plain key.
    NotCertified,
    /// An authority on record signed the certificate, but it is not valid for this host and time.
    BadCertificate {
        /// Where the authority stands.
        place: Place,
        /// What is wrong with the certificate.
        fault: CertificateError,
    },
}

/// A key on record for a server that shows another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedKey {
    /// Where it stands.
    pub place: Place,
    /// Its type, such as `ssh-ed25519`.
    pub key_type: String,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

/// What the files say about a key of a server that goes by any of `names`.
///
/// A revocation overrides all else. Otherwise any line with this key accepts it, also a line for
/// the whole host when the name is that of a port or a target. If a line for the whole host has
/// another key, that is no contradiction.
#[must_use]
pub fn judge(shown: &PublicKey, names: &[Name], on_record: &KnownHosts) -> Verdict {
    if let Some(place) = on_record.listed_as_revoked(|list| list.revokes(shown.key_data())) {
        return Verdict::Revoked { place: place.clone() };
    }
    let shown = Fingerprint::of(shown);
    let mut known = None;
    let mut recorded = Vec::new();
    for (line, relation) in on_record.about(names) {
        let fingerprint = line.fingerprint();
        let same = fingerprint == shown;
        match (line.marker, relation) {
            (Marker::Revoked, _) if same => {
                return Verdict::Revoked { place: line.place.clone() };
            }
            (Marker::HostKey, _) if same => {
                known.get_or_insert(&line.place);
            }
            (Marker::HostKey, Relation::Named) => recorded.push(RecordedKey {
                place: line.place.clone(),
                key_type: line.key_type().to_owned(),
                fingerprint,
            }),
            _ => {}
        }
    }
    match known {
        Some(place) => Verdict::Known { place: place.clone() },
        None if recorded.is_empty() => Verdict::Unknown,
        None => Verdict::Changed { recorded },
    }
}

#[cfg(test)]
mod tests;
