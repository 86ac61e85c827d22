//! Writes OpenSSH's private key files, byte for byte in the layout of `ssh-keygen`.

use data_encoding::BASE64;
use ssh_key::private::KeypairData;
use ssh_key::{Cipher, Kdf, PrivateKey};
use zeroize::Zeroizing;

use super::super::Encryption;
use super::{BEGIN, END, MAGIC, malformed};
use crate::defaults::MAX_BCRYPT_ROUNDS;
use crate::error::Error;
use crate::key_pair;
use crate::random;
use crate::wire::Writer;

/// The file's text: LF lines, base64 in lines of 70.
pub(in super::super) fn write(
    key: &PrivateKey,
    encryption: Option<&Encryption<'_>>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let cipher = if encryption.is_some() { Cipher::Aes256Ctr } else { Cipher::None };
    let mut private = private_part(key, cipher.block_size())?;
    let (kdf, options) = match encryption {
        None => ("none", Zeroizing::default()),
        Some(encryption) => ("bcrypt", encrypt(&mut private, cipher, encryption)?),
    };
    let bytes = Writer::new()
        .bytes(MAGIC)
        .string(cipher.as_str())
        .string(kdf)
        .string(&*options)
        .uint32(1)
        .string(key_pair::public_blob(key.key_data())?)
        .string(&*private)
        .into_bytes();
    Ok(armour(&bytes))
}

/// Two equal check numbers, the key's fields, its comment, and padding 1, 2, 3, … to a whole block.
fn private_part(key: &PrivateKey, block: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut check = [0; 4];
    random::fill(&mut check)?;
    let start = Writer::new().bytes(&check).bytes(&check).string(key.algorithm().as_str());
    let mut part = fields(start, key.key_data())?.string(key.comment().as_bytes()).into_bytes();
    let padding = part.len().next_multiple_of(block) - part.len();
    part.extend((1u8..).take(padding));
    Ok(part)
}

fn fields(start: Writer, pair: &KeypairData) -> Result<Writer, Error> {
    Ok(match pair {
        KeypairData::Rsa(key) => {
            let (public, private) = (key.public(), key.private());
            [public.n(), public.e(), private.d(), private.iqmp(), private.p(), private.q()]
                .into_iter()
                .fold(start, |part, number| part.positive(number.as_bytes()))
        }
        KeypairData::Dsa(key) => {
            let public = key.public();
            [public.p(), public.q(), public.g(), public.y(), key.private().as_mpint()]
                .into_iter()
                .fold(start, |part, number| part.positive(number.as_bytes()))
        }
        KeypairData::Ecdsa(key) => start
            .string(key.curve().as_str())
            .string(key.public_key_bytes())
            .positive(key.private_key_bytes()),
        KeypairData::Ed25519(key) => {
            start.string(key.public.as_ref()).string(*Zeroizing::new(key.to_bytes()))
        }
        _ => return Err(key_pair::unsupported(pair)),
    })
}

/// Encrypts the private part and returns the options of bcrypt: salt and rounds.
fn encrypt(
    private: &mut [u8],
    cipher: Cipher,
    encryption: &Encryption<'_>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let rounds = encryption.costs.bcrypt_rounds;
    if rounds > MAX_BCRYPT_ROUNDS {
        let what = format!("{rounds} rounds of bcrypt");
        return Err(Error::TooCostly { what, limit: MAX_BCRYPT_ROUNDS.to_string() });
    }
    let mut salt = vec![0; 16];
    random::fill(&mut salt)?;
    let options = Writer::new().string(&salt).uint32(rounds).into_bytes();
    let kdf = Kdf::Bcrypt { salt, rounds };
    let (key, iv) = encryption
        .passphrase
        .expose(|passphrase| kdf.derive_key_and_iv(cipher, passphrase))
        .map_err(|_| malformed("bcrypt refuses its parameters"))?;
    cipher
        .encrypt(&key, &iv, private)
        .map_err(|_| malformed("the private part cannot be encrypted"))?;
    Ok(options)
}

fn armour(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let base64 = Zeroizing::new(BASE64.encode(bytes));
    let mut text = Zeroizing::new(Vec::with_capacity(2 * base64.len() + 128));
    for line in std::iter::once(BEGIN).chain(base64.as_bytes().chunks(70)).chain([END]) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text
}
