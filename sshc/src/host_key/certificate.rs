//! Host certificates (OpenSSH's PROTOCOL.certkeys): a key that an authority on record has signed.

use std::time::SystemTime;

use contract::shown;
use russh::keys::ssh_key::certificate::CertType;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::ssh_key::{Algorithm, Certificate, PublicKey};

use super::{Verdict, judge};
use crate::defaults::LEAST_RSA_BITS;
use crate::fingerprint::Fingerprint;
use crate::known_hosts::{KnownHosts, Marker, Name};
use crate::pattern::match_one;

/// Why a certificate of a known authority is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// It is a user certificate.
    #[error("it is a user's certificate, not a host's")]
    UserCertificate,
    /// It is not valid yet.
    #[error("it is not valid yet")]
    NotYetValid,
    /// It has expired.
    #[error("it has expired")]
    Expired,
    /// It names other hosts.
    #[error("it is not valid for the name `{}`", shown(.host))]
    OtherHost {
        /// The host to which we connect.
        host: String,
    },
    /// It has a critical option that we do not know.
    #[error("it has the unknown critical option `{}`", shown(.name))]
    CriticalOption {
        /// The option.
        name: String,
    },
    /// It is signed with SHA-1, or its key or the authority's is an RSA key of less than 2048 bits.
    #[error("its signature algorithm is too weak")]
    WeakSignature,
    /// The signature uses an algorithm that the user does not accept.
    #[error("its signature uses `{}`, which CASignatureAlgorithms leaves out", contract::shown(.name))]
    SignatureAlgorithm {
        /// The algorithm.
        name: String,
    },
    /// The signature is not the authority's.
    #[error("its signature is wrong")]
    Signature,
}

/// What the files say about a certificate that a server showed.
///
/// An authority may sign with the algorithms in `ca_signatures`.
///
/// Without a record of its authority, a certificate counts as the plain key in it, if the user
/// `accepts_plain` keys of its type. As with `ssh`, a plain key on record also makes up for a
/// certificate that is not valid. One that names no host is valid for none.
#[must_use]
pub fn judge_certificate(
    shown: &Certificate,
    names: &[Name],
    on_record: &KnownHosts,
    ca_signatures: &[String],
    accepts_plain: bool,
    now: SystemTime,
) -> Verdict {
    if let Some(place) = on_record.listed_as_revoked(|list| list.revokes_certificate(shown)) {
        return Verdict::Revoked { place: place.clone() };
    }
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
    let plain = PublicKey::new(shown.public_key().clone(), "");
    let plain = accepts_plain.then(|| judge(&plain, names, on_record));
    let Some(place) = vouching.cloned() else {
        return plain.unwrap_or(Verdict::NotCertified);
    };
    match examine(shown, names, ca_signatures, now) {
        Ok(()) => Verdict::Known { place },
        Err(fault) => match plain {
            Some(known @ Verdict::Known { .. }) => known,
            _ => Verdict::BadCertificate { place, fault },
        },
    }
}

/// Checks everything in a certificate except which authority signed it.
fn examine(
    shown: &Certificate,
    names: &[Name],
    ca_signatures: &[String],
    now: SystemTime,
) -> Result<(), CertificateError> {
    if shown.cert_type() != CertType::Host {
        return Err(CertificateError::UserCertificate);
    }
    // With a clock before 1970, which is wrong, no certificate is valid yet.
    let now = keygen::date::seconds_since_1970(now);
    if now < shown.valid_after() {
        return Err(CertificateError::NotYetValid);
    }
    if now >= shown.valid_before() {
        return Err(CertificateError::Expired);
    }
    let principals = shown.valid_principals();
    let is_made_out_to =
        |name: &Name| principals.iter().any(|pattern| match_one(name.host_name(), pattern, false));
    if !names.iter().any(is_made_out_to) {
        let host = names.first().map(|name| name.host_name().to_owned()).unwrap_or_default();
        return Err(CertificateError::OtherHost { host });
    }
    if let Some((name, _)) = shown.critical_options().iter().next() {
        return Err(CertificateError::CriticalOption { name: name.clone() });
    }
    let short_rsa = |key: &KeyData| key.rsa().is_some_and(|rsa| rsa.key_size() < LEAST_RSA_BITS);
    let sha1 =
        matches!(shown.signature().algorithm(), Algorithm::Rsa { hash: None } | Algorithm::Dsa);
    if sha1 || short_rsa(shown.signature_key()) || short_rsa(shown.public_key()) {
        return Err(CertificateError::WeakSignature);
    }
    let algorithm = shown.signature().algorithm();
    if !ca_signatures.iter().any(|name| name == algorithm.as_str()) {
        return Err(CertificateError::SignatureAlgorithm { name: algorithm.as_str().to_owned() });
    }
    shown.verify_signature().map_err(|_| CertificateError::Signature)
}
