//! Signs with RSA through AWS-LC: as many signatures per second as OpenSSH's agent.

use std::ops::RangeInclusive;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaSignatureEncoding};
use ssh_key::HashAlg;

/// The key sizes that AWS-LC supports, in bits.
const BITS: RangeInclusive<u32> = 2048..=8192;

/// Whether [`sign`] supports keys of this size.
pub(super) fn takes(bits: u32) -> bool {
    BITS.contains(&bits)
}

/// The signature of a PKCS#1 key over `data` (RFC 8017 §8.2).
pub(super) fn sign(pkcs1: &[u8], hash: HashAlg, data: &[u8]) -> Option<Vec<u8>> {
    let encoding: &'static RsaSignatureEncoding = match hash {
        HashAlg::Sha256 => &RSA_PKCS1_SHA256,
        HashAlg::Sha512 => &RSA_PKCS1_SHA512,
        _ => return None,
    };
    let key = KeyPair::from_der(pkcs1).ok()?;
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), data, &mut signature).ok()?;
    Some(signature)
}
