//! Fingerprints: short forms of a key that can be compared by eye.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use md5::{Digest as _, Md5};
use russh::keys::ssh_key::{HashAlg, PublicKey, public::KeyData};
use sha2::Sha256;

/// The hash of a public key in wire form, written as in OpenSSH and PuTTY.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fingerprint {
    /// `SHA256:` and base64 without padding.
    Sha256([u8; 32]),
    /// `MD5:` and pairs of hexadecimal digits with colons between them.
    Md5([u8; 16]),
}

/// A text that is not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected `SHA256:` and 43 characters, or `MD5:` and 16 pairs of hexadecimal digits with colons between them"
)]
pub struct NotAFingerprint;

impl Fingerprint {
    /// The SHA-256 fingerprint of a key.
    #[must_use]
    pub fn of(key: &PublicKey) -> Self {
        Self::of_data(key.key_data())
    }

    pub(crate) fn of_data(key: &KeyData) -> Self {
        let hash = key.fingerprint(HashAlg::Sha256);
        Self::Sha256(hash.sha256().unwrap_or_default())
    }

    /// The SHA-256 fingerprint of a key in its wire form (RFC 4253 §6.6).
    pub(crate) fn sha256_of(blob: &[u8]) -> Self {
        Self::Sha256(Sha256::digest(blob).into())
    }

    /// Whether this is the fingerprint of a key.
    #[must_use]
    pub fn is_of(&self, key: &PublicKey) -> bool {
        match self {
            Self::Sha256(_) => *self == Self::of(key),
            Self::Md5(hash) => key.to_bytes().is_ok_and(|blob| Md5::digest(blob)[..] == hash[..]),
        }
    }
}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    /// Parses a fingerprint with its prefix, which may be missing for MD5, as PuTTY shows it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(base64) = text.strip_prefix("SHA256:") {
            let hash = BASE64_NOPAD.decode(base64.trim_end_matches('=').as_bytes());
            let hash = hash.ok().and_then(|hash| hash.try_into().ok());
            return hash.map(Self::Sha256).ok_or(NotAFingerprint);
        }
        let pairs = text.strip_prefix("MD5:").unwrap_or(text);
        if pairs.split(':').any(|pair| pair.len() != 2) {
            return Err(NotAFingerprint);
        }
        let hash = HEXLOWER_PERMISSIVE.decode(pairs.replace(':', "").as_bytes());
        let hash = hash.ok().and_then(|hash| hash.try_into().ok());
        hash.map(Self::Md5).ok_or(NotAFingerprint)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha256(hash) => write!(f, "SHA256:{}", BASE64_NOPAD.encode(hash)),
            Self::Md5(hash) => {
                f.write_str("MD5")?;
                hash.iter().try_for_each(|byte| write!(f, ":{byte:02x}"))
            }
        }
    }
}

/// OpenSSH's picture of a key's SHA-256 fingerprint, for people who remember shapes: eleven lines
/// of nineteen characters.
#[must_use]
pub fn randomart(key: &PublicKey) -> String {
    let header = format!("[{} {}]", short_type(key), bits(key));
    key.fingerprint(HashAlg::Sha256).to_randomart(&header)
}

/// The length of a key in bits, as OpenSSH counts.
#[must_use]
pub fn bits(key: &PublicKey) -> u32 {
    match key.key_data() {
        KeyData::Rsa(rsa) => rsa.key_size(),
        KeyData::Ecdsa(ecdsa) => match ecdsa.curve() {
            russh::keys::ssh_key::EcdsaCurve::NistP256 => 256,
            russh::keys::ssh_key::EcdsaCurve::NistP384 => 384,
            russh::keys::ssh_key::EcdsaCurve::NistP521 => 521,
        },
        _ => 256,
    }
}

fn short_type(key: &PublicKey) -> &'static str {
    match key.key_data() {
        KeyData::Rsa(_) => "RSA",
        KeyData::Ecdsa(_) => "ECDSA",
        KeyData::Ed25519(_) => "ED25519",
        KeyData::SkEcdsaSha2NistP256(_) => "ECDSA-SK",
        KeyData::SkEd25519(_) => "ED25519-SK",
        _ => "KEY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
    const SHA256: &str = "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ";

    #[test]
    fn what_is_printed_is_read() {
        let md5 = "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48";
        for text in [SHA256, md5] {
            assert_eq!(text.parse::<Fingerprint>().unwrap().to_string(), text);
        }
        let sha256: Fingerprint = SHA256.parse().unwrap();
        assert_eq!(format!("{SHA256}=").parse(), Ok(sha256));
        let md5: Fingerprint = md5.parse().unwrap();
        assert_eq!("16:27:AC:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48".parse(), Ok(md5));
    }

    #[test]
    fn invalid_fingerprints_are_refused() {
        for text in [
            "",
            "SHA256:",
            "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcI",
            "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQQ",
            "sha256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ",
            "UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ",
            "MD5:16:27:ac",
            "1627aca576282d36631b564debdfa648",
            "MD5:1:627:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
        ] {
            assert_eq!(text.parse::<Fingerprint>(), Err(NotAFingerprint), "{text}");
        }
    }

    #[test]
    fn a_fingerprint_is_of_one_key() {
        let key: PublicKey = KEY.parse().unwrap();
        assert_eq!(Fingerprint::of(&key).to_string(), SHA256);
        assert!(SHA256.parse::<Fingerprint>().unwrap().is_of(&key));
        assert!(!Fingerprint::Md5([0; 16]).is_of(&key));
        assert!(!Fingerprint::Sha256([0; 32]).is_of(&key));
    }
}
