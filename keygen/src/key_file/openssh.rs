//! OpenSSH's private key files (OpenSSH's PROTOCOL.key), on bytes: the reader is here, the writer
//! is [`write()`].
//!
//! We do not use ssh-key's reader and writer of this format: they refuse ECDSA keys whose private
//! number has leading zero bytes (one P-256 key in 256), and locked files that PuTTYgen padded by a
//! whole block.

mod write;

use std::borrow::Cow;
use std::fmt;

use ssh_key::private::KeypairData;
use ssh_key::{Cipher, EcdsaCurve, Kdf, PrivateKey};
use zeroize::Zeroizing;

pub(super) use self::write::write;

use super::{KeyFormat, Protection};
use crate::base64;
use crate::defaults::MAX_BCRYPT_ROUNDS;
use crate::error::Error;
use crate::key_pair;
use crate::passphrase::Passphrase;
use crate::text;
use crate::wire::{Fields, Reader, Truncated};

const BEGIN: &[u8] = b"-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &[u8] = b"-----END OPENSSH PRIVATE KEY-----";
const MAGIC: &[u8] = b"openssh-key-v1\0";

/// An OpenSSH key file, parsed but still locked.
pub(super) struct OpenSsh {
    cipher: Cipher,
    kdf: Kdf,
    public: Vec<u8>,
    /// Encrypted unless `cipher` is [`Cipher::None`].
    private: Zeroizing<Vec<u8>>,
    tag: Vec<u8>,
    comment: Option<Vec<u8>>,
}

impl OpenSsh {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Error> {
        let bytes = armoured(text)?;
        let mut file = Self::from_bytes(&bytes).map_err(|_| malformed("it ends early"))??;
        if file.cipher.is_none() {
            // The comment follows the private numbers, so an unlocked file is parsed to its end for
            // it.
            file.comment = match file.decoded(&file.private, false) {
                Ok(key) => Some(key.comment().as_bytes().to_vec()),
                // A key on a token, or of a future kind, still has its public half.
                Err(Error::Unsupported { .. }) => comment_of_token_key(&file.private),
                Err(error) => return Err(error),
            };
        }
        Ok(file)
    }

    fn from_bytes(bytes: &[u8]) -> Fields<Self> {
        let mut reader = Reader::new(bytes);
        if reader.bytes(MAGIC.len())? != MAGIC {
            return Ok(Err(malformed("it does not begin with `openssh-key-v1`")));
        }
        let (cipher, kdf, options) = (reader.string()?, reader.string()?, reader.string()?);
        if reader.uint32()? != 1 {
            return Ok(Err(malformed("it does not hold exactly one key")));
        }
        let (public, private) = (reader.string()?, reader.string()?);
        let cipher = match named_cipher(cipher) {
            Ok(cipher) => cipher,
            Err(error) => return Ok(Err(error)),
        };
        let kdf = match kdf {
            b"none" if cipher.is_none() => Kdf::None,
            b"bcrypt" if cipher.is_some() => {
                let mut options = Reader::new(options);
                Kdf::Bcrypt { salt: options.string()?.to_vec(), rounds: options.uint32()? }
            }
            _ => return Ok(Err(malformed("its cipher and key derivation do not go together"))),
        };
        let tag = reader.rest().to_vec();
        if tag.len() != if cipher.has_tag() { 16 } else { 0 } {
            return Ok(Err(malformed("it is longer or shorter than it says")));
        }
        if private.is_empty() || private.len() % cipher.block_size() != 0 {
            return Ok(Err(malformed("the private part is not a whole number of cipher blocks")));
        }
        let private = Zeroizing::new(private.to_vec());
        Ok(Ok(Self {
            cipher,
            kdf,
            public: key_pair::canonical_blob(public),
            private,
            tag,
            comment: None,
        }))
    }

    pub(super) fn is_locked(&self) -> bool {
        self.cipher.is_some()
    }

    pub(super) fn protection(&self) -> Protection {
        let kdf = match &self.kdf {
            Kdf::Bcrypt { rounds, .. } => format!("bcrypt, rounds: {rounds}"),
            _ => "none".into(),
        };
        Protection::Locked { cipher: self.cipher.as_str().into(), kdf, is_weak: false }
    }

    pub(super) fn comment(&self) -> Option<Cow<'_, str>> {
        self.comment.as_deref().map(text::comment)
    }

    pub(super) fn public_blob(&self) -> &[u8] {
        &self.public
    }

    pub(super) fn unlock(&self, passphrase: Option<&Passphrase>) -> Result<PrivateKey, Error> {
        if self.cipher.is_none() {
            return self.decoded(&self.private, false);
        }
        let passphrase = passphrase.ok_or(Error::Locked)?;
        let mut private = self.private.clone();
        self.decrypt(passphrase, &mut private)?;
        self.decoded(&private, true)
    }

    fn decrypt(&self, passphrase: &Passphrase, private: &mut [u8]) -> Result<(), Error> {
        if let Kdf::Bcrypt { rounds, .. } = self.kdf
            && rounds > MAX_BCRYPT_ROUNDS
        {
            let what = format!("{rounds} rounds of bcrypt");
            return Err(Error::TooCostly { what, limit: MAX_BCRYPT_ROUNDS.to_string() });
        }
        // bcrypt_pbkdf does not accept an empty passphrase, so no file is locked with one.
        if passphrase.is_empty() {
            return Err(Error::WrongPassphrase { or_damaged: false });
        }
        let (key, iv) = passphrase
            .expose(|passphrase| self.kdf.derive_key_and_iv(self.cipher, passphrase))
            .map_err(|_| malformed("bcrypt refuses its parameters"))?;
        let tag = self.tag.as_slice().try_into().ok();
        self.cipher.decrypt(&key, &iv, private, tag).map_err(|_| {
            // Only ciphers with a tag detect this, and they cannot tell a wrong passphrase from
            // damage.
            Error::WrongPassphrase { or_damaged: true }
        })
    }

    /// Parses the decrypted part. Its two equal numbers show whether the passphrase was right.
    fn decoded(&self, private: &[u8], was_locked: bool) -> Result<PrivateKey, Error> {
        let mut reader = Reader::new(private);
        let checks = (reader.uint32(), reader.uint32());
        if checks.0 != checks.1 {
            return Err(if was_locked {
                Error::WrongPassphrase { or_damaged: false }
            } else {
                Error::Tampered("its check numbers differ")
            });
        }
        let (pair, comment) =
            private_fields(&mut reader).map_err(|_| malformed("the private part ends early"))?;
        let pair = pair?;
        // Padding of any length, as ssh-keygen accepts it.
        let expected = (1..=u8::MAX).chain(0..=0).cycle();
        if !reader.rest().iter().zip(expected).all(|(byte, expected)| *byte == expected) {
            return Err(malformed("the padding is wrong"));
        }
        if key_pair::public_blob(&pair)? != self.public {
            return Err(malformed("the private key does not match the public key before it"));
        }
        PrivateKey::new(pair, comment).map_err(|_| malformed("the private part is not a key"))
    }
}

/// Debug without the private part.
impl fmt::Debug for OpenSsh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenSsh").field("cipher", &self.cipher).finish_non_exhaustive()
    }
}

/// The key's fields and its comment, in OpenSSH's order. Outer result: the fields are complete;
/// inner: they fit together.
pub(crate) fn private_fields<'a>(
    reader: &mut Reader<'a>,
) -> Result<(Result<KeypairData, Error>, &'a [u8]), Truncated> {
    let algorithm = reader.string()?;
    let pair = match algorithm {
        b"ssh-rsa" => key_pair::rsa(&key_pair::Rsa {
            n: reader.positive()?,
            e: reader.positive()?,
            d: reader.positive()?,
            iqmp: reader.positive()?,
            p: reader.positive()?,
            q: reader.positive()?,
        }),
        b"ssh-dss" => key_pair::dsa(&key_pair::Dsa {
            p: reader.positive()?,
            q: reader.positive()?,
            g: reader.positive()?,
            y: reader.positive()?,
            x: reader.positive()?,
        }),
        b"ssh-ed25519" => {
            let public = reader.string()?;
            let (seed, again) = reader.string()?.split_first_chunk::<32>().ok_or(Truncated)?;
            if again != public {
                return Err(Truncated);
            }
            key_pair::ed25519(seed, public)
        }
        _ => {
            let name = String::from_utf8_lossy(algorithm);
            match name.strip_prefix("ecdsa-sha2-").map(str::parse::<EcdsaCurve>) {
                Some(Ok(curve)) => {
                    reader.string()?;
                    let point = reader.string()?;
                    key_pair::ecdsa(curve, reader.positive()?, Some(point))
                }
                _ => return Ok((Err(key_pair::unsupported_algorithm(&name)), &[])),
            }
        }
    };
    Ok((pair, reader.string()?))
}

/// The comment of a key whose private half is on a token (OpenSSH's PROTOCOL.u2f).
fn comment_of_token_key(private: &[u8]) -> Option<Vec<u8>> {
    let comment = || -> Result<Option<Vec<u8>>, Truncated> {
        let mut reader = Reader::new(private);
        reader.bytes(8)?;
        match reader.string()? {
            b"sk-ssh-ed25519@openssh.com" => {}
            b"sk-ecdsa-sha2-nistp256@openssh.com" => drop(reader.string()?),
            _ => return Ok(None),
        }
        let (_public, _application, _flags) =
            (reader.string()?, reader.string()?, reader.bytes(1)?);
        let (_handle, _reserved) = (reader.string()?, reader.string()?);
        Ok(Some(reader.string()?.to_vec()))
    };
    comment().ok().flatten()
}

fn named_cipher(name: &[u8]) -> Result<Cipher, Error> {
    let name = String::from_utf8_lossy(name);
    Cipher::new(&name).map_err(|_| Error::Unsupported {
        what: format!("the cipher {}", contract::shown(&*name)),
        hint: "re-lock the key with `ssh-keygen -p -Z aes256-ctr`",
    })
}

/// The bytes between the BEGIN and END lines.
fn armoured(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut base64 = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut lines = contract::encoding::lines(text)
        .map(|(_, line)| line.trim_ascii())
        .skip_while(|line| *line != BEGIN)
        .skip(1);
    for line in lines.by_ref() {
        if line == END {
            return base64::decode(&base64)
                .ok_or_else(|| malformed("what is between its BEGIN and END lines is not base64"));
        }
        base64.extend_from_slice(line);
    }
    Err(malformed("its END line is missing"))
}

fn malformed(reason: &'static str) -> Error {
    Error::malformed(KeyFormat::OpenSsh, reason)
}
