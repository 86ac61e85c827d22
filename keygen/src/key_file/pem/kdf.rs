//! Derives the key of an encrypted PKCS#8 file from a passphrase: PBKDF1 and PBKDF2 (RFC 8018),
//! scrypt (RFC 7914), and PKCS#12's derivation (RFC 7292 appendix B).

use std::fmt;

use hmac::Hmac;
use md5::Md5;
use pbkdf2::{pbkdf2, pbkdf2_hmac};
use sha1::{Digest as _, Sha1};
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use zeroize::Zeroizing;

use super::malformed;
use crate::error::Error;

/// Bytes that are wiped on drop.
type Secret = Zeroizing<Vec<u8>>;

/// How the key is derived from the passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kdf {
    Pbkdf2 {
        hash: Hash,
        salt: Vec<u8>,
        iterations: u32,
    },
    Scrypt {
        salt: Vec<u8>,
        log_n: u8,
        r: u32,
        p: u32,
    },
    /// Derives both the key and the IV.
    Pkcs12 {
        salt: Vec<u8>,
        iterations: u32,
    },
    /// The same, with at most 16 bytes for both together.
    Pbkdf1 {
        hash: Hash,
        salt: Vec<u8>,
        iterations: u32,
    },
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
            Self::Pbkdf1 { hash, iterations, .. } => {
                write!(f, "PBKDF1 with {hash:?}, iterations: {iterations}")
            }
        }
    }
}

/// The hash, which PBKDF2 uses in HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
}

impl Kdf {
    /// Derives a key of this length, and the IV if the scheme derives one.
    pub(super) fn derive(
        &self,
        passphrase: &[u8],
        size: usize,
        iv_size: usize,
    ) -> Result<(Secret, Option<Secret>), Error> {
        let mut key = Zeroizing::new(vec![0; size]);
        match self {
            Self::Pbkdf2 { hash, salt, iterations } => match hash {
                Hash::Md5 => {
                    // No program should write this, but OpenSSL can.
                    pbkdf2::<Hmac<Md5>>(passphrase, salt, *iterations, &mut key)
                        .map_err(|_| malformed("PBKDF2 refuses its parameters"))?;
                }
                Hash::Sha1 => pbkdf2_hmac::<Sha1>(passphrase, salt, *iterations, &mut key),
                Hash::Sha224 => pbkdf2_hmac::<Sha224>(passphrase, salt, *iterations, &mut key),
                Hash::Sha256 => pbkdf2_hmac::<Sha256>(passphrase, salt, *iterations, &mut key),
                Hash::Sha384 => pbkdf2_hmac::<Sha384>(passphrase, salt, *iterations, &mut key),
                Hash::Sha512 => pbkdf2_hmac::<Sha512>(passphrase, salt, *iterations, &mut key),
                Hash::Sha512_224 => {
                    pbkdf2_hmac::<Sha512_224>(passphrase, salt, *iterations, &mut key);
                }
                Hash::Sha512_256 => {
                    pbkdf2_hmac::<Sha512_256>(passphrase, salt, *iterations, &mut key);
                }
            },
            Self::Scrypt { salt, log_n, r, p } => {
                let refused = || malformed("scrypt refuses its parameters");
                let params = scrypt::Params::new(*log_n, *r, *p).map_err(|_| refused())?;
                scrypt::scrypt(passphrase, salt, &params, &mut key).map_err(|_| refused())?;
            }
            Self::Pkcs12 { salt, iterations } => {
                let part = |id, size| pkcs12_derive(id, passphrase, salt, *iterations, size);
                return Ok((part(1, size)?, Some(part(2, iv_size)?)));
            }
            Self::Pbkdf1 { hash, salt, iterations } => {
                let both = match hash {
                    Hash::Md5 => pbkdf1::<Md5>(passphrase, salt, *iterations),
                    _ => pbkdf1::<Sha1>(passphrase, salt, *iterations),
                };
                let (key, iv) = both
                    .get(..size + iv_size)
                    .and_then(|both| both.split_at_checked(size))
                    .ok_or_else(|| malformed("its key derivation gives too few bytes"))?;
                return Ok((Zeroizing::new(key.to_vec()), Some(Zeroizing::new(iv.to_vec()))));
            }
        }
        Ok((key, None))
    }
}

/// RFC 8018 §5.1: the hash of passphrase and salt, hashed repeatedly.
fn pbkdf1<H: sha1::Digest>(passphrase: &[u8], salt: &[u8], iterations: u32) -> Zeroizing<Vec<u8>> {
    let mut digest =
        Zeroizing::new(H::new().chain_update(passphrase).chain_update(salt).finalize().to_vec());
    for _ in 1..iterations {
        let next = H::digest(&*digest);
        digest.copy_from_slice(&next);
    }
    digest
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
    // A BMPString with a terminating zero unit.
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
