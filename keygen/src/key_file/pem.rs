//! PEM files (RFC 7468) of OpenSSL and old OpenSSH: PKCS#1, SEC1, OpenSSL's DSA, and PKCS#8, plain
//! or encrypted.
//!
//! The armour and its labels are here. `crate::der` parses the content, [`keys`] knows which fields
//! make a key, [`dek_info`] and [`pbes`] are the two ways of locking one, and [`write()`] writes.

mod cipher;
mod dek_info;
mod kdf;
mod keys;
mod pbes;
mod write;

use std::fmt;

use ssh_key::PrivateKey;
use ssh_key::private::{KeypairData, RsaKeypair};
use zeroize::Zeroizing;

use self::cipher::Cipher;
pub(super) use self::write::{armour, write};
use super::{KeyFormat, Protection};
use crate::base64;
use crate::der::Der;
use crate::der::content::Content;
use crate::error::Error;
use crate::key_pair;
use crate::passphrase::Passphrase;
use crate::wire::Truncated;

/// A PEM file, parsed but still locked. Its content decides what it is, because labels are often
/// those of another format.
pub(super) struct Pem {
    format: KeyFormat,
    state: State,
    /// Whether its END line is cut off or has another label than its BEGIN line. OpenSSL refuses
    /// such a file; others read it.
    has_other_end: bool,
}

/// An RSA pair in PKCS#1 form.
pub(crate) fn rsa_to_pkcs1(pair: &RsaKeypair) -> Result<Zeroizing<Vec<u8>>, Error> {
    write::pkcs1(pair)
}

/// The pair from its PKCS#1 form.
pub(crate) fn rsa_from_pkcs1(der: &[u8]) -> Result<RsaKeypair, Error> {
    match keys::parse(der)? {
        KeypairData::Rsa(pair) => Ok(pair),
        other => Err(key_pair::unsupported(&other)),
    }
}

enum State {
    Open { pair: KeypairData, public: Vec<u8>, is_proven: bool },
    DekInfo(dek_info::Locked),
    Pbes(pbes::Locked),
}

impl Pem {
    /// Whether a line begins a private key of this family.
    pub(super) fn is_begun_by(line: &[u8]) -> bool {
        let label = line.trim_ascii().strip_prefix(b"-----BEGIN ");
        label.and_then(|label| label.strip_suffix(b"-----")).is_some_and(is_label)
    }

    pub(super) fn parse(text: &[u8]) -> Result<Self, Error> {
        let armour = Armour::parse(text)?;
        let has_other_end = armour.has_other_end;
        match armour.dek_info {
            Some(info) => Ok(Self {
                format: KeyFormat::Pem,
                state: State::DekInfo(dek_info::Locked::new(&info, armour.der)?),
                has_other_end,
            }),
            None => Ok(Self { has_other_end, ..Self::from_der(&armour.der)? }),
        }
    }

    /// The same for a file without the lines around it.
    pub(super) fn from_der(der: &[u8]) -> Result<Self, Error> {
        let content = Content::of(der);
        let state = match content {
            Some(Content::Encrypted) => State::Pbes(pbes::Locked::parse(der)?),
            _ => State::open(der)?,
        };
        let is_pkcs8 = matches!(content, Some(Content::Pkcs8 | Content::Encrypted));
        let format = if is_pkcs8 { KeyFormat::Pkcs8 } else { KeyFormat::Pem };
        Ok(Self { format, state, has_other_end: false })
    }

    pub(super) fn has_other_end(&self) -> bool {
        self.has_other_end
    }

    pub(super) fn format(&self) -> KeyFormat {
        self.format
    }

    /// Whether the file proves its private half; a locked file does not.
    pub(super) fn is_proven(&self) -> bool {
        matches!(self.state, State::Open { is_proven: true, .. })
    }

    pub(super) fn is_locked(&self) -> bool {
        !matches!(self.state, State::Open { .. })
    }

    pub(super) fn protection(&self) -> Protection {
        match &self.state {
            State::Open { .. } => Protection::None,
            State::DekInfo(locked) => Protection::Locked {
                cipher: locked.cipher().title(),
                kdf: "MD5, one round".into(),
                is_weak: true,
            },
            State::Pbes(locked) => Protection::Locked {
                cipher: locked.cipher().title(),
                kdf: locked.kdf().to_string(),
                is_weak: matches!(locked.kdf(), kdf::Kdf::Pbkdf1 { .. }),
            },
        }
    }

    /// The public half, which only an unlocked file reveals.
    pub(super) fn public_blob(&self) -> Option<&[u8]> {
        match &self.state {
            State::Open { public, .. } => Some(public),
            State::DekInfo(_) | State::Pbes(_) => None,
        }
    }

    pub(super) fn unlock(&self, passphrase: Option<&Passphrase>) -> Result<PrivateKey, Error> {
        let pair = match &self.state {
            State::Open { pair, .. } => pair.clone(),
            State::DekInfo(locked) => {
                let open = |passphrase: &[u8]| locked.decrypt(passphrase);
                keys::parse(&decrypted(passphrase.ok_or(Error::Locked)?, locked.cipher(), open)?)?
            }
            State::Pbes(locked) => {
                let open = |passphrase: &[u8]| locked.decrypt(passphrase);
                keys::parse(&decrypted(passphrase.ok_or(Error::Locked)?, locked.cipher(), open)?)?
            }
        };
        PrivateKey::new(pair, "").map_err(|_| malformed("it is not a key"))
    }
}

impl State {
    fn open(der: &[u8]) -> Result<Self, Error> {
        let pair = keys::parse(der)?;
        let is_proven = is_proven(&pair, der);
        if Der::new(der).only_sequence().is_err() && !is_proven {
            return Err(broken(Truncated));
        }
        Ok(Self::Open { public: key_pair::public_blob(&pair)?, pair, is_proven })
    }
}

/// Whether the file proves that it is this key and no other, by the numbers of an RSA key or by its
/// public half. Any seed or scalar is a valid key, so extra bytes may have been part of another
/// key.
fn is_proven(pair: &KeypairData, der: &[u8]) -> bool {
    let public: &[u8] = match pair {
        KeypairData::Ed25519(key) => key.public.as_ref(),
        // Every form of a point contains the first coordinate.
        KeypairData::Ecdsa(key) => {
            let point = key.public_key_bytes();
            point.get(1..=point.len() / 2).unwrap_or_default()
        }
        _ => return true,
    };
    !public.is_empty() && der.windows(public.len()).any(|bytes| bytes == public)
}

/// Debug without the private part.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let locked = self.is_locked();
        f.debug_struct("Pem")
            .field("format", &self.format)
            .field("locked", &locked)
            .finish_non_exhaustive()
    }
}

/// Decrypts with each spelling of the passphrase until the result is padded (RFC 8018 §6.1.1) and
/// is a single DER sequence; these formats have no other check.
fn decrypted(
    passphrase: &Passphrase,
    cipher: Cipher,
    open: impl Fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, Error>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    for spelling in passphrase.spellings() {
        let mut plain = open(&spelling)?;
        let is_whole =
            |plain: &[u8]| Der::new(plain).only_sequence().is_ok() || Content::of(plain).is_some();
        let is_padded = cipher.block_bytes() == 1 || unpad(&mut plain).is_some();
        if is_padded && is_whole(&plain) {
            return Ok(plain);
        }
    }
    Err(Error::WrongPassphrase { or_damaged: true })
}

fn unpad(plain: &mut Vec<u8>) -> Option<()> {
    let length = usize::from(*plain.last()?);
    let start = plain.len().checked_sub(length).filter(|_| (1..=16).contains(&length))?;
    plain
        .get(start..)?
        .iter()
        .all(|byte| usize::from(*byte) == length)
        .then(|| plain.truncate(start))
}

/// The labels of private keys between `-----BEGIN ` and `-----`, which say little about the
/// content.
const LABELS: [&[u8]; 5] = [
    b"RSA PRIVATE KEY",
    b"EC PRIVATE KEY",
    b"DSA PRIVATE KEY",
    b"PRIVATE KEY",
    b"ENCRYPTED PRIVATE KEY",
];

/// Whether this is the label of a private key of this family.
pub(super) fn is_label(label: &[u8]) -> bool {
    LABELS.contains(&label)
}

/// The text around the base64.
struct Armour {
    /// The value of the header `DEK-Info`.
    dek_info: Option<String>,
    der: Zeroizing<Vec<u8>>,
    has_other_end: bool,
}

impl Armour {
    fn parse(text: &[u8]) -> Result<Self, Error> {
        let mut lines = contract::encoding::lines(text).map(|(_, line)| line.trim_ascii());
        let Some(begin) = lines.by_ref().find(|line| Pem::is_begun_by(line)) else {
            return Err(malformed("its BEGIN line is missing"));
        };
        let mut dek_info = None;
        let mut base64 = Zeroizing::new(Vec::with_capacity(text.len()));
        for line in lines {
            if let Some(end) = line.strip_prefix(b"-----END ") {
                let der = base64::decode(&base64).ok_or_else(|| {
                    malformed("what is between its BEGIN and END lines is not base64")
                })?;
                let has_other_end = begin.strip_prefix(b"-----BEGIN ") != Some(end);
                return Ok(Self { dek_info, der, has_other_end });
            }
            match line.strip_prefix(b"DEK-Info:") {
                Some(value) => {
                    dek_info = Some(String::from_utf8_lossy(value.trim_ascii()).into_owned());
                }
                None if line.contains(&b':') => {}
                None => base64.extend_from_slice(line),
            }
        }
        Err(malformed("its END line is missing"))
    }
}

/// How to open, with OpenSSL 3, files that we do not open.
const LEGACY: &str =
    "convert it: openssl pkcs8 -topk8 -in FILE -out OUT -provider legacy -provider default";

fn malformed(reason: &'static str) -> Error {
    Error::Malformed { format: "PEM", line: None, reason }
}

/// The error for fields that end early or do not match the structure.
fn broken(_: Truncated) -> Error {
    malformed("its DER structure is broken")
}
