//! Makes new key pairs. How they are stored belongs in [`crate::key_file`].

mod miller_rabin;
mod primes;
mod rsa;
mod sieve;

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{EcdsaCurve, PrivateKey};
use zeroize::Zeroizing;

pub use self::primes::Progress;
pub use self::rsa::RsaBits;

use crate::error::Error;
use crate::key_pair;
use crate::random;

/// The kinds of key that we can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with a modulus of this many bits.
    Rsa(RsaBits),
    /// Ed25519 (RFC 8709).
    Ed25519,
    /// ECDSA on a NIST curve (RFC 5656).
    Ecdsa(EcdsaCurve),
}

impl KeyKind {
    /// The word in file names and default comments: `rsa`, `ed25519`, `ecdsa`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa",
            Self::Ed25519 => "ed25519",
            Self::Ecdsa(_) => "ecdsa",
        }
    }
}

/// Makes a key pair; RSA uses all cores and counts its steps in `progress`.
///
/// # Errors
/// When the operating system provides no random bytes.
pub fn generate(kind: KeyKind, comment: &str, progress: &Progress) -> Result<PrivateKey, Error> {
    let pair = match kind {
        KeyKind::Rsa(bits) => rsa::generate(bits, progress)?,
        KeyKind::Ed25519 => {
            let mut seed = Zeroizing::new([0; 32]);
            random::fill(&mut *seed)?;
            KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed))
        }
        KeyKind::Ecdsa(curve) => ecdsa(curve)?,
    };
    PrivateKey::new(pair, comment)
        .map_err(|_| Error::InvalidKey { algorithm: "new", reason: "the key pair is incomplete" })
}

/// A scalar by rejection (FIPS 186-5 A.2.2): draws random bits of the curve's size until they are
/// below its order.
fn ecdsa(curve: EcdsaCurve) -> Result<KeypairData, Error> {
    let (bytes, top) = match curve {
        EcdsaCurve::NistP256 => (32, 0xff),
        EcdsaCurve::NistP384 => (48, 0xff),
        EcdsaCurve::NistP521 => (66, 0x01),
    };
    let mut scalar = Zeroizing::new(vec![0; bytes]);
    loop {
        random::fill(&mut scalar)?;
        if let Some(first) = scalar.first_mut() {
            *first &= top;
        }
        if let Ok(pair) = key_pair::ecdsa(curve, &scalar, None) {
            return Ok(pair);
        }
    }
}
