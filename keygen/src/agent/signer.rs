//! A private key in the agent, and its signatures.
//!
//! At rest a key is a [`Secret`]; the numbers for each signature are derived from it and wiped
//! afterwards.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as fast_rsa;
#[cfg(windows)]
use windows as fast_rsa;

use ssh_key::private::KeypairData;
use ssh_key::{EcdsaCurve, HashAlg, Signature};
use zeroize::Zeroizing;

use super::message::{RSA_SHA2_256, RSA_SHA2_512};
use super::secret::Secret;
use crate::Error;
use crate::key_file::{rsa_from_pkcs1, rsa_to_pkcs1};
use crate::key_pair;
use crate::wire::Writer;

/// A private key at rest.
#[derive(Debug)]
pub(super) struct Signer {
    kind: SecretForm,
    secret: Secret,
}

#[derive(Clone, Copy, Debug)]
enum SecretForm {
    /// PKCS#1.
    Rsa { bits: u32 },
    /// The seed.
    Ed25519,
    /// The scalar.
    Ecdsa(EcdsaCurve),
}

impl Signer {
    /// Takes over the key.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a type with which we cannot sign.
    pub(super) fn new(pair: &KeypairData) -> Result<Self, Error> {
        let (kind, bytes) = match pair {
            KeypairData::Rsa(key) => {
                let bits = key.public().n().as_positive_bytes().map_or(0, |n| n.len() * 8);
                let bits = u32::try_from(bits).unwrap_or(u32::MAX);
                (SecretForm::Rsa { bits }, rsa_to_pkcs1(key)?)
            }
            KeypairData::Ed25519(key) => {
                (SecretForm::Ed25519, Zeroizing::new(key.private.as_ref().to_vec()))
            }
            KeypairData::Ecdsa(key) => {
                (SecretForm::Ecdsa(key.curve()), Zeroizing::new(key.private_key_bytes().to_vec()))
            }
            _ => return Err(key_pair::unsupported(pair)),
        };
        Ok(Self { kind, secret: Secret::new(bytes) })
    }

    /// The signature over `data`, as an SSH signature blob (RFC 4253 §6.6). `flags` are for RSA;
    /// without a flag the algorithm is `ssh-rsa`, with SHA-1.
    pub(super) fn sign(&self, data: &[u8], flags: u32) -> Option<Vec<u8>> {
        let signature = match self.kind {
            SecretForm::Rsa { bits } => return self.sign_rsa(bits, data, flags),
            SecretForm::Ed25519 => {
                let seed = self.secret.bytes().try_into().ok()?;
                let pair = ssh_key::private::Ed25519Keypair::from_seed(seed);
                signed(&KeypairData::Ed25519(pair), data)
            }
            SecretForm::Ecdsa(curve) => {
                let pair = key_pair::ecdsa(curve, self.secret.bytes(), None).ok()?;
                signed(&pair, data)
            }
        }?;
        Some(blob(signature.algorithm().as_str(), signature.as_bytes()))
    }

    fn sign_rsa(&self, bits: u32, data: &[u8], flags: u32) -> Option<Vec<u8>> {
        let (name, hash) = if flags & RSA_SHA2_256 != 0 {
            ("rsa-sha2-256", Some(HashAlg::Sha256))
        } else if flags & RSA_SHA2_512 != 0 {
            ("rsa-sha2-512", Some(HashAlg::Sha512))
        } else {
            ("ssh-rsa", None)
        };
        let signature = match hash.filter(|_| fast_rsa::takes(bits)) {
            Some(hash) => fast_rsa::sign(self.secret.bytes(), hash, data)?,
            None => {
                let pair = rsa_from_pkcs1(self.secret.bytes()).ok()?;
                let signed: ssh_key::Result<Signature> =
                    signature::Signer::try_sign(&(&pair, hash), data).map_err(Into::into);
                signed.ok()?.as_bytes().to_vec()
            }
        };
        Some(blob(name, &signature))
    }
}

fn signed(pair: &KeypairData, data: &[u8]) -> Option<Signature> {
    signature::Signer::try_sign(pair, data).ok()
}

fn blob(algorithm: &str, signature: &[u8]) -> Vec<u8> {
    Writer::new().string(algorithm).string(signature).into_bytes().to_vec()
}
