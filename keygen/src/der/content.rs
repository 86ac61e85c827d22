//! Recognises what a DER structure contains by its fields, and the identifiers of algorithms in it.

use super::{BIT_STRING, Der, INTEGER, OCTET_STRING, SEQUENCE};

/// rsaEncryption, 1.2.840.113549.1.1.1.
pub(crate) const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
/// id-ecPublicKey, 1.2.840.10045.2.1.
pub(crate) const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
/// id-dsa, 1.2.840.10040.4.1.
pub(crate) const DSA: &[u8] = b"\x2a\x86\x48\xce\x38\x04\x01";
/// id-Ed25519, 1.3.101.112 (RFC 8410).
pub(crate) const ED25519: &[u8] = b"\x2b\x65\x70";
/// The content of a DER structure, judged by its fields and not by the lines around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// `RSAPrivateKey` (RFC 8017 A.1.2).
    Pkcs1,
    /// `ECPrivateKey` (RFC 5915).
    Sec1,
    /// OpenSSL's own.
    Dsa,
    /// `OneAsymmetricKey` (RFC 5958).
    Pkcs8,
    /// `EncryptedPrivateKeyInfo` (RFC 5958 §3).
    Encrypted,
    /// `SubjectPublicKeyInfo` (RFC 5280 §4.1).
    Spki,
    /// `RSAPublicKey` (RFC 8017 A.1.1).
    Pkcs1Public,
    /// `Certificate` (RFC 5280 §4.1).
    Certificate,
    /// `CertificationRequest` (RFC 2986).
    Request,
    /// `PFX` (RFC 7292 §4).
    Pkcs12,
}

impl Content {
    /// What these bytes contain, if it is a known structure.
    pub(crate) fn of(der: &[u8]) -> Option<Self> {
        let mut fields = Der::new(der).sequence().ok()?;
        let first = fields.next_tag()?;
        let mut inner = fields;
        if first == SEQUENCE {
            let mut first = inner.sequence().ok()?;
            return match inner.next_tag()? {
                OCTET_STRING => Some(Self::Encrypted),
                BIT_STRING => Some(Self::Spki),
                // A request begins with its version; a certificate begins with a tagged version, or
                // with its serial number.
                SEQUENCE if first.small() == Ok(0) => Some(Self::Request),
                SEQUENCE => Some(Self::Certificate),
                _ => None,
            };
        }
        let version = fields.positive().ok()?;
        match fields.next_tag()? {
            SEQUENCE if version == [3] => Some(Self::Pkcs12),
            SEQUENCE => Some(Self::Pkcs8),
            OCTET_STRING => Some(Self::Sec1),
            INTEGER => {
                let mut numbers = 1;
                while fields.expect(INTEGER).is_ok() {
                    numbers += 1;
                }
                match numbers {
                    2 => Some(Self::Pkcs1Public),
                    6 if fields.is_empty() && version.is_empty() => {
                        Some(Self::dsa_or_rsa_without_crt(der))
                    }
                    6.. => Some(Self::Pkcs1),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Six numbers: a version, then p, q, g, y and x of DSA or n, e, d, p and q of RSA. The third
    /// one of DSA is longer than a public exponent.
    fn dsa_or_rsa_without_crt(der: &[u8]) -> Self {
        let mut fields = Der::new(der).sequence().unwrap_or_else(|_| Der::new(b""));
        let second = (0..3).filter_map(|_| fields.positive().ok()).last().unwrap_or_default();
        if second.len() <= 8 { Self::Pkcs1 } else { Self::Dsa }
    }
}
