//! Encrypted PKCS#8: PBES2 with PBKDF2 or scrypt (RFC 8018, RFC 7914), and PBES1 with 3DES as PKCS#12 derives its key
//! (RFC 7292 appendix B).

use std::fmt;

use pbkdf2::pbkdf2_hmac;
use sha1::{Digest as _, Sha1};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use ssh_key::Cipher;
use zeroize::Zeroizing;

use super::der::{Der, NULL, OBJECT_IDENTIFIER, OCTET_STRING};
use super::{broken, malformed};
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
/// pbeWithSHAAnd3-KeyTripleDES-CBC, 1.2.840.113549.1.12.1.3.
const PBES1_3DES: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03";

const CIPHERS: [(&[u8], Cipher); 4] = [
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x02", Cipher::Aes128Cbc),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x16", Cipher::Aes192Cbc),
    (AES256_CBC, Cipher::Aes256Cbc),
    (b"\x2a\x86\x48\x86\xf7\x0d\x03\x07", Cipher::TdesCbc),
];

/// The most rounds of PBKDF2: some ten seconds of work; OpenSSL writes 2048, others up to a million.
const MAX_ITERATIONS: u64 = 10_000_000;
/// The most memory of scrypt, in bytes (128 N r): 1 GiB; OpenSSL writes 16 MiB.
const MAX_SCRYPT_MEMORY: u64 = 1 << 30;
/// The most work of scrypt (N r p): some ten seconds.
const MAX_SCRYPT_WORK: u64 = 1 << 25;

/// What is known of a locked file.
pub(super) struct Locked {
    kdf: Kdf,
    cipher: Cipher,
    iv: Vec<u8>,
    encrypted: Zeroizing<Vec<u8>>,
}

/// How the passphrase becomes a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kdf {
    Pbkdf2 { hash: Hash, salt: Vec<u8>, iterations: u32 },
    Scrypt { salt: Vec<u8>, log_n: u8, r: u32, p: u32 },
    Pkcs12 { salt: Vec<u8>, iterations: u32 },
}

/// For people, without the salt.
impl fmt::Display for Kdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pbkdf2 { hash, iterations, .. } => {
                write!(f, "PBKDF2 with {hash:?}, iterations: {iterations}")
            }
            Self::Scrypt { log_n, r, p, .. } => {
                write!(f, "scrypt, N: {}, r: {r}, p: {p}", 1u64 << log_n)
            }
            Self::Pkcs12 { iterations, .. } => {
                write!(f, "PKCS#12 with SHA-1, iterations: {iterations}")
            }
        }
    }
}

/// The hash inside PBKDF2's HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Locked {
    /// `EncryptedPrivateKeyInfo` (RFC 5958 §3).
    pub(super) fn parse(der: &[u8]) -> Result<Self, Error> {
        let mut fields = Der::new(der).only_sequence().map_err(broken)?;
        let mut algorithm = fields.sequence().map_err(broken)?;
        let encrypted = fields.expect(OCTET_STRING).map_err(broken)?;
        let (kdf, cipher, iv) = match algorithm.expect(OBJECT_IDENTIFIER).map_err(broken)? {
            PBES2 => pbes2(algorithm).map_err(broken)??,
            PBES1_3DES => {
                let (salt, iterations) = pkcs12(algorithm).map_err(broken)?;
                (
                    Kdf::Pkcs12 { salt, iterations: affordable(iterations)? },
                    Cipher::TdesCbc,
                    Vec::new(),
                )
            }
            _ => return Err(unsupported("this way to encrypt PKCS#8")),
        };
        let block = cipher.block_size();
        if encrypted.is_empty()
            || encrypted.len() % block != 0
            || !(iv.is_empty() || iv.len() == block)
        {
            return Err(malformed("it is not a whole number of cipher blocks"));
        }
        Ok(Self { kdf, cipher, iv, encrypted: Zeroizing::new(encrypted.to_vec()) })
    }

    pub(super) fn decrypt(&self, passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (size, _) = self.cipher.key_and_iv_size().unwrap_or_default();
        let key = self.kdf.derive(passphrase, size)?;
        let iv = match &self.kdf {
            Kdf::Pkcs12 { salt, iterations } => pkcs12_derive(2, passphrase, salt, *iterations, 8)?,
            _ => Zeroizing::new(self.iv.clone()),
        };
        let mut plain = self.encrypted.clone();
        self.cipher
            .decrypt(&key, &iv, &mut plain, None)
            .map_err(|_| malformed("it cannot be decrypted"))?;
        Ok(plain)
    }

    pub(super) fn cipher(&self) -> Cipher {
        self.cipher
    }

    pub(super) fn kdf(&self) -> &Kdf {
        &self.kdf
    }
}

impl Kdf {
    /// So many bytes of key.
    pub(super) fn derive(
        &self,
        passphrase: &[u8],
        size: usize,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut key = Zeroizing::new(vec![0; size]);
        match self {
            Self::Pbkdf2 { hash, salt, iterations } => match hash {
                Hash::Sha1 => pbkdf2_hmac::<Sha1>(passphrase, salt, *iterations, &mut key),
                Hash::Sha224 => pbkdf2_hmac::<Sha224>(passphrase, salt, *iterations, &mut key),
                Hash::Sha256 => pbkdf2_hmac::<Sha256>(passphrase, salt, *iterations, &mut key),
                Hash::Sha384 => pbkdf2_hmac::<Sha384>(passphrase, salt, *iterations, &mut key),
                Hash::Sha512 => pbkdf2_hmac::<Sha512>(passphrase, salt, *iterations, &mut key),
            },
            Self::Scrypt { salt, log_n, r, p } => {
                let refused = || malformed("scrypt refuses its parameters");
                let params = scrypt::Params::new(*log_n, *r, *p).map_err(|_| refused())?;
                scrypt::scrypt(passphrase, salt, &params, &mut key).map_err(|_| refused())?;
            }
            Self::Pkcs12 { salt, iterations } => {
                return pkcs12_derive(1, passphrase, salt, *iterations, size);
            }
        }
        Ok(key)
    }
}

/// `PBES2-params` (RFC 8018 A.4): a derivation and a cipher with its IV.
fn pbes2(mut algorithm: Der<'_>) -> Fields<(Kdf, Cipher, Vec<u8>)> {
    let mut params = algorithm.sequence()?;
    let mut derivation = params.sequence()?;
    let kdf = match derivation.expect(OBJECT_IDENTIFIER)? {
        PBKDF2 => pbkdf2_params(derivation.sequence()?)?,
        SCRYPT => scrypt_params(derivation.sequence()?)?,
        _ => Err(unsupported("this key derivation in PKCS#8")),
    };
    let mut encryption = params.sequence()?;
    let identifier = encryption.expect(OBJECT_IDENTIFIER)?;
    let Some((_, cipher)) = CIPHERS.iter().find(|(known, _)| *known == identifier) else {
        return Ok(Err(unsupported("this cipher in PKCS#8")));
    };
    let iv = encryption.expect(OCTET_STRING)?;
    if iv.len() != cipher.block_size() {
        return Err(Truncated);
    }
    Ok(kdf.map(|kdf| (kdf, *cipher, iv.to_vec())))
}

/// `PBKDF2-params` (RFC 8018 A.2): salt, iterations, perhaps the key's length and the hash.
fn pbkdf2_params(mut params: Der<'_>) -> Fields<Kdf> {
    let salt = params.expect(OCTET_STRING)?.to_vec();
    let iterations = params.small()?;
    let _length = params.optional(super::der::INTEGER)?;
    let hash = match params.optional(super::der::SEQUENCE)? {
        None => Some(Hash::Sha1),
        Some(prf) => {
            let mut prf = Der::new(prf);
            let identifier = prf.expect(OBJECT_IDENTIFIER)?;
            prf.optional(NULL)?;
            match identifier.strip_prefix(b"\x2a\x86\x48\x86\xf7\x0d\x02") {
                Some([7]) => Some(Hash::Sha1),
                Some([8]) => Some(Hash::Sha224),
                Some([9]) => Some(Hash::Sha256),
                Some([10]) => Some(Hash::Sha384),
                Some([11]) => Some(Hash::Sha512),
                _ => None,
            }
        }
    };
    let Some(hash) = hash else { return Ok(Err(unsupported("this hash in PBKDF2"))) };
    Ok(affordable(iterations).map(|iterations| Kdf::Pbkdf2 { hash, salt, iterations }))
}

/// `scrypt-params` (RFC 7914 §7): salt, N, r, p, perhaps the key's length.
fn scrypt_params(mut params: Der<'_>) -> Fields<Kdf> {
    let salt = params.expect(OCTET_STRING)?.to_vec();
    let (n, r, p) = (params.small()?, params.small()?, params.small()?);
    let memory = n.saturating_mul(r).saturating_mul(128);
    let work = n.saturating_mul(r).saturating_mul(p);
    if memory > MAX_SCRYPT_MEMORY || work > MAX_SCRYPT_WORK {
        return Ok(Err(Error::TooCostly {
            what: format!("scrypt with N = {n}, r = {r}, p = {p}"),
            limit: format!("{MAX_SCRYPT_MEMORY} bytes and {MAX_SCRYPT_WORK} steps"),
        }));
    }
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(Truncated);
    }
    let narrow = |number| u32::try_from(number).map_err(|_| Truncated);
    let log_n = u8::try_from(n.trailing_zeros()).map_err(|_| Truncated)?;
    Ok(Ok(Kdf::Scrypt { salt, log_n, r: narrow(r)?, p: narrow(p)? }))
}

fn pkcs12(mut algorithm: Der<'_>) -> Result<(Vec<u8>, u64), Truncated> {
    let mut params = algorithm.sequence()?;
    Ok((params.expect(OCTET_STRING)?.to_vec(), params.small()?))
}

/// RFC 7292 B.2 with SHA-1: `id` 1 makes a key, 2 an IV.
fn pkcs12_derive(
    id: u8,
    passphrase: &[u8],
    salt: &[u8],
    iterations: u32,
    size: usize,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    const BLOCK: usize = 64;
    let text = std::str::from_utf8(passphrase)
        .map_err(|_| malformed("its encryption takes only passphrases that are Unicode"))?;
    // A BMPString with its two zero bytes.
    let units = Zeroizing::new(
        text.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect::<Vec<_>>(),
    );
    let repeated = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().cycle().take(bytes.len().next_multiple_of(BLOCK)).collect()
    };
    let mut blocks = Zeroizing::new([repeated(salt), repeated(&units)].concat());
    let mut output = Zeroizing::new(Vec::with_capacity(64));
    while output.len() < size {
        let mut digest = Sha1::new().chain_update([id; BLOCK]).chain_update(&*blocks).finalize();
        for _ in 1..iterations {
            digest = Sha1::digest(digest);
        }
        output.extend_from_slice(&digest);
        let addend: Vec<u8> = digest.iter().copied().cycle().take(BLOCK).collect();
        for block in blocks.chunks_exact_mut(BLOCK) {
            add_with_one(block, &addend);
        }
    }
    output.truncate(size);
    Ok(output)
}

/// `block + addend + 1`, big-endian, modulo its size.
fn add_with_one(block: &mut [u8], addend: &[u8]) {
    let mut carry = 1;
    for (byte, other) in block.iter_mut().zip(addend).rev() {
        let sum = u16::from(*byte) + u16::from(*other) + carry;
        let [high, low] = sum.to_be_bytes();
        (*byte, carry) = (low, u16::from(high));
    }
}

fn affordable(iterations: u64) -> Result<u32, Error> {
    match u32::try_from(iterations) {
        Ok(0) => Err(malformed("it asks for no iterations")),
        Ok(count) if iterations <= MAX_ITERATIONS => Ok(count),
        _ => Err(Error::TooCostly {
            what: format!("{iterations} iterations of its key derivation"),
            limit: MAX_ITERATIONS.to_string(),
        }),
    }
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported {
        what: what.to_owned(),
        hint: "re-encrypt the key with `openssl pkcs8 -topk8 -v2 aes256`",
    }
}
