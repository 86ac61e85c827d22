//! Encrypted PKCS#8: PBES2 and PBES1 (RFC 8018), and the schemes of PKCS#12 (RFC 7292 appendix C).

use zeroize::Zeroizing;

use super::cipher::Cipher;
use super::kdf::{Hash, Kdf};
use super::{LEGACY, broken, malformed};
use crate::defaults::{MAX_PBKDF2_ITERATIONS, MAX_SCRYPT_BYTES, MAX_SCRYPT_WORK};
use crate::der::{Der, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
use crate::error::Error;
use crate::wire::{Fields, Truncated};

/// 1.2.840.113549.1.5.13.
pub(super) const PBES2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
/// 1.2.840.113549.1.5.12.
pub(super) const PBKDF2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
/// 1.3.6.1.4.1.11591.4.11.
pub(super) const SCRYPT: &[u8] = b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
/// hmacWithSHA256, 1.2.840.113549.2.9.
pub(super) const HMAC_SHA256: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x09";
/// aes256-CBC, 2.16.840.1.101.3.4.1.42.
pub(super) const AES256_CBC: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a";
/// 1.2.840.113549.2: HMAC with a hash; the last number says which.
const HMAC: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02";
/// hmac-md5, 1.3.6.1.5.5.8.1.1.
const HMAC_MD5: &[u8] = b"\x2b\x06\x01\x05\x05\x08\x01\x01";
/// 1.2.840.113549.1.12.1: key, IV and cipher by PKCS#12; the last number says which.
const PKCS12: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01";
/// 1.2.840.113549.1.5: PBES1 (RFC 8018 A.3); the last number says which.
const PBES1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05";

/// The parameters and the content of a locked file.
pub(super) struct Locked {
    kdf: Kdf,
    cipher: Cipher,
    /// Empty if it is derived from the passphrase.
    iv: Vec<u8>,
    encrypted: Zeroizing<Vec<u8>>,
}

impl Locked {
    /// `EncryptedPrivateKeyInfo` (RFC 5958 §3).
    pub(super) fn parse(der: &[u8]) -> Result<Self, Error> {
        let mut fields = Der::new(der).sequence().map_err(broken)?;
        let mut algorithm = fields.sequence().map_err(broken)?;
        let encrypted = fields.expect(OCTET_STRING).map_err(broken)?;
        let identifier = algorithm.expect(OBJECT_IDENTIFIER).map_err(broken)?;
        let (kdf, cipher, iv) = if identifier == PBES2 {
            pbes2(algorithm).map_err(broken)??
        } else {
            let (kdf, cipher) = older(identifier, algorithm).map_err(broken)??;
            (kdf, cipher, Vec::new())
        };
        if encrypted.is_empty() || !encrypted.len().is_multiple_of(cipher.block_bytes()) {
            return Err(malformed("it is not a whole number of cipher blocks"));
        }
        Ok(Self { kdf, cipher, iv, encrypted: Zeroizing::new(encrypted.to_vec()) })
    }

    pub(super) fn decrypt(&self, passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (size, iv_size) = (self.cipher.key_bytes(), self.cipher.iv_bytes());
        let (key, derived) = self.kdf.derive(passphrase, size, iv_size)?;
        let iv = derived.as_ref().map_or(self.iv.as_slice(), |iv| iv.as_slice());
        let mut plain = self.encrypted.clone();
        let decrypted = self.cipher.decrypt(&key, iv, &mut plain);
        decrypted.map_err(|_| malformed("it cannot be decrypted"))?;
        Ok(plain)
    }

    pub(super) fn cipher(&self) -> Cipher {
        self.cipher
    }

    pub(super) fn kdf(&self) -> &Kdf {
        &self.kdf
    }
}

/// The schemes before PBES2, in which one identifier names both derivation and cipher.
fn older(identifier: &[u8], mut algorithm: Der<'_>) -> Fields<(Kdf, Cipher)> {
    let of_pkcs12 = |number| match number {
        1 => Some(("RC4", 16)),
        2 => Some(("RC4", 5)),
        3 => Some(("DES-EDE3-CBC", 24)),
        4 => Some(("DES-EDE-CBC", 16)),
        5 => Some(("RC2-CBC", 16)),
        6 => Some(("RC2-CBC", 5)),
        _ => None,
    };
    let of_pbes1 = |number| match number {
        3 => Some((Hash::Md5, "DES-CBC")),
        6 => Some((Hash::Md5, "RC2-64-CBC")),
        10 => Some((Hash::Sha1, "DES-CBC")),
        11 => Some((Hash::Sha1, "RC2-64-CBC")),
        _ => None,
    };
    let mut params = algorithm.sequence()?;
    let (salt, iterations) = (params.expect(OCTET_STRING)?.to_vec(), params.small()?);
    let iterations = match affordable(iterations) {
        Ok(iterations) => iterations,
        Err(error) => return Ok(Err(error)),
    };
    let number = |prefix| match identifier.strip_prefix(prefix)? {
        [number] => Some(*number),
        _ => None,
    };
    let found = if let Some((name, size)) = number(PKCS12).and_then(of_pkcs12) {
        let cipher = Cipher::named(name).map(|cipher| cipher.with_key_bytes(size));
        cipher.map(|cipher| (Kdf::Pkcs12 { salt, iterations }, cipher))
    } else if let Some((hash, name)) = number(PBES1).and_then(of_pbes1) {
        Cipher::named(name).map(|cipher| (Kdf::Pbkdf1 { hash, salt, iterations }, cipher))
    } else {
        None
    };
    Ok(found.ok_or_else(|| unsupported("this PKCS#8 encryption scheme")))
}

/// `PBES2-params` (RFC 8018 A.4): a derivation and a cipher with its IV.
fn pbes2(mut algorithm: Der<'_>) -> Fields<(Kdf, Cipher, Vec<u8>)> {
    let mut params = algorithm.sequence()?;
    let mut derivation = params.sequence()?;
    let kdf = match derivation.expect(OBJECT_IDENTIFIER)? {
        PBKDF2 => pbkdf2_params(derivation.sequence()?)?,
        SCRYPT => scrypt_params(derivation.sequence()?)?.map(|kdf| (kdf, None)),
        _ => Err(unsupported("this key derivation in PKCS#8")),
    };
    let mut encryption = params.sequence()?;
    let identifier = encryption.expect(OBJECT_IDENTIFIER)?;
    let Some(cipher) = Cipher::identified(identifier) else {
        return Ok(Err(unsupported("this cipher in PKCS#8")));
    };
    // RC2 and CAST5 have more than an IV: versions and sizes, which the derivation also states.
    let iv = match encryption.optional(SEQUENCE)? {
        None => encryption.expect(OCTET_STRING)?,
        Some(params) => {
            let mut params = Der::new(params);
            params.optional(INTEGER)?;
            params.expect(OCTET_STRING)?
        }
    };
    if iv.len() != cipher.iv_bytes() {
        return Err(Truncated);
    }
    Ok(kdf.map(|(kdf, size)| {
        let sized = size.filter(|size| (5..=32).contains(size) && cipher.name().starts_with("RC2"));
        (kdf, sized.map_or(cipher, |size| cipher.with_key_bytes(size)), iv.to_vec())
    }))
}

/// `PBKDF2-params` (RFC 8018 A.2): salt, iterations, optionally the key's length and the hash.
fn pbkdf2_params(mut params: Der<'_>) -> Fields<(Kdf, Option<usize>)> {
    let salt = params.expect(OCTET_STRING)?.to_vec();
    let iterations = params.small()?;
    let length = match params.next_tag() {
        Some(INTEGER) => usize::try_from(params.small()?).ok(),
        _ => None,
    };
    let hash = match params.optional(SEQUENCE)? {
        None => Some(Hash::Sha1),
        Some(prf) => {
            let mut prf = Der::new(prf);
            let identifier = prf.expect(OBJECT_IDENTIFIER)?;
            prf.optional(NULL)?;
            match identifier.strip_prefix(HMAC) {
                Some([6]) => Some(Hash::Md5),
                Some([7]) => Some(Hash::Sha1),
                Some([8]) => Some(Hash::Sha224),
                Some([9]) => Some(Hash::Sha256),
                Some([10]) => Some(Hash::Sha384),
                Some([11]) => Some(Hash::Sha512),
                Some([12]) => Some(Hash::Sha512_224),
                Some([13]) => Some(Hash::Sha512_256),
                None if identifier == HMAC_MD5 => Some(Hash::Md5),
                _ => None,
            }
        }
    };
    let Some(hash) = hash else { return Ok(Err(unsupported("this hash in PBKDF2"))) };
    let kdf = |iterations| (Kdf::Pbkdf2 { hash, salt, iterations }, length);
    Ok(affordable(iterations).map(kdf))
}

/// `scrypt-params` (RFC 7914 §7): salt, N, r, p, optionally the key's length.
fn scrypt_params(mut params: Der<'_>) -> Fields<Kdf> {
    let salt = params.expect(OCTET_STRING)?.to_vec();
    let (n, r, p) = (params.small()?, params.small()?, params.small()?);
    let memory = n.saturating_mul(r).saturating_mul(128);
    let work = n.saturating_mul(r).saturating_mul(p);
    if memory > MAX_SCRYPT_BYTES || work > MAX_SCRYPT_WORK {
        return Ok(Err(Error::TooCostly {
            what: format!("scrypt with N = {n}, r = {r}, p = {p}"),
            limit: format!("{MAX_SCRYPT_BYTES} bytes and {MAX_SCRYPT_WORK} steps"),
        }));
    }
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(Truncated);
    }
    let narrow = |number| u32::try_from(number).map_err(|_| Truncated);
    let log_n = u8::try_from(n.trailing_zeros()).map_err(|_| Truncated)?;
    Ok(Ok(Kdf::Scrypt { salt, log_n, r: narrow(r)?, p: narrow(p)? }))
}

fn affordable(iterations: u64) -> Result<u32, Error> {
    match u32::try_from(iterations) {
        Ok(0) => Err(malformed("it asks for no iterations")),
        Ok(count) if iterations <= MAX_PBKDF2_ITERATIONS => Ok(count),
        _ => Err(Error::TooCostly {
            what: format!("{iterations} iterations of its key derivation"),
            limit: MAX_PBKDF2_ITERATIONS.to_string(),
        }),
    }
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.to_owned(), hint: LEGACY }
}
