//! PEM files (RFC 7468) of OpenSSL and old OpenSSH: PKCS#1, SEC1, OpenSSL's DSA, and PKCS#8, plain or encrypted.
//!
//! The armour and its labels are here; [`der`] takes apart what is inside, [`keys`] knows which fields make a key,
//! [`dek_info`] and [`pbes`] are the two ways to lock one, and [`write()`] writes.

mod dek_info;
mod der;
mod keys;
mod pbes;
mod write;

use std::fmt;

use data_encoding::BASE64;
use ssh_key::PrivateKey;
use ssh_key::private::{KeypairData, RsaKeypair};
use zeroize::Zeroizing;

use self::der::Der;
pub(super) use self::write::write;
use super::{KeyFormat, Protection};
use crate::error::Error;
use crate::key_pair;
use crate::passphrase::Passphrase;
use crate::wire::Truncated;

/// A PEM file, taken apart but still locked.
pub(super) struct Pem {
    label: Label,
    state: State,
}

/// What stands between `-----BEGIN ` and `-----`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    /// `RSA PRIVATE KEY`: PKCS#1 (RFC 8017 A.1.2).
    Rsa,
    /// `EC PRIVATE KEY`: SEC1 (RFC 5915).
    Ec,
    /// `DSA PRIVATE KEY`: OpenSSL's own.
    Dsa,
    /// `PRIVATE KEY` and `ENCRYPTED PRIVATE KEY`: PKCS#8 (RFC 5958).
    Pkcs8,
}

/// An RSA pair as PKCS#1 stores it.
pub(crate) fn rsa_to_pkcs1(pair: &RsaKeypair) -> Result<Zeroizing<Vec<u8>>, Error> {
    write::pkcs1(pair)
}

/// The pair back.
pub(crate) fn rsa_from_pkcs1(der: &[u8]) -> Result<RsaKeypair, Error> {
    match keys::parse(Label::Rsa, der)? {
        KeypairData::Rsa(pair) => Ok(pair),
        other => Err(key_pair::unsupported(&other)),
    }
}

enum State {
    Open { pair: KeypairData, public: Vec<u8> },
    DekInfo(dek_info::Locked),
    Pbes(pbes::Locked),
}

impl Pem {
    /// Whether a line begins a private key of this family.
    pub(super) fn is_begun_by(line: &[u8]) -> bool {
        label_of(line).is_some()
    }

    pub(super) fn parse(text: &[u8]) -> Result<Self, Error> {
        let armour = Armour::parse(text)?;
        let label = armour.label;
        let state = match (armour.dek_info, armour.is_encrypted) {
            (Some(info), false) => State::DekInfo(dek_info::Locked::new(&info, armour.der)?),
            (None, true) => State::Pbes(pbes::Locked::parse(&armour.der)?),
            (None, false) => State::open(label, &armour.der)?,
            (Some(_), true) => return Err(malformed("it is encrypted in two ways")),
        };
        Ok(Self { label, state })
    }

    pub(super) fn format(&self) -> KeyFormat {
        if self.label == Label::Pkcs8 { KeyFormat::Pkcs8 } else { KeyFormat::Pem }
    }

    pub(super) fn is_locked(&self) -> bool {
        !matches!(self.state, State::Open { .. })
    }

    pub(super) fn protection(&self) -> Protection {
        match &self.state {
            State::Open { .. } => Protection::None,
            State::DekInfo(locked) => Protection::Locked {
                cipher: locked.cipher().as_str().into(),
                kdf: "MD5, one round".into(),
                is_weak: true,
            },
            State::Pbes(locked) => Protection::Locked {
                cipher: locked.cipher().as_str().into(),
                kdf: locked.kdf().to_string(),
                is_weak: false,
            },
        }
    }

    /// The public half, which only an unlocked file gives away.
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
                self.pair(&decrypted(passphrase.ok_or(Error::Locked)?, open)?)?
            }
            State::Pbes(locked) => {
                let open = |passphrase: &[u8]| locked.decrypt(passphrase);
                self.pair(&decrypted(passphrase.ok_or(Error::Locked)?, open)?)?
            }
        };
        PrivateKey::new(pair, "").map_err(|_| malformed("it is no key"))
    }

    fn pair(&self, der: &[u8]) -> Result<KeypairData, Error> {
        keys::parse(self.label, der)
    }
}

impl State {
    fn open(label: Label, der: &[u8]) -> Result<Self, Error> {
        let pair = keys::parse(label, der)?;
        Ok(Self::Open { public: key_pair::public_blob(&pair)?, pair })
    }
}

/// Debug without the private part.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let locked = self.is_locked();
        f.debug_struct("Pem")
            .field("label", &self.label)
            .field("locked", &locked)
            .finish_non_exhaustive()
    }
}

/// Decrypts under each spelling of the passphrase until what comes out is padded (RFC 8018 §6.1.1) and is one DER
/// sequence; these formats have no other check.
fn decrypted(
    passphrase: &Passphrase,
    open: impl Fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, Error>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    for spelling in passphrase.spellings() {
        let mut plain = open(&spelling)?;
        if unpad(&mut plain).is_some() && Der::new(&plain).only_sequence().is_ok() {
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

/// The text around the base64.
struct Armour {
    label: Label,
    is_encrypted: bool,
    /// The value of the header `DEK-Info`.
    dek_info: Option<String>,
    der: Zeroizing<Vec<u8>>,
}

impl Armour {
    fn parse(text: &[u8]) -> Result<Self, Error> {
        let mut lines = contract::text::lines(text).map(|(_, line)| line.trim_ascii());
        let (label, is_encrypted) = lines
            .by_ref()
            .find_map(label_of)
            .ok_or_else(|| malformed("its BEGIN line is missing"))?;
        let mut dek_info = None;
        let mut base64 = Zeroizing::new(Vec::with_capacity(text.len()));
        for line in lines {
            if line.starts_with(b"-----END ") {
                let der = BASE64.decode(&base64).map_err(|_| {
                    malformed("what is between its BEGIN and END lines is not base64")
                })?;
                return Ok(Self { label, is_encrypted, dek_info, der: Zeroizing::new(der) });
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

/// The label of a BEGIN line, and whether it says that the key is encrypted.
fn label_of(line: &[u8]) -> Option<(Label, bool)> {
    match line.trim_ascii().strip_prefix(b"-----BEGIN ")?.strip_suffix(b"-----")? {
        b"RSA PRIVATE KEY" => Some((Label::Rsa, false)),
        b"EC PRIVATE KEY" => Some((Label::Ec, false)),
        b"DSA PRIVATE KEY" => Some((Label::Dsa, false)),
        b"PRIVATE KEY" => Some((Label::Pkcs8, false)),
        b"ENCRYPTED PRIVATE KEY" => Some((Label::Pkcs8, true)),
        _ => None,
    }
}

fn malformed(reason: &'static str) -> Error {
    Error::Malformed { format: "PEM", line: None, reason }
}

/// Fields that end early or are not what the structure says.
fn broken(_: Truncated) -> Error {
    malformed("its DER structure is broken")
}
