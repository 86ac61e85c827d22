//! Public keys: the line in `authorized_keys` and `.pub` files, and its fingerprints.
//!
//! The source of a public key does not matter here; `key_file` and the RFC 4716 reader make these.

mod file;
mod line;
mod pem;
mod randomart;
pub(crate) mod rfc4716;

pub(crate) use file::{Entry, entries, is_public};
pub use line::split_options;

use std::path::Path;

use data_encoding::BASE64_NOPAD;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use ssh_key::Algorithm;
use ssh_key::public::KeyData;

use crate::error::Error;
use crate::key_pair;
use crate::text::{self, read_capped};
use crate::wire::{Reader, without_leading_zeros};

/// A public key as in `authorized_keys` and `.pub` files: algorithm, key, comment.
///
/// Displayed as that line, without options: `ssh-ed25519 AAAA… comment`. Code that writes a line
/// for an account must keep or refuse [`PublicKeyLine::options`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyLine {
    /// `None` for an unknown kind of key.
    key: Option<ssh_key::PublicKey>,
    algorithm: String,
    blob: Vec<u8>,
    comment: String,
    options: Option<String>,
}

impl PublicKeyLine {
    /// The key in its wire form (RFC 4253 §6.6), for example from an agent, and its comment.
    ///
    /// Control characters in the comment would break the line, so they are escaped.
    ///
    /// # Errors
    /// [`Error::NotAPublicKey`] when the bytes are not exactly one key.
    pub fn from_blob(blob: &[u8], comment: &str) -> Result<Self, Error> {
        let algorithm = Reader::new(blob)
            .string()
            .ok()
            .and_then(|name| std::str::from_utf8(name).ok())
            .filter(|name| line::is_algorithm_name(name))
            .ok_or(Error::NotAPublicKey("the key data does not begin with an algorithm"))?;
        let damaged = || Error::NotAPublicKey("the key data is damaged or truncated");
        let mut key = match ssh_key::PublicKey::from_bytes(blob) {
            Ok(key) => Some(key),
            Err(_) if is_of_unknown_kind(algorithm) && is_whole(blob) => None,
            Err(_) => return Err(damaged()),
        };
        if let Some(key) = &mut key {
            key.set_comment(comment);
        }
        Ok(Self {
            key,
            algorithm: algorithm.to_owned(),
            blob: blob.to_vec(),
            comment: contract::shown(comment.trim()),
            options: None,
        })
    }

    /// Reads a public key file: one line as in `.pub` files, or RFC 4716.
    ///
    /// # Errors
    /// When the file cannot be read or holds anything but one public key. The error names it.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let parsed = read_capped(path).and_then(|bytes| Self::parse_file(&bytes));
        parsed.map_err(|error| error.in_file("read", path))
    }

    /// The same, for bytes from elsewhere.
    ///
    /// # Errors
    /// When the bytes are anything but one public key.
    pub fn parse_file(bytes: &[u8]) -> Result<Self, Error> {
        let mut entries = entries(bytes)?;
        match (entries.pop(), entries.len()) {
            (Some(entry), 0) => Ok(entry.key),
            (_, others) => Err(Error::SeveralKeys { count: others + 1 }),
        }
    }

    /// The public half of a key pair, with its comment.
    ///
    /// # Errors
    /// When the key is of a type that cannot be written.
    pub fn of(key: &ssh_key::PrivateKey) -> Result<Self, Error> {
        let blob = key_pair::public_blob(key.key_data())?;
        Self::from_blob(&blob, &text::comment(key.comment().as_bytes()))
    }

    /// The algorithm's name: `ssh-rsa`, `ssh-ed25519`, `ecdsa-sha2-nistp256`, …
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// Whether it is an Ed25519 key that is not on a token.
    pub(crate) fn is_ed25519(&self) -> bool {
        self.algorithm() == "ssh-ed25519"
    }

    /// The key in its wire form (RFC 4253 §6.6).
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// The comment; empty if there is none.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// The options before the key, verbatim: what the key may do on an account, and from where.
    #[must_use]
    pub fn options(&self) -> Option<&str> {
        self.options.as_deref()
    }

    /// The same key with another comment.
    #[must_use]
    pub fn with_comment(mut self, comment: &str) -> Self {
        if let Some(key) = &mut self.key {
            key.set_comment(comment);
        }
        self.comment = contract::shown(comment.trim());
        self
    }

    /// The key as russh and ssh-key represent it, unless its kind is unknown there.
    #[must_use]
    pub fn as_ssh_key(&self) -> Option<&ssh_key::PublicKey> {
        self.key.as_ref()
    }

    /// The usual size of such a key: that of the modulus, the prime or the curve.
    #[must_use]
    pub fn bits(&self) -> Option<u32> {
        match self.key.as_ref()?.key_data() {
            KeyData::Certificate(certificate) => bits(certificate.public_key()),
            key => bits(key),
        }
    }

    /// `SHA256:` and 43 characters of unpadded base64, as OpenSSH and PuTTY show it.
    ///
    /// For a certificate, as in OpenSSH, the fingerprint of the certified key.
    #[must_use]
    pub fn fingerprint_sha256(&self) -> String {
        format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(self.plain_blob())))
    }

    /// `MD5:` and 16 hexadecimal bytes between colons, as older software shows it.
    #[must_use]
    pub fn fingerprint_md5(&self) -> String {
        let hex: Vec<_> =
            Md5::digest(self.plain_blob()).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("MD5:{}", hex.join(":"))
    }

    /// The fingerprint as the picture of `ssh-keygen -lv`, in eleven lines.
    #[must_use]
    pub fn randomart(&self) -> String {
        let kind = match self.key.as_ref().map(ssh_key::PublicKey::algorithm) {
            Some(Algorithm::Rsa { .. }) => "RSA",
            Some(Algorithm::Dsa) => "DSA",
            Some(Algorithm::Ecdsa { .. }) => "ECDSA",
            Some(Algorithm::Ed25519) => "ED25519",
            Some(Algorithm::SkEd25519) => "ED25519-SK",
            Some(Algorithm::SkEcdsaSha2NistP256) => "ECDSA-SK",
            _ => "KEY",
        };
        let bits = self.bits().map(|bits| format!(" {bits}")).unwrap_or_default();
        randomart::draw(&self.plain_blob(), &format!("{kind}{bits}"))
    }

    /// The OpenSSH certificate, if this is one rather than a bare key.
    #[must_use]
    pub fn certificate(&self) -> Option<&ssh_key::Certificate> {
        self.key.as_ref()?.key_data().certificate()
    }

    /// Whether both are the same key, whatever their comments say.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.plain_blob() == other.plain_blob()
    }

    /// The wire form of the key itself, without a certificate around it.
    fn plain_blob(&self) -> Vec<u8> {
        self.certificate()
            .and_then(|certificate| {
                ssh_key::PublicKey::from(certificate.public_key().clone()).to_bytes().ok()
            })
            .unwrap_or_else(|| self.blob.clone())
    }
}

/// Whether the algorithm is unknown here, so that its fields cannot be checked.
fn is_of_unknown_kind(algorithm: &str) -> bool {
    algorithm.parse::<Algorithm>().is_err()
}

/// Whether a blob consists of complete fields, and of more than its name.
fn is_whole(blob: &[u8]) -> bool {
    let mut reader = Reader::new(blob);
    let mut fields = 0;
    while !reader.rest().is_empty() {
        if reader.string().is_err() {
            return false;
        }
        fields += 1;
    }
    fields > 1
}

fn bits(key: &KeyData) -> Option<u32> {
    let of_number = |number: &ssh_key::Mpint| {
        let digits = without_leading_zeros(number.as_bytes());
        let bits = digits.len() * 8 - digits.first()?.leading_zeros() as usize;
        u32::try_from(bits).ok()
    };
    match key {
        KeyData::Rsa(key) => of_number(key.n()),
        KeyData::Dsa(key) => of_number(key.p()),
        KeyData::Ed25519(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => Some(256),
        KeyData::Ecdsa(key) => Some(match key.curve() {
            ssh_key::EcdsaCurve::NistP256 => 256,
            ssh_key::EcdsaCurve::NistP384 => 384,
            ssh_key::EcdsaCurve::NistP521 => 521,
        }),
        _ => None,
    }
}

/// A comment given as an option's argument. A comment ends with its line, so characters that could
/// end the line are refused, not escaped.
///
/// # Errors
/// When it contains a control character.
pub fn comment_argument(text: &str) -> Result<String, &'static str> {
    if text.chars().any(char::is_control) {
        Err("a comment is one line without control characters")
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: &str = "AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    #[test]
    fn fingerprints_are_those_of_ssh_keygen() {
        let key: PublicKeyLine = format!("ssh-ed25519 {BLOB}").parse().expect("a key");
        assert_eq!(key.fingerprint_sha256(), "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ");
        assert_eq!(key.fingerprint_md5(), "MD5:ae:6f:ba:1b:70:2c:ae:c7:5c:ab:6e:4d:5e:d4:c7:23");
    }
}
