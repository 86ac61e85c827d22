//! PuTTY's private key files, versions 2 and 3 (PuTTY manual, appendix C), on bytes.
//!
//! The reader is here, on top of [`headers`]; [`write()`] writes; [`kdf`] derives keys from
//! passphrases for both.

mod headers;
mod kdf;
mod write;

use std::borrow::Cow;
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use ssh_key::private::KeypairData;
use ssh_key::{Cipher, EcdsaCurve, PrivateKey};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub(super) use self::write::write;

use self::headers::Headers;
use self::kdf::{Kdf, Keys};
use super::{KeyFormat, Protection};
use crate::code_page;
use crate::error::Error;
use crate::key_pair;
use crate::passphrase::Passphrase;
use crate::text;
use crate::wire::{Fields, Reader, Truncated, Writer};

/// A PPK file, parsed but still locked.
pub(super) struct Ppk {
    format: KeyFormat,
    algorithm: String,
    /// As in the file: the MAC covers these bytes, whatever their encoding.
    comment: Vec<u8>,
    /// As in the file; that of the certificate if there is one.
    public: Vec<u8>,
    /// The key without its certificate.
    key: Vec<u8>,
    /// Encrypted unless `kdf` is [`Kdf::None`].
    private: Zeroizing<Vec<u8>>,
    kdf: Kdf,
    mac: Vec<u8>,
}

impl Ppk {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Error> {
        let mut headers = Headers::new(text)?;
        let algorithm = headers.ascii("PuTTY-User-Key-File-")?;
        let locked = match headers.ascii("Encryption: ")? {
            "aes256-cbc" => true,
            "none" => false,
            other => {
                return Err(Error::Unsupported {
                    what: format!("the PPK cipher {}", contract::shown(other)),
                    hint: "re-save the key with puttygen, which uses aes256-cbc",
                });
            }
        };
        let comment = headers.value("Comment: ")?.to_vec();
        let public = headers.base64("Public-Lines: ")?.to_vec();
        let kdf = Kdf::parse(&mut headers, locked)?;
        let private = headers.base64("Private-Lines: ")?;
        let mac = headers.hex("Private-MAC: ")?;
        headers.end()?;
        if Reader::new(&public).string() != Ok(algorithm.as_bytes()) {
            return Err(headers.malformed("the public key is not of the type the first line names"));
        }
        if locked && private.len() % 16 != 0 {
            return Err(
                headers.malformed("the private part is not a whole number of cipher blocks")
            );
        }
        let key = certified_key(&public).unwrap_or_else(|| key_pair::canonical_blob(&public));
        let ppk = Self {
            format: headers.format(),
            key,
            algorithm: algorithm.to_owned(),
            comment,
            public,
            private,
            kdf,
            mac,
        };
        // Otherwise nothing would check the public half of a key that is never unlocked.
        if !locked && !ppk.is_authentic(&Keys::unlocked(ppk.format), &ppk.private) {
            return Err(Error::Tampered("its MAC does not match"));
        }
        Ok(ppk)
    }

    pub(super) fn format(&self) -> KeyFormat {
        self.format
    }

    pub(super) fn is_locked(&self) -> bool {
        !matches!(self.kdf, Kdf::None)
    }

    pub(super) fn protection(&self) -> Protection {
        Protection::Locked {
            cipher: "aes256-cbc".into(),
            kdf: self.kdf.to_string(),
            is_weak: self.kdf == Kdf::Sha1,
        }
    }

    pub(super) fn comment(&self) -> Cow<'_, str> {
        text::comment(&self.comment)
    }

    pub(super) fn public_blob(&self) -> &[u8] {
        &self.key
    }

    /// The certificate in its wire form, if there is one (PuTTY 0.78 and later).
    pub(super) fn certificate_blob(&self) -> Option<&[u8]> {
        (self.public != self.key && self.algorithm.ends_with(CERTIFIED)).then_some(&self.public)
    }

    pub(super) fn unlock(&self, passphrase: Option<&Passphrase>) -> Result<PrivateKey, Error> {
        let mut pair = if self.is_locked() {
            self.decrypt(passphrase.ok_or(Error::Locked)?)?
        } else {
            self.pair(&self.private)?
        };
        pair.set_comment(self.comment.clone());
        Ok(pair)
    }

    fn decrypt(&self, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
        for spelling in passphrase.spellings() {
            let keys = self.kdf.derive(&spelling)?;
            let mut private = self.private.clone();
            Cipher::Aes256Cbc.decrypt(&*keys.cipher, &*keys.iv, &mut private, None).map_err(
                |_| Error::malformed(self.format, "the private part cannot be decrypted"),
            )?;
            if self.is_authentic(&keys, &private) {
                return self.pair(&private);
            }
            // With a wrong passphrase the private part is noise, which is never the other half of a
            // key.
            if self.pair(&private).is_ok() {
                return Err(Error::Tampered("the passphrase is right, but the MAC does not match"));
            }
        }
        Err(Error::WrongPassphrase { or_damaged: true })
    }

    /// Whether the MAC is right. Editors and PowerShell may have re-encoded a code-page comment or
    /// added blanks after it, so each spelling is tried.
    fn is_authentic(&self, keys: &Keys, private: &[u8]) -> bool {
        let comment = text::comment(&self.comment);
        let in_code_page = code_page::encode(&comment);
        let cipher = if self.is_locked() { "aes256-cbc" } else { "none" };
        let spellings = [Some(&*self.comment), in_code_page.as_deref().map(Vec::as_slice)]
            .into_iter()
            .flatten();
        spellings.flat_map(|comment| [comment, comment.trim_ascii()]).any(|comment| {
            let covered = covered(&self.algorithm, cipher, comment, &self.public, private);
            bool::from(mac_of(keys, &covered).ct_eq(&self.mac))
        })
    }

    fn pair(&self, private: &[u8]) -> Result<PrivateKey, Error> {
        let algorithm = self.algorithm.replace(CERTIFIED, "");
        let pair = key_pair_of(&algorithm, &self.key, private)
            .map_err(|_| Error::malformed(self.format, "the key data ends early"))??;
        PrivateKey::new(pair, "").map_err(|_| key_pair::unsupported_algorithm(&self.algorithm))
    }
}

/// The suffix of certificate algorithms (OpenSSH's PROTOCOL.certkeys).
const CERTIFIED: &str = "-cert-v01@openssh.com";

/// The key that a certificate certifies.
fn certified_key(blob: &[u8]) -> Option<Vec<u8>> {
    let certificate = ssh_key::Certificate::from_bytes(blob).ok()?;
    ssh_key::PublicKey::from(certificate.public_key().clone()).to_bytes().ok()
}

/// Debug without the private part.
impl fmt::Debug for Ppk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ppk")
            .field("format", &self.format)
            .field("kdf", &self.kdf.to_string())
            .finish_non_exhaustive()
    }
}

/// The bytes that the MAC covers (appendix C.3); the same in an unlocked version 2 file.
fn covered(
    algorithm: &str,
    cipher: &str,
    comment: &[u8],
    public: &[u8],
    private: &[u8],
) -> Zeroizing<Vec<u8>> {
    Writer::new()
        .string(algorithm)
        .string(cipher)
        .string(comment)
        .string(public)
        .string(private)
        .into_bytes()
}

/// HMAC-SHA-1 in version 2, HMAC-SHA-256 in version 3.
fn mac_of(keys: &Keys, covered: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so neither constructor fails.
    let mac = match keys.format {
        KeyFormat::Ppk2 => Hmac::<Sha1>::new_from_slice(&keys.mac)
            .map(|hmac| hmac.chain_update(covered).finalize().into_bytes().to_vec()),
        _ => Hmac::<Sha256>::new_from_slice(&keys.mac)
            .map(|hmac| hmac.chain_update(covered).finalize().into_bytes().to_vec()),
    };
    mac.unwrap_or_default()
}

/// The pair of a public blob and PuTTY's private blob (appendix C.4). Outer result: the fields are
/// complete; inner: they fit together.
fn key_pair_of(algorithm: &str, public: &[u8], private: &[u8]) -> Fields<KeypairData> {
    let (mut public, mut private) = (Reader::new(public), Reader::new(private));
    public.string()?;
    let pair = match algorithm {
        "ssh-rsa" => key_pair::rsa(&key_pair::Rsa {
            e: public.positive()?,
            n: public.positive()?,
            d: private.positive()?,
            p: private.positive()?,
            q: private.positive()?,
            iqmp: private.positive()?,
        }),
        "ssh-dss" => key_pair::dsa(&key_pair::Dsa {
            p: public.positive()?,
            q: public.positive()?,
            g: public.positive()?,
            y: public.positive()?,
            x: private.positive()?,
        }),
        "ssh-ed25519" => key_pair::ed25519(&*seed(private.string()?)?, public.string()?),
        _ => match algorithm.strip_prefix("ecdsa-sha2-").map(str::parse::<EcdsaCurve>) {
            Some(Ok(curve)) => {
                public.string()?;
                key_pair::ecdsa(curve, private.positive()?, Some(public.string()?))
            }
            _ => Err(key_pair::unsupported_algorithm(algorithm)),
        },
    };
    Ok(pair)
}

/// An Ed25519 seed has 32 bytes. PuTTY reads any little-endian number, so zeros at the end may be
/// missing or added.
fn seed(little_endian: &[u8]) -> Result<Zeroizing<[u8; 32]>, Truncated> {
    let mut seed = Zeroizing::new([0; 32]);
    let (digits, excess) = little_endian.split_at_checked(32).unwrap_or((little_endian, &[]));
    if excess.iter().any(|byte| *byte != 0) {
        return Err(Truncated);
    }
    seed.get_mut(..digits.len()).ok_or(Truncated)?.copy_from_slice(digits);
    Ok(seed)
}
