//! Host certificates (OpenSSH's PROTOCOL.certkeys): a key that an authority on record vouches for.

use std::time::{SystemTime, UNIX_EPOCH};

use contract::shown;
use russh::keys::ssh_key::certificate::CertType;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::ssh_key::{Algorithm, Certificate, PublicKey};

use super::{Verdict, judge};
use crate::defaults::LEAST_RSA_BITS;
use crate::fingerprint::Fingerprint;
use crate::known_hosts::{KnownHosts, Marker, Name};
use crate::pattern::match_one;

/// Why a certificate of a known authority does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is that of a user.
    #[error("it is a user's certificate, not a host's")]
    UserCertificate,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYetValid,
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// It is made out to other hosts.
    #[error("it is not made out to `{}`", shown(.host))]
    OtherHost {
        /// The host that was meant.
        host: String,
    },
    /// It has a condition that must be understood, and is not.
    #[error("it has the unknown critical option `{}`", shown(.name))]
    CriticalOption {
        /// The condition.
        name: String,
    },
    /// It is signed with SHA-1, or by an RSA key of less than 2048 bits.
    #[error("its signature is of a kind too weak to be believed")]
    WeakSignature,
    /// It is signed with an algorithm that the user does not accept.
    #[error("its signature is of `{}`, which CASignatureAlgorithms leaves out", contract::shown(.name))]
    SignatureAlgorithm {
        /// The algorithm.
        name: String,
    },
    /// The authority has not signed this.
    #[error("its signature is wrong")]
    Signature,
}

/// What the files say about a certificate that a server showed.
///
/// `ca_signatures` are the algorithms that an authority may sign with.
///
/// A certificate of an authority that is not on record is worth as much as the key in it.
/// A certificate that is made out to no host in particular counts for all, as with `ssh`.
#[must_use]
pub fn judge_certificate(
    shown: &Certificate,
    names: &[Name],
    on_record: &KnownHosts,
    ca_signatures: &[String],
    now: SystemTime,
) -> Verdict {
    let authority = Fingerprint::of_data(shown.signature_key());
    let key = Fingerprint::of_data(shown.public_key());
    let mut vouching = None;
    for (line, _) in on_record.about(names) {
        let fingerprint = line.fingerprint();
        match line.marker {
            Marker::Revoked if fingerprint == authority || fingerprint == key => {
                return Verdict::Revoked { place: line.place.clone() };
            }
            Marker::CertAuthority if fingerprint == authority => {
                vouching.get_or_insert(&line.place);
            }
            _ => {}
        }
    }
    let Some(place) = vouching.cloned() else {
        return judge(&PublicKey::new(shown.public_key().clone(), ""), names, on_record);
    };
    match examine(shown, names, ca_signatures, now) {
        Ok(()) => Verdict::Known { place },
        Err(fault) => Verdict::BadCertificate { place, fault },
    }
}

/// Everything about a certificate but who signed it.
fn examine(
    shown: &Certificate,
    names: &[Name],
    ca_signatures: &[String],
    now: SystemTime,
) -> Result<(), Fault> {
    if shown.cert_type() != CertType::Host {
        return Err(Fault::UserCertificate);
    }
    // A clock before 1970 is wrong, and then nothing is valid yet.
    let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if now < shown.valid_after() {
        return Err(Fault::NotYetValid);
    }
    if now >= shown.valid_before() {
        return Err(Fault::Expired);
    }
    let principals = shown.valid_principals();
    let is_made_out_to =
        |name: &Name| principals.iter().any(|pattern| match_one(name.host_name(), pattern, false));
    if !principals.is_empty() && !names.iter().any(is_made_out_to) {
        let host = names.first().map(|name| name.host_name().to_owned()).unwrap_or_default();
        return Err(Fault::OtherHost { host });
    }
    if let Some((name, _)) = shown.critical_options().iter().next() {
        return Err(Fault::CriticalOption { name: name.clone() });
    }
    let short_rsa = |key: &KeyData| key.rsa().is_some_and(|rsa| rsa.key_size() < LEAST_RSA_BITS);
    let sha1 =
        matches!(shown.signature().algorithm(), Algorithm::Rsa { hash: None } | Algorithm::Dsa);
    if sha1 || short_rsa(shown.signature_key()) || short_rsa(shown.public_key()) {
        return Err(Fault::WeakSignature);
    }
    let algorithm = shown.signature().algorithm();
    if !ca_signatures.iter().any(|name| name == algorithm.as_str()) {
        return Err(Fault::SignatureAlgorithm { name: algorithm.as_str().to_owned() });
    }
    shown.verify_signature().map_err(|_| Fault::Signature)
}
