//! Defaults of new keys and files, and limits on what files may ask for, each with its reason. The
//! agent's limits are beside the code that enforces them.

use std::time::Duration;

/// Bits of a new RSA key: the default of ssh-keygen, and NIST's recommendation for use beyond 2030
/// (SP 800-57).
pub(crate) const RSA_BITS: u32 = 3072;

/// Memory that Argon2id fills for a new PPK file, in KiB; PuTTY's default (RFC 9106 §3.1, "m").
pub(crate) const PPK_MEMORY_KIB: u32 = 8192;

/// Rounds of bcrypt in a new OpenSSH file; OpenSSH's default.
pub(crate) const BCRYPT_ROUNDS: u32 = 24;

/// How often a passphrase may be mistyped.
pub(crate) const PASSPHRASE_TRIES: u32 = 3;

/// How long unlocking a new file should take, as with PuTTYgen.
pub(crate) const PPK_UNLOCK_TIME: Duration = Duration::from_millis(100);

/// PBKDF2's cost in new files: about 100 ms.
pub(crate) const PBKDF2_ITERATIONS: u32 = 600_000;

/// scrypt's cost in new files: 16 MiB five times, about 100 ms; OpenSSL accepts no more than 32
/// MiB.
pub(crate) const SCRYPT: (u8, u32, u32) = (14, 8, 5);

/// The largest file that we read, in bytes; the largest key takes a thirtieth of it.
pub const MAX_FILE_SIZE: usize = 1 << 20;

/// The longest first line of a passphrase file, in bytes.
pub(crate) const MAX_PASSPHRASE_LINE: usize = 64 * 1024;

/// The largest modulus that we read or make, in bits.
pub(crate) const MAX_RSA_BITS: u32 = 16384;

/// The longest number of a DSA key that we read, in bytes; DSA keys have 1024 bits, rarely up to
/// 3072.
pub(crate) const MAX_DSA_BYTES: usize = 1025;

/// The most rounds of bcrypt, about half a minute of work; `ssh-keygen` writes 16 or 24.
pub(crate) const MAX_BCRYPT_ROUNDS: u32 = 4096;

/// The most memory for Argon2: 1 GiB, 128 times PuTTY's default.
pub(crate) const MAX_ARGON2_KIB: u32 = 1 << 20;

/// The most memory times passes, about half a minute of work and 300 times PuTTY's default.
pub(crate) const MAX_ARGON2_WORK_KIB: u64 = 32 << 20;

/// The most lanes; PuTTY writes 1.
pub(crate) const MAX_ARGON2_LANES: u32 = 64;

/// The most rounds of PBKDF2, some ten seconds of work; OpenSSL writes 2048, others up to a
/// million.
pub(crate) const MAX_PBKDF2_ITERATIONS: u64 = 10_000_000;

/// The most memory for scrypt, in bytes (128 N r): 1 GiB; OpenSSL writes 16 MiB.
pub(crate) const MAX_SCRYPT_BYTES: u64 = 1 << 30;

/// The most work for scrypt (N r p), some ten seconds.
pub(crate) const MAX_SCRYPT_WORK: u64 = 1 << 25;
