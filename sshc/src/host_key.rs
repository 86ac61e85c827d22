//! Who the server is: what a key that it shows is worth, given what is on record.
//!
//! Decisions and texts only. Files are read and written in [`known_hosts`](crate::known_hosts);
//! asking, answering and refusing happen where the connection is made.

pub mod alert;
mod certificate;
pub(crate) mod job_script;

use russh::keys::ssh_key::PublicKey;

use crate::fingerprint::Fingerprint;
use crate::known_hosts::{KnownHosts, Marker, Name, Place, Relation};
pub use certificate::{Fault as CertificateFault, judge_certificate};

/// What is known about a key that a server shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is on record for this server, or an authority on record vouches for it.
    Known {
        /// Where that stands.
        place: Place,
    },
    /// Nothing is on record for this server.
    Unknown,
    /// Other keys are on record for this server, and this one is not, be it of their type or not.
    Changed {
        /// All that are on record; at least one.
        recorded: Vec<Recorded>,
    },
    /// It must not be accepted, whatever else is on record.
    Revoked {
        /// Where that stands.
        place: Place,
    },
    /// An authority on record signed a certificate that does not hold here and now.
    BadCertificate {
        /// Where the authority stands.
        place: Place,
        /// What is wrong with the certificate.
        fault: CertificateFault,
    },
}

/// A key on record for a server that shows another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Where it stands.
    pub place: Place,
    /// Its type, such as `ssh-ed25519`.
    pub key_type: String,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

/// What the files say about a key that a server showed, when it goes by any of `names`.
///
/// One revocation beats all; else any line with this key accepts it, also one for the host where
/// the name is that of a port or a target. That the wider line has another key says nothing.
#[must_use]
pub fn judge(shown: &PublicKey, names: &[Name], on_record: &KnownHosts) -> Verdict {
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
            (Marker::HostKey, Relation::Named) => recorded.push(Recorded {
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
