//! `DEK-Info`: how OpenSSL locked PEM files before PKCS#8 (RFC 1421 headers, a single round of
//! MD5).

use contract::shown;
use data_encoding::HEXUPPER_PERMISSIVE;
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use super::cipher::Cipher;
use super::{LEGACY, malformed};
use crate::error::Error;

/// The parameters and the content of a locked file.
pub(super) struct Locked {
    cipher: Cipher,
    iv: Vec<u8>,
    encrypted: Zeroizing<Vec<u8>>,
}

impl Locked {
    /// Parses the header's value, such as `AES-128-CBC,0123…`.
    pub(super) fn new(dek_info: &str, encrypted: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        let (name, iv) =
            dek_info.split_once(',').ok_or_else(|| malformed("its DEK-Info names no IV"))?;
        let cipher = Cipher::named(name).ok_or_else(|| Error::Unsupported {
            what: format!("the PEM cipher {}", shown(name.trim())),
            hint: LEGACY,
        })?;
        let iv = HEXUPPER_PERMISSIVE
            .decode(iv.trim().as_bytes())
            .ok()
            .filter(|iv| iv.len() == cipher.iv_bytes())
            .ok_or_else(|| malformed("the IV in its DEK-Info is invalid"))?;
        if encrypted.is_empty() || !encrypted.len().is_multiple_of(cipher.block_bytes()) {
            return Err(malformed("it is not a whole number of cipher blocks"));
        }
        Ok(Self { cipher, iv, encrypted })
    }

    pub(super) fn cipher(&self) -> Cipher {
        self.cipher
    }

    pub(super) fn decrypt(&self, passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut plain = self.encrypted.clone();
        let key = key(self.cipher, &self.iv, passphrase);
        self.cipher
            .decrypt(&key, &self.iv, &mut plain)
            .map_err(|_| malformed("it cannot be decrypted"))?;
        Ok(plain)
    }
}

/// OpenSSL's `EVP_BytesToKey`: MD5 over the passphrase and the first half of the IV, chained until
/// there are enough bytes.
pub(super) fn key(cipher: Cipher, iv: &[u8], passphrase: &[u8]) -> Zeroizing<Vec<u8>> {
    let size = cipher.key_bytes();
    let salt = iv.get(..8).unwrap_or(iv);
    let mut key = Zeroizing::new(Vec::with_capacity(64));
    let mut block = Zeroizing::new(Vec::with_capacity(16));
    while key.len() < size {
        let digest = Md5::new().chain_update(&*block).chain_update(passphrase).chain_update(salt);
        block.clear();
        block.extend_from_slice(&digest.finalize());
        key.extend_from_slice(&block);
    }
    key.truncate(size);
    key
}
