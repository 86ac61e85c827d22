//! Derives the keys of a PPK file from a passphrase: SHA-1 in version 2, Argon2 in version 3
//! (appendix C.2).

use std::fmt;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use contract::shown;
use data_encoding::HEXLOWER;
use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use super::super::{Costs, KeyFormat};
use super::headers::Headers;
use crate::defaults::{MAX_ARGON2_KIB, MAX_ARGON2_LANES, MAX_ARGON2_WORK_KIB, PPK_UNLOCK_TIME};
use crate::error::Error;
use crate::random;

/// How the keys are derived from the passphrase.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Kdf {
    /// The file is not locked.
    None,
    /// Version 2: SHA-1, without any cost.
    Sha1,
    /// Version 3.
    Argon2 { flavour: Algorithm, memory_kib: u32, passes: u32, parallelism: u32, salt: Vec<u8> },
}

/// The keys of one file: key and IV for AES-256-CBC, and the MAC key.
pub(super) struct Keys {
    pub(super) format: KeyFormat,
    pub(super) cipher: Zeroizing<[u8; 32]>,
    pub(super) iv: Zeroizing<[u8; 16]>,
    pub(super) mac: Zeroizing<Vec<u8>>,
}

impl Keys {
    /// The keys of a file that is not locked; anyone can compute its MAC.
    pub(super) fn unlocked(format: KeyFormat) -> Self {
        let mac = match format {
            KeyFormat::Ppk2 => legacy_mac_key(b""),
            _ => Zeroizing::default(),
        };
        Self { format, cipher: Zeroizing::default(), iv: Zeroizing::default(), mac }
    }
}

impl Kdf {
    /// Parses the headers between the public and the private part, and checks the limits.
    pub(super) fn parse(headers: &mut Headers<'_>, locked: bool) -> Result<Self, Error> {
        match (headers.format(), locked) {
            (_, false) => Ok(Self::None),
            (KeyFormat::Ppk2, true) => Ok(Self::Sha1),
            (_, true) => Self::argon2(headers),
        }
    }

    fn argon2(headers: &mut Headers<'_>) -> Result<Self, Error> {
        let flavour = match headers.ascii("Key-Derivation: ")? {
            "Argon2id" => Algorithm::Argon2id,
            "Argon2i" => Algorithm::Argon2i,
            "Argon2d" => Algorithm::Argon2d,
            other => {
                return Err(Error::Unsupported {
                    what: format!("the key derivation {}", shown(other)),
                    hint: "re-save the key with puttygen, which uses Argon2id",
                });
            }
        };
        let memory_kib = headers.number("Argon2-Memory: ")?;
        let passes = headers.number("Argon2-Passes: ")?;
        let parallelism = headers.number("Argon2-Parallelism: ")?;
        let salt = headers.hex("Argon2-Salt: ")?;
        affordable(memory_kib, passes, parallelism)?;
        if Params::new(memory_kib, passes, parallelism, None).is_err() || salt.len() < 8 {
            return Err(headers.malformed("the parameters of Argon2 are out of its range"));
        }
        Ok(Self::Argon2 { flavour, memory_kib, passes, parallelism, salt })
    }

    /// The derivation for a new file: a fresh salt and, unless set, as many passes as take about
    /// 100 ms on this machine.
    pub(super) fn for_writing(format: KeyFormat, costs: &Costs) -> Result<Self, Error> {
        if format == KeyFormat::Ppk2 {
            return Ok(Self::Sha1);
        }
        let memory_kib = costs.ppk_memory_kib;
        let passes = match costs.ppk_passes {
            Some(passes) => passes,
            None => passes_for(memory_kib, PPK_UNLOCK_TIME)?,
        };
        affordable(memory_kib, passes, 1)?;
        let mut salt = vec![0; 16];
        random::fill(&mut salt)?;
        Ok(Self::Argon2 { flavour: Algorithm::Argon2id, memory_kib, passes, parallelism: 1, salt })
    }

    /// The header lines that state this derivation, in a version 3 file.
    pub(super) fn headers(&self) -> String {
        match self {
            Self::None | Self::Sha1 => String::new(),
            Self::Argon2 { flavour, memory_kib, passes, parallelism, salt } => format!(
                "Key-Derivation: {flavour}\nArgon2-Memory: {memory_kib}\nArgon2-Passes: {passes}\n\
                 Argon2-Parallelism: {parallelism}\nArgon2-Salt: {salt}\n",
                flavour = name_of(*flavour),
                salt = HEXLOWER.encode(salt),
            ),
        }
    }

    /// Derives the keys from this passphrase.
    pub(super) fn derive(&self, passphrase: &[u8]) -> Result<Keys, Error> {
        match self {
            Self::None => Ok(Keys::unlocked(KeyFormat::Ppk)),
            Self::Sha1 => Ok(legacy_keys(passphrase)),
            Self::Argon2 { flavour, memory_kib, passes, parallelism, salt } => {
                let mut output = Zeroizing::new([0; 80]);
                Params::new(*memory_kib, *passes, *parallelism, None)
                    .and_then(|params| {
                        Argon2::new(*flavour, Version::V0x13, params).hash_password_into(
                            passphrase,
                            salt,
                            &mut *output,
                        )
                    })
                    .map_err(|_| {
                        Error::malformed(KeyFormat::Ppk, "Argon2 refuses its parameters")
                    })?;
                let (cipher, rest) = output.split_at(32);
                let (iv, mac) = rest.split_at(16);
                let mut keys = Keys::unlocked(KeyFormat::Ppk);
                keys.cipher.copy_from_slice(cipher);
                keys.iv.copy_from_slice(iv);
                keys.mac.extend_from_slice(mac);
                Ok(keys)
            }
        }
    }
}

/// For people, without the salt.
impl fmt::Display for Kdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "none"),
            Self::Sha1 => write!(f, "SHA-1"),
            Self::Argon2 { flavour, memory_kib, passes, parallelism, .. } => {
                let name = name_of(*flavour);
                write!(f, "{name}, {memory_kib} KiB, passes: {passes}, lanes: {parallelism}")
            }
        }
    }
}

/// PuTTY's spelling.
fn name_of(flavour: Algorithm) -> &'static str {
    match flavour {
        Algorithm::Argon2d => "Argon2d",
        Algorithm::Argon2i => "Argon2i",
        Algorithm::Argon2id => "Argon2id",
    }
}

/// How many passes over this much memory take about this long on this machine.
fn passes_for(memory_kib: u32, target: Duration) -> Result<u32, Error> {
    affordable(memory_kib, 1, 1)?;
    let trial = |passes| -> Result<Duration, Error> {
        let salt = vec![0; 16];
        let kdf =
            Kdf::Argon2 { flavour: Algorithm::Argon2id, memory_kib, passes, parallelism: 1, salt };
        let start = Instant::now();
        kdf.derive(b"")?;
        Ok(start.elapsed())
    };
    // The difference of two trials leaves out the cost of the first use of memory.
    let (one, three) = (trial(1)?, trial(3)?);
    let pass = (three.saturating_sub(one) / 2).max(Duration::from_micros(10));
    let passes = 1 + target.saturating_sub(one).as_nanos() / pass.as_nanos();
    let affordable = MAX_ARGON2_WORK_KIB / u64::from(memory_kib.max(1));
    Ok(u32::try_from(passes).unwrap_or(u32::MAX).min(u32::try_from(affordable).unwrap_or(u32::MAX)))
}

/// A hostile file must not take all memory or an hour.
fn affordable(memory_kib: u32, passes: u32, parallelism: u32) -> Result<(), Error> {
    let too_costly = |what: String, limit: String| Err(Error::TooCostly { what, limit });
    if memory_kib > MAX_ARGON2_KIB {
        return too_costly(
            format!("{memory_kib} KiB of memory for Argon2"),
            format!("{MAX_ARGON2_KIB} KiB"),
        );
    }
    if parallelism > MAX_ARGON2_LANES {
        return too_costly(format!("{parallelism} lanes of Argon2"), format!("{MAX_ARGON2_LANES}"));
    }
    if u64::from(memory_kib) * u64::from(passes) > MAX_ARGON2_WORK_KIB {
        return too_costly(
            format!("{passes} passes of Argon2 over {memory_kib} KiB"),
            format!("{} at that size", MAX_ARGON2_WORK_KIB / u64::from(memory_kib.max(1))),
        );
    }
    Ok(())
}

/// Version 2: SHA-1 of the passphrase under two counters, a zero IV, and a labelled SHA-1 for the
/// MAC.
fn legacy_keys(passphrase: &[u8]) -> Keys {
    let mut keys = Keys::unlocked(KeyFormat::Ppk2);
    let blocks = [0u32, 1].map(|counter| {
        Zeroizing::new(<[u8; 20]>::from(
            Sha1::new().chain_update(counter.to_be_bytes()).chain_update(passphrase).finalize(),
        ))
    });
    for (key, byte) in keys.cipher.iter_mut().zip(blocks.iter().flat_map(|block| block.iter())) {
        *key = *byte;
    }
    keys.mac = legacy_mac_key(passphrase);
    keys
}

fn legacy_mac_key(passphrase: &[u8]) -> Zeroizing<Vec<u8>> {
    let label = b"putty-private-key-file-mac-key";
    Zeroizing::new(Sha1::new().chain_update(label).chain_update(passphrase).finalize().to_vec())
}
