//! Writes PPK files, versions 2 and 3, as PuTTYgen does.

use data_encoding::{BASE64, HEXLOWER};
use ssh_key::private::KeypairData;
use ssh_key::{Cipher, PrivateKey};
use zeroize::Zeroizing;

use super::super::{Encryption, KeyFormat};
use super::kdf::{Kdf, Keys};
use super::{covered, mac_of};
use crate::error::Error;
use crate::key_pair;
use crate::random;
use crate::wire::Writer;

/// The file's text: LF lines, base64 in lines of 64.
pub(in super::super) fn write(
    key: &PrivateKey,
    format: KeyFormat,
    encryption: Option<&Encryption<'_>>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let algorithm = key.algorithm();
    let public = key_pair::public_blob(key.key_data())?;
    let mut private = private_blob(key.key_data())?;
    let kdf = match encryption {
        Some(encryption) => Kdf::for_writing(format, encryption.costs)?,
        None => Kdf::None,
    };
    let keys = match encryption {
        Some(encryption) => encryption.passphrase.expose(|passphrase| kdf.derive(passphrase))?,
        None => Keys::unlocked(format),
    };
    if encryption.is_some() {
        pad(&mut private)?;
    }
    let cipher = if encryption.is_some() { "aes256-cbc" } else { "none" };
    let comment = key.comment().as_bytes();
    let mac = mac_of(&keys, &covered(algorithm.as_str(), cipher, comment, &public, &private));
    if encryption.is_some() {
        Cipher::Aes256Cbc
            .encrypt(&*keys.cipher, &*keys.iv, &mut private)
            .map_err(|_| Error::malformed(format, "the private part cannot be encrypted"))?;
    }

    let version = if format == KeyFormat::Ppk2 { 2 } else { 3 };
    let mut text = Zeroizing::new(Vec::with_capacity(64 * 1024));
    let head =
        format!("PuTTY-User-Key-File-{version}: {algorithm}\nEncryption: {cipher}\nComment: ");
    text.extend_from_slice(head.as_bytes());
    text.extend_from_slice(comment);
    text.push(b'\n');
    base64_lines(&mut text, "Public-Lines", &public);
    text.extend_from_slice(kdf.headers().as_bytes());
    base64_lines(&mut text, "Private-Lines", &private);
    text.extend_from_slice(format!("Private-MAC: {}\n", HEXLOWER.encode(&mac)).as_bytes());
    Ok(text)
}

/// PuTTY's private blob (appendix C.4).
fn private_blob(pair: &KeypairData) -> Result<Zeroizing<Vec<u8>>, Error> {
    let blob = Writer::new();
    let blob = match pair {
        KeypairData::Rsa(key) => {
            let private = key.private();
            [private.d(), private.p(), private.q(), private.iqmp()]
                .into_iter()
                .fold(blob, |blob, number| blob.positive(number.as_bytes()))
        }
        KeypairData::Dsa(key) => blob.positive(key.private().as_bytes()),
        KeypairData::Ecdsa(key) => blob.positive(key.private_key_bytes()),
        // Always 32 bytes and not a number: no zero is added before it, none removed.
        KeypairData::Ed25519(key) => blob.string(key.private.as_ref()),
        _ => return Err(key_pair::unsupported(pair)),
    };
    Ok(blob.into_bytes())
}

/// Appends random bytes to fill the last cipher block.
fn pad(private: &mut Vec<u8>) -> Result<(), Error> {
    let start = private.len();
    private.resize(start.next_multiple_of(16), 0);
    random::fill(private.get_mut(start..).unwrap_or_default())
}

fn base64_lines(text: &mut Vec<u8>, header: &str, bytes: &[u8]) {
    let base64 = Zeroizing::new(BASE64.encode(bytes));
    let lines = base64.as_bytes().chunks(64);
    text.extend_from_slice(format!("{header}: {}\n", lines.len()).as_bytes());
    for line in lines {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
}
