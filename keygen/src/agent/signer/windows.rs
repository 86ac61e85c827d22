//! The agent for Windows has no AWS-LC: it would be a third of the program, and would only save
//! some milliseconds per signature (docs/decisions/0028).

use ssh_key::HashAlg;

/// Whether [`sign`] supports keys of this size.
pub(super) fn takes(_bits: u32) -> bool {
    false
}

/// The signature of a PKCS#1 key over `data` (RFC 8017 §8.2).
pub(super) fn sign(_pkcs1: &[u8], _hash: HashAlg, _data: &[u8]) -> Option<Vec<u8>> {
    None
}
