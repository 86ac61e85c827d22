//! Key revocation lists (OpenSSH's PROTOCOL.krl): the keys and certificates that a binary file
//! revokes. `ssh-keygen -k` writes them.

use russh::keys::ssh_key::public::KeyData;
use russh::keys::ssh_key::{Certificate, PublicKey, Signature};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use signature::Verifier as _;

use crate::agent::message::Fields;

/// The first bytes of every list.
pub(super) const MAGIC: &[u8] = b"SSHKRL\n\0";

const VERSION: u32 = 1;

/// The types of sections.
const CERTIFICATES: u8 = 1;
const EXPLICIT_KEYS: u8 = 2;
const SHA1_FINGERPRINTS: u8 = 3;
const SIGNATURE: u8 = 4;
const SHA256_FINGERPRINTS: u8 = 5;
const EXTENSION: u8 = 255;

/// The types of sections inside a section of certificates.
const SERIAL_LIST: u8 = 0x20;
const SERIAL_RANGE: u8 = 0x21;
const SERIAL_BITMAP: u8 = 0x22;
const KEY_IDS: u8 = 0x23;
const CERTIFICATE_EXTENSION: u8 = 0x39;

/// What a list revokes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevocationList {
    /// Revoked keys, by the hash of their wire form.
    sha256: Vec<[u8; 32]>,
    sha1: Vec<[u8; 20]>,
    certificates: Vec<Certificates>,
}

/// The revoked certificates of one authority.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Certificates {
    /// The authority's key, by its hash; `None` for every authority.
    authority: Option<[u8; 32]>,
    serials: Vec<u64>,
    /// First and last serial number.
    ranges: Vec<(u64, u64)>,
    bitmaps: Vec<Bitmap>,
    key_ids: Vec<Box<[u8]>>,
}

/// Serial numbers as the bits of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bitmap {
    /// The serial number for bit 0.
    offset: u64,
    /// Big-endian, without leading zeros.
    bits: Box<[u8]>,
}

/// Why a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationListError {
    /// It ends in the middle of a value.
    #[error("the key revocation list is cut off")]
    CutOff,
    /// Bytes are left where a section should end.
    #[error("the key revocation list has more in a section than belongs there")]
    Surplus,
    /// It has another version.
    #[error("the key revocation list has version {0}, and only {VERSION} is known")]
    Version(u32),
    /// It has an unknown section.
    #[error("the key revocation list has a section of the unknown type {0}")]
    Section(u8),
    /// It has an unknown extension that must not be ignored.
    #[error("the key revocation list has the unknown critical extension `{}`", contract::shown(.0))]
    Extension(String),
    /// A fingerprint is too long or too short.
    #[error("the key revocation list has a fingerprint of {0} bytes")]
    Fingerprint(usize),
    /// A certificate authority is not a public key.
    #[error("the key revocation list names an authority that is not a public key")]
    Authority,
    /// Serial numbers that cannot be: 0, which stands for none, or a range from its end.
    #[error("the key revocation list has invalid serial numbers")]
    Serial,
    /// A signature is not by its key.
    #[error("the key revocation list has an invalid signature")]
    Signature,
    /// A section that a signature does not cover.
    #[error("the key revocation list goes on after its signature")]
    AfterSignature,
}

impl RevocationList {
    /// Reads a whole list, from its magic number on.
    ///
    /// # Errors
    ///
    /// [`RevocationListError`] for anything that is not understood: it may revoke any key.
    pub fn parse(bytes: &[u8]) -> Result<Self, RevocationListError> {
        let mut rest = Fields(bytes.strip_prefix(MAGIC).ok_or(RevocationListError::CutOff)?);
        let version = whole(rest.uint32())?;
        if version != VERSION {
            return Err(RevocationListError::Version(version));
        }
        // Number, date and flags of the list; no flag is defined.
        for _ in 0..3 {
            whole(rest.uint64())?;
        }
        // A reserved field and a comment.
        whole(rest.string())?;
        whole(rest.string())?;
        let mut list = Self::default();
        let mut is_signed = false;
        while !rest.0.is_empty() {
            let kind = whole(rest.byte())?;
            let body = whole(rest.string())?;
            match kind {
                SIGNATURE => {
                    let signed = bytes.len() - rest.0.len();
                    verify(
                        bytes.get(..signed).ok_or(RevocationListError::CutOff)?,
                        body,
                        whole(rest.string())?,
                    )?;
                    is_signed = true;
                }
                _ if is_signed => return Err(RevocationListError::AfterSignature),
                _ => list.section(kind, Fields(body))?,
            }
        }
        Ok(list)
    }

    fn section(&mut self, kind: u8, body: Fields<'_>) -> Result<(), RevocationListError> {
        match kind {
            CERTIFICATES => {
                self.certificates.push(Certificates::parse(body)?);
                Ok(())
            }
            EXPLICIT_KEYS => each_string(body, |blob| {
                self.sha256.push(sha256(blob));
                Ok(())
            }),
            SHA1_FINGERPRINTS => each_string(body, |hash| push_hash(&mut self.sha1, hash)),
            SHA256_FINGERPRINTS => each_string(body, |hash| push_hash(&mut self.sha256, hash)),
            EXTENSION => extension(body),
            unknown => Err(RevocationListError::Section(unknown)),
        }
    }

    /// Whether it revokes a key.
    #[must_use]
    pub fn revokes(&self, key: &KeyData) -> bool {
        // A key that cannot be compared may be a revoked one.
        let Ok(blob) = PublicKey::from(key.clone()).to_bytes() else { return true };
        self.sha256.contains(&sha256(&blob)) || self.sha1.contains(&Sha1::digest(&blob).into())
    }

    /// Whether it revokes a certificate, the key in it, or its authority.
    #[must_use]
    pub fn revokes_certificate(&self, certificate: &Certificate) -> bool {
        let authority = certificate.signature_key();
        if self.revokes(certificate.public_key()) || self.revokes(authority) {
            return true;
        }
        let Ok(blob) = PublicKey::from(authority.clone()).to_bytes() else { return true };
        let authority = sha256(&blob);
        let mut about = self
            .certificates
            .iter()
            .filter(|it| it.authority.is_none_or(|revoked| revoked == authority));
        about.any(|it| it.include(certificate.serial(), certificate.key_id().as_bytes()))
    }
}

impl Certificates {
    fn parse(mut body: Fields<'_>) -> Result<Self, RevocationListError> {
        let authority = match whole(body.string())? {
            [] => None,
            blob => {
                PublicKey::from_bytes(blob).map_err(|_| RevocationListError::Authority)?;
                Some(sha256(blob))
            }
        };
        // A reserved field.
        whole(body.string())?;
        let mut revoked = Self {
            authority,
            serials: Vec::new(),
            ranges: Vec::new(),
            bitmaps: Vec::new(),
            key_ids: Vec::new(),
        };
        while !body.0.is_empty() {
            let kind = whole(body.byte())?;
            revoked.section(kind, Fields(whole(body.string())?))?;
        }
        Ok(revoked)
    }

    fn section(&mut self, kind: u8, mut body: Fields<'_>) -> Result<(), RevocationListError> {
        match kind {
            SERIAL_LIST => {
                while !body.0.is_empty() {
                    self.serials.push(serial(whole(body.uint64())?)?);
                }
            }
            SERIAL_RANGE => {
                let (first, last) =
                    (serial(whole(body.uint64())?)?, serial(whole(body.uint64())?)?);
                if first > last {
                    return Err(RevocationListError::Serial);
                }
                self.ranges.push((first, last));
            }
            SERIAL_BITMAP => {
                let offset = whole(body.uint64())?;
                self.bitmaps.push(Bitmap::new(offset, whole(body.string())?)?);
            }
            KEY_IDS => {
                return each_string(body, |id| {
                    self.key_ids.push(id.into());
                    Ok(())
                });
            }
            CERTIFICATE_EXTENSION => return extension(body),
            unknown => return Err(RevocationListError::Section(unknown)),
        }
        if body.0.is_empty() { Ok(()) } else { Err(RevocationListError::Surplus) }
    }

    fn include(&self, serial: u64, key_id: &[u8]) -> bool {
        // 0 stands for a certificate without a number.
        let by_serial = serial != 0
            && (self.serials.contains(&serial)
                || self.ranges.iter().any(|&(first, last)| (first..=last).contains(&serial))
                || self.bitmaps.iter().any(|it| it.includes(serial)));
        by_serial || self.key_ids.iter().any(|id| **id == *key_id)
    }
}

impl Bitmap {
    /// Reads the bits of an `mpint` (RFC 4251 §5), which must not be negative.
    fn new(offset: u64, number: &[u8]) -> Result<Self, RevocationListError> {
        if number.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(RevocationListError::Serial);
        }
        let zeros = number.iter().take_while(|&&byte| byte == 0).count();
        let bits: Box<[u8]> = number.get(zeros..).unwrap_or_default().into();
        let bitmap = Self { offset, bits };
        // The last serial number must exist, and there is no certificate 0.
        let last = bitmap.bits.first().map_or(Some(0), |first| {
            let whole = u64::try_from(bitmap.bits.len() - 1).ok()?.checked_mul(8)?;
            whole.checked_add(u64::from(first.ilog2()))
        });
        let ends = last.and_then(|last| offset.checked_add(last)).is_some();
        if ends && !bitmap.includes(0) { Ok(bitmap) } else { Err(RevocationListError::Serial) }
    }

    fn includes(&self, serial: u64) -> bool {
        let Some(bit) = serial.checked_sub(self.offset) else { return false };
        let byte = usize::try_from(bit / 8).ok().and_then(|from_end| {
            let index = self.bits.len().checked_sub(from_end)?.checked_sub(1)?;
            self.bits.get(index)
        });
        byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }
}

/// Checks a signature by the key in the list over all before it. Which key that is does not matter:
/// the file is trusted for its place. A wrong signature shows that it was changed.
fn verify(signed: &[u8], key: &[u8], signature: &[u8]) -> Result<(), RevocationListError> {
    let key = PublicKey::from_bytes(key).map_err(|_| RevocationListError::Signature)?;
    let signature = Signature::try_from(signature).map_err(|_| RevocationListError::Signature)?;
    key.key_data().verify(signed, &signature).map_err(|_| RevocationListError::Signature)
}

fn serial(number: u64) -> Result<u64, RevocationListError> {
    if number == 0 { Err(RevocationListError::Serial) } else { Ok(number) }
}

fn push_hash<const N: usize>(
    hashes: &mut Vec<[u8; N]>,
    hash: &[u8],
) -> Result<(), RevocationListError> {
    hashes.push(hash.try_into().map_err(|_| RevocationListError::Fingerprint(hash.len()))?);
    Ok(())
}

/// The hash by which a key is kept.
fn sha256(blob: &[u8]) -> [u8; 32] {
    Sha256::digest(blob).into()
}

/// A field of the list; `None` if the list ends in the middle of it.
fn whole<T>(field: Option<T>) -> Result<T, RevocationListError> {
    field.ok_or(RevocationListError::CutOff)
}

/// Takes all strings to the end.
fn each_string<'a>(
    mut body: Fields<'a>,
    mut take: impl FnMut(&'a [u8]) -> Result<(), RevocationListError>,
) -> Result<(), RevocationListError> {
    while !body.0.is_empty() {
        take(whole(body.string())?)?;
    }
    Ok(())
}

/// An extension: none is known, and only those that are not critical may be ignored.
fn extension(mut body: Fields<'_>) -> Result<(), RevocationListError> {
    let name = whole(body.string())?;
    let is_critical = whole(body.byte())? != 0;
    whole(body.string())?;
    match (is_critical, body.0) {
        (true, _) => {
            Err(RevocationListError::Extension(String::from_utf8_lossy(name).into_owned()))
        }
        (false, []) => Ok(()),
        (false, _) => Err(RevocationListError::Surplus),
    }
}

#[cfg(test)]
mod tests;
