//! The facts about a certificate: for which names, how long, by which authority.

use contract::shown;
use serde::Serialize;
use ssh_key::{Certificate, HashAlg};

use crate::date;

/// Lines for people: a name and a value each.
pub(super) fn facts(certificate: &Certificate) -> [(&'static str, String); 4] {
    let identity = format!("{}, serial {}", shown(certificate.key_id()), certificate.serial());
    let principals: Vec<String> = certificate.valid_principals().iter().map(shown).collect();
    let principals = if principals.is_empty() { "any".into() } else { principals.join(", ") };
    let valid = match (certificate.valid_after(), end_of(certificate)) {
        (0, None) => "always".into(),
        (0, Some(end)) => format!("until {}", date::of_moment(end)),
        (start, None) => format!("from {}", date::of_moment(start)),
        (start, Some(end)) => {
            format!("from {} until {}", date::of_moment(start), date::of_moment(end))
        }
    };
    [
        ("certificate", identity),
        ("principals", principals),
        ("valid", valid),
        ("signed by", signer(certificate)),
    ]
}

/// What `--json` prints about a certificate.
#[derive(Serialize)]
pub(super) struct Object {
    key_id: String,
    serial: u64,
    principals: Vec<String>,
    /// In seconds since 1970.
    valid_after: u64,
    /// In seconds since 1970; null for a certificate that does not expire.
    valid_before: Option<u64>,
    signed_by: String,
}

impl Object {
    pub(super) fn new(certificate: &Certificate) -> Self {
        Self {
            key_id: certificate.key_id().to_owned(),
            serial: certificate.serial(),
            principals: certificate.valid_principals().to_vec(),
            valid_after: certificate.valid_after(),
            valid_before: end_of(certificate),
            signed_by: signer(certificate),
        }
    }
}

/// The largest number means "does not expire" (OpenSSH's PROTOCOL.certkeys).
fn end_of(certificate: &Certificate) -> Option<u64> {
    Some(certificate.valid_before()).filter(|end| *end != u64::MAX)
}

fn signer(certificate: &Certificate) -> String {
    certificate.signature_key().fingerprint(HashAlg::Sha256).to_string()
}
