//! How private key files are locked, and the cost of unlocking them.

use crate::defaults::{BCRYPT_ROUNDS, PPK_MEMORY_KIB};
use crate::passphrase::Passphrase;

/// How a private key file is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Not at all.
    None,
    /// With a passphrase.
    Locked {
        /// The cipher, as the format names it.
        cipher: String,
        /// How the key is derived from the passphrase, and the cost.
        kdf: String,
        /// Whether guessing passphrases costs almost nothing.
        is_weak: bool,
    },
}

/// How much work unlocking a new file takes.
#[derive(Clone, Debug)]
pub struct Costs {
    /// The memory that Argon2id fills, in KiB (RFC 9106 §3.1, "m").
    pub ppk_memory_kib: u32,
    /// The passes of Argon2id over it; by default, as many as take about 100 ms on this machine.
    pub ppk_passes: Option<u32>,
    /// The rounds of bcrypt in OpenSSH's format.
    pub bcrypt_rounds: u32,
    /// The derivation in PKCS#8.
    pub pkcs8_kdf: Pkcs8Kdf,
}

/// How a passphrase becomes a key in a new PKCS#8 file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Pkcs8Kdf {
    /// PBKDF2 (RFC 8018) with HMAC-SHA-256, which every program reads.
    #[default]
    Pbkdf2,
    /// scrypt (RFC 7914) with 16 MiB, the most that OpenSSL accepts by default; asyncssh cannot
    /// read it.
    Scrypt,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            ppk_memory_kib: PPK_MEMORY_KIB,
            ppk_passes: None,
            bcrypt_rounds: BCRYPT_ROUNDS,
            pkcs8_kdf: Pkcs8Kdf::default(),
        }
    }
}

/// How a new file is locked.
#[derive(Clone, Copy, Debug)]
pub struct Encryption<'a> {
    /// The passphrase; an empty one does not lock the file.
    pub passphrase: &'a Passphrase,
    /// The work of unlocking it.
    pub costs: &'a Costs,
}
