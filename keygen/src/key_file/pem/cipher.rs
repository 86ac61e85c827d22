//! The ciphers of locked PEM files: those that OpenSSL opens by default, and old ones that need
//! `-provider legacy`.

use aes::cipher::{
    Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt as _, BlockSizeUser,
    InnerIvInit as _, KeyInit, StreamCipher as _,
};
use aes::{Aes128, Aes192, Aes256};
use aria::{Aria128, Aria192, Aria256};
use blowfish::Blowfish;
use camellia::{Camellia128, Camellia192, Camellia256};
use cast5::Cast5;
use des::{Des, TdesEde2, TdesEde3};
use rc2::Rc2;
use rc4::Rc4;
use sm4::Sm4;

/// A cipher in a mode, with the size of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cipher {
    algorithm: Algorithm,
    mode: Mode,
    key_bytes: usize,
}

/// The block ciphers, and RC4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Aes,
    Aria,
    Blowfish,
    Camellia,
    Cast5,
    Des,
    TripleDes,
    Rc2,
    Rc4,
    Sm4,
}

/// How blocks are chained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Cbc,
    Cfb,
    /// CFB with one byte at a time.
    Cfb8,
    /// CFB with one bit at a time.
    Cfb1,
    Ofb,
    /// A stream cipher: RC4 has no blocks.
    Stream,
}

/// OpenSSL's names without the mode, and the key size in bytes.
const NAMES: [(&str, Algorithm, usize); 19] = [
    ("AES-128", Algorithm::Aes, 16),
    ("AES-192", Algorithm::Aes, 24),
    ("AES-256", Algorithm::Aes, 32),
    ("ARIA-128", Algorithm::Aria, 16),
    ("ARIA-192", Algorithm::Aria, 24),
    ("ARIA-256", Algorithm::Aria, 32),
    ("CAMELLIA-128", Algorithm::Camellia, 16),
    ("CAMELLIA-192", Algorithm::Camellia, 24),
    ("CAMELLIA-256", Algorithm::Camellia, 32),
    ("DES-EDE3", Algorithm::TripleDes, 24),
    ("DES-EDE", Algorithm::TripleDes, 16),
    ("DES", Algorithm::Des, 8),
    ("BF", Algorithm::Blowfish, 16),
    ("CAST5", Algorithm::Cast5, 16),
    ("RC2-40", Algorithm::Rc2, 5),
    ("RC2-64", Algorithm::Rc2, 8),
    ("RC2", Algorithm::Rc2, 16),
    ("RC4", Algorithm::Rc4, 16),
    ("SM4", Algorithm::Sm4, 16),
];

/// Object identifiers (of NIST, RFC 3657, RFC 5794, PKCS#5 and OpenSSL) and the names that they
/// stand for.
const IDENTIFIERS: [(&[u8], &str); 37] = [
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x02", "AES-128-CBC"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x03", "AES-128-OFB"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x04", "AES-128-CFB"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x16", "AES-192-CBC"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x17", "AES-192-OFB"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x18", "AES-192-CFB"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a", "AES-256-CBC"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x2b", "AES-256-OFB"),
    (b"\x60\x86\x48\x01\x65\x03\x04\x01\x2c", "AES-256-CFB"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x02", "ARIA-128-CBC"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x03", "ARIA-128-CFB"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x04", "ARIA-128-OFB"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x07", "ARIA-192-CBC"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x08", "ARIA-192-CFB"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x09", "ARIA-192-OFB"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x0c", "ARIA-256-CBC"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x0d", "ARIA-256-CFB"),
    (b"\x2a\x83\x1a\x8c\x9a\x6e\x01\x01\x0e", "ARIA-256-OFB"),
    (b"\x2a\x83\x08\x8c\x9a\x4b\x3d\x01\x01\x01\x02", "CAMELLIA-128-CBC"),
    (b"\x2a\x83\x08\x8c\x9a\x4b\x3d\x01\x01\x01\x03", "CAMELLIA-192-CBC"),
    (b"\x2a\x83\x08\x8c\x9a\x4b\x3d\x01\x01\x01\x04", "CAMELLIA-256-CBC"),
    (b"\x03\xa2\x31\x05\x03\x01\x09\x03", "CAMELLIA-128-OFB"),
    (b"\x03\xa2\x31\x05\x03\x01\x09\x04", "CAMELLIA-128-CFB"),
    (b"\x03\xa2\x31\x05\x03\x01\x09\x17", "CAMELLIA-192-OFB"),
    (b"\x03\xa2\x31\x05\x03\x01\x09\x18", "CAMELLIA-192-CFB"),
    (b"\x03\xa2\x31\x05\x03\x01\x09\x2b", "CAMELLIA-256-OFB"),
    (b"\x03\xa2\x31\x05\x03\x01\x09\x2c", "CAMELLIA-256-CFB"),
    (b"\x2a\x81\x1c\xcf\x55\x01\x68\x02", "SM4-CBC"),
    (b"\x2a\x81\x1c\xcf\x55\x01\x68\x03", "SM4-OFB"),
    (b"\x2a\x81\x1c\xcf\x55\x01\x68\x04", "SM4-CFB"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x03\x07", "DES-EDE3-CBC"),
    (b"\x2b\x0e\x03\x02\x08", "DES-OFB"),
    (b"\x2b\x0e\x03\x02\x09", "DES-CFB"),
    (b"\x2b\x0e\x03\x02\x07", "DES-CBC"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x03\x02", "RC2-CBC"),
    (b"\x2b\x06\x01\x04\x01\x97\x55\x01\x02", "BF-CBC"),
    (b"\x2a\x86\x48\x86\xf6\x7d\x07\x42\x0a", "CAST5-CBC"),
];

/// The key or the IV does not fit the cipher, or the text is not a whole number of blocks.
#[derive(Debug)]
pub(super) struct WrongSize;

impl Cipher {
    /// The cipher for new files.
    pub(super) const AES_128_CBC: Self =
        Self { algorithm: Algorithm::Aes, mode: Mode::Cbc, key_bytes: 16 };

    /// The cipher with a name such as `AES-256-CBC`, in upper or lower case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_uppercase();
        let (algorithm, mode) = match name.rsplit_once('-') {
            Some((algorithm, "CBC")) => (algorithm, Mode::Cbc),
            Some((algorithm, "CFB")) => (algorithm, Mode::Cfb),
            Some((algorithm, "CFB8")) => (algorithm, Mode::Cfb8),
            Some((algorithm, "CFB1")) => (algorithm, Mode::Cfb1),
            Some((algorithm, "OFB")) => (algorithm, Mode::Ofb),
            _ => (name.as_str(), Mode::Stream),
        };
        let (_, algorithm, key_bytes) = NAMES.iter().find(|(known, ..)| *known == algorithm)?;
        let has_blocks = *algorithm != Algorithm::Rc4;
        (has_blocks == (mode != Mode::Stream)).then_some(Self {
            algorithm: *algorithm,
            mode,
            key_bytes: *key_bytes,
        })
    }

    /// The cipher with this object identifier.
    pub(super) fn identified(identifier: &[u8]) -> Option<Self> {
        let (_, name) = IDENTIFIERS.iter().find(|(known, _)| *known == identifier)?;
        Self::named(name)
    }

    /// The same cipher with another key size.
    pub(super) fn with_key_bytes(self, key_bytes: usize) -> Self {
        Self { key_bytes, ..self }
    }

    /// OpenSSL's name.
    pub(super) fn name(self) -> String {
        let is_this = |(_, algorithm, size): &&(&str, Algorithm, usize)| {
            (*algorithm, *size) == (self.algorithm, self.key_bytes)
        };
        let name = NAMES.iter().find(is_this).map_or("RC2", |(name, ..)| name);
        let mode = match self.mode {
            Mode::Cbc => "-CBC",
            Mode::Cfb => "-CFB",
            Mode::Cfb8 => "-CFB8",
            Mode::Cfb1 => "-CFB1",
            Mode::Ofb => "-OFB",
            Mode::Stream => "",
        };
        format!("{name}{mode}")
    }

    /// The name for people, which is SSH's if SSH has the cipher: `aes256-cbc`, `3des-cbc`.
    pub(super) fn title(self) -> String {
        let name = self.name().to_ascii_lowercase();
        name.replace("aes-", "aes").replace("des-ede3-cbc", "3des-cbc")
    }

    /// The size of its key, in bytes.
    pub(super) fn key_bytes(self) -> usize {
        self.key_bytes
    }

    /// The size of its IV, in bytes.
    pub(super) fn iv_bytes(self) -> usize {
        match self.algorithm {
            Algorithm::Aes | Algorithm::Aria | Algorithm::Camellia | Algorithm::Sm4 => 16,
            Algorithm::Rc4 => 0,
            _ => 8,
        }
    }

    /// The block size in bytes: the encrypted text is a multiple of it, and decryption removes up
    /// to as much padding.
    pub(super) fn block_bytes(self) -> usize {
        if self.mode == Mode::Cbc { self.iv_bytes() } else { 1 }
    }

    /// Decrypts in place, without removing the padding.
    pub(super) fn decrypt(self, key: &[u8], iv: &[u8], text: &mut [u8]) -> Result<(), WrongSize> {
        match (self.algorithm, self.key_bytes) {
            (Algorithm::Aes, 16) => self.decrypt_by::<Aes128>(key, iv, text),
            (Algorithm::Aes, 24) => self.decrypt_by::<Aes192>(key, iv, text),
            (Algorithm::Aes, _) => self.decrypt_by::<Aes256>(key, iv, text),
            (Algorithm::Aria, 16) => self.decrypt_by::<Aria128>(key, iv, text),
            (Algorithm::Aria, 24) => self.decrypt_by::<Aria192>(key, iv, text),
            (Algorithm::Aria, _) => self.decrypt_by::<Aria256>(key, iv, text),
            (Algorithm::Camellia, 16) => self.decrypt_by::<Camellia128>(key, iv, text),
            (Algorithm::Camellia, 24) => self.decrypt_by::<Camellia192>(key, iv, text),
            (Algorithm::Camellia, _) => self.decrypt_by::<Camellia256>(key, iv, text),
            (Algorithm::Blowfish, _) => self.decrypt_by::<Blowfish>(key, iv, text),
            (Algorithm::Cast5, _) => self.decrypt_by::<Cast5>(key, iv, text),
            (Algorithm::Des, _) => self.decrypt_by::<Des>(key, iv, text),
            (Algorithm::TripleDes, 16) => self.decrypt_by::<TdesEde2>(key, iv, text),
            (Algorithm::TripleDes, _) => self.decrypt_by::<TdesEde3>(key, iv, text),
            (Algorithm::Rc2, _) => self.decrypt_by::<Rc2>(key, iv, text),
            (Algorithm::Sm4, _) => self.decrypt_by::<Sm4>(key, iv, text),
            (Algorithm::Rc4, _) => {
                Rc4::new_from_slice(key).map_err(|_| WrongSize)?.apply_keystream(text);
                Ok(())
            }
        }
    }

    fn decrypt_by<C>(self, key: &[u8], iv: &[u8], text: &mut [u8]) -> Result<(), WrongSize>
    where
        C: KeyInit + BlockSizeUser + BlockCipherDecrypt + BlockCipherEncrypt,
    {
        let cipher = C::new_from_slice(key).map_err(|_| WrongSize)?;
        match self.mode {
            Mode::Cbc => {
                let (blocks, rest) = Block::<C>::slice_as_chunks_mut(text);
                if !rest.is_empty() {
                    return Err(WrongSize);
                }
                let mut mode =
                    cbc::Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| WrongSize)?;
                mode.decrypt_blocks(blocks);
            }
            Mode::Cfb => {
                cfb_mode::Decryptor::inner_iv_slice_init(cipher, iv)
                    .map_err(|_| WrongSize)?
                    .decrypt(text);
            }
            Mode::Cfb8 => cfb8(&cipher, iv, text)?,
            Mode::Cfb1 => cfb1(&cipher, iv, text)?,
            Mode::Ofb => {
                let mut stream = Block::<C>::try_from(iv).map_err(|_| WrongSize)?;
                for piece in text.chunks_mut(iv.len()) {
                    cipher.encrypt_block(&mut stream);
                    piece.iter_mut().zip(&stream).for_each(|(byte, mask)| *byte ^= mask);
                }
            }
            Mode::Stream => return Err(WrongSize),
        }
        Ok(())
    }
}

/// CFB with one byte at a time (NIST SP 800-38A §6.3).
fn cfb8<C: BlockCipherEncrypt>(cipher: &C, iv: &[u8], text: &mut [u8]) -> Result<(), WrongSize> {
    let mut register = Block::<C>::try_from(iv).map_err(|_| WrongSize)?;
    for byte in text {
        let mut mask = register.clone();
        cipher.encrypt_block(&mut mask);
        register.rotate_left(1);
        register.last_mut().map(|last| *last = *byte).ok_or(WrongSize)?;
        *byte ^= mask.first().ok_or(WrongSize)?;
    }
    Ok(())
}

/// CFB with one bit at a time.
fn cfb1<C: BlockCipherEncrypt>(cipher: &C, iv: &[u8], text: &mut [u8]) -> Result<(), WrongSize> {
    let mut register = Block::<C>::try_from(iv).map_err(|_| WrongSize)?;
    for byte in text {
        let encrypted = *byte;
        for bit in (0..8).rev() {
            let mut mask = register.clone();
            cipher.encrypt_block(&mut mask);
            let mut carry = encrypted >> bit & 1;
            for digit in register.iter_mut().rev() {
                (*digit, carry) = (*digit << 1 | carry, *digit >> 7);
            }
            *byte ^= (mask.first().ok_or(WrongSize)? >> 7) << bit;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_identifiers_are_those_of_openssl() {
        for (_, name) in IDENTIFIERS {
            assert_eq!(Cipher::named(name).expect(name).name(), name);
        }
        assert_eq!(Cipher::named("aes-128-cbc"), Some(Cipher::AES_128_CBC));
        for name in ["AES-128-ECB", "RC4-CBC", "AES-128", "SEED-CBC", ""] {
            assert_eq!(Cipher::named(name), None, "{name}");
        }
    }
}
