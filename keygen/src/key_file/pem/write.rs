//! Writes PEM files: PKCS#1 and SEC1 in OpenSSL's traditional format, and PKCS#8.

use data_encoding::{BASE64, HEXUPPER};
use ssh_key::private::{EcdsaKeypair, KeypairData, RsaKeypair};
use ssh_key::{Cipher, PrivateKey};
use zeroize::Zeroizing;

use super::super::{Encryption, KeyFormat, Pkcs8Kdf};
use super::{cipher, dek_info, kdf, malformed, pbes};
use crate::defaults::{PBKDF2_ITERATIONS, SCRYPT};
use crate::der::{BIT_STRING, NULL, OBJECT_IDENTIFIER, OCTET_STRING, element, positive, sequence};
use crate::der::{content, curves};
use crate::error::Error;
use crate::key_pair;
use crate::random;

/// The file's text: LF lines, base64 in lines of 64.
pub(in super::super) fn write(
    key: &PrivateKey,
    format: KeyFormat,
    encryption: Option<&Encryption<'_>>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let pair = key.key_data();
    match (format, encryption) {
        (KeyFormat::Pkcs8, None) => Ok(armour_der("PRIVATE KEY", "", &pkcs8(pair)?)),
        (KeyFormat::Pkcs8, Some(encryption)) => Ok(armour_der(
            "ENCRYPTED PRIVATE KEY",
            "",
            &encrypted_pkcs8(&pkcs8(pair)?, encryption)?,
        )),
        (_, None) => {
            let (label, der) = traditional(pair)?;
            Ok(armour_der(label, "", &der))
        }
        (_, Some(encryption)) => {
            let (label, der) = traditional(pair)?;
            let (header, encrypted) = with_dek_info(&der, encryption)?;
            Ok(armour_der(label, &header, &encrypted))
        }
    }
}

/// PKCS#1, SEC1 or OpenSSL's DSA, with its label; no other key type has such a format.
fn traditional(pair: &KeypairData) -> Result<(&'static str, Zeroizing<Vec<u8>>), Error> {
    match pair {
        KeypairData::Rsa(key) => Ok(("RSA PRIVATE KEY", pkcs1(key)?)),
        KeypairData::Ecdsa(key) => Ok(("EC PRIVATE KEY", sec1(key, true))),
        KeypairData::Dsa(key) => {
            let public = key.public();
            let number = |number: &ssh_key::Mpint| positive(number.as_bytes());
            let fields = [public.p(), public.q(), public.g(), public.y(), key.private().as_mpint()];
            let fields: Vec<_> =
                std::iter::once(positive(&[0])).chain(fields.map(number)).collect();
            Ok(("DSA PRIVATE KEY", sequence(&fields)))
        }
        _ => Err(Error::Unsupported {
            what: "an Ed25519 key in the formats PKCS#1 and SEC1".into(),
            hint: "use -O openssh or -O pkcs8",
        }),
    }
}

/// `OneAsymmetricKey` (RFC 5958), version 0.
fn pkcs8(pair: &KeypairData) -> Result<Zeroizing<Vec<u8>>, Error> {
    let identifier = |bytes| element(OBJECT_IDENTIFIER, bytes);
    let (algorithm, key) = match pair {
        KeypairData::Rsa(key) => {
            (sequence(&[identifier(content::RSA), element(NULL, b"")]), pkcs1(key)?)
        }
        KeypairData::Ecdsa(key) => {
            let curve = identifier(curves::identifier_of(key.curve()));
            (sequence(&[identifier(content::EC), curve]), sec1(key, false))
        }
        KeypairData::Ed25519(key) => {
            (sequence(&[identifier(content::ED25519)]), element(OCTET_STRING, key.private.as_ref()))
        }
        KeypairData::Dsa(key) => {
            let public = key.public();
            let [p, q, g] =
                [public.p(), public.q(), public.g()].map(|number| positive(number.as_bytes()));
            let algorithm = sequence(&[identifier(content::DSA), sequence(&[p, q, g])]);
            (algorithm, positive(key.private().as_bytes()))
        }
        _ => return Err(key_pair::unsupported(pair)),
    };
    Ok(sequence(&[positive(&[0]), algorithm, element(OCTET_STRING, &key)]))
}

/// `RSAPrivateKey` (RFC 8017 A.1.2).
pub(super) fn pkcs1(key: &RsaKeypair) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (public, private) = (key.public(), key.private());
    let [d_mod_p, d_mod_q] = key_pair::rsa_crt_exponents(private)?;
    let number = |number: &ssh_key::Mpint| positive(number.as_bytes());
    Ok(sequence(&[
        positive(&[0]),
        number(public.n()),
        number(public.e()),
        number(private.d()),
        number(private.p()),
        number(private.q()),
        positive(&d_mod_p),
        positive(&d_mod_q),
        number(private.iqmp()),
    ]))
}

/// `ECPrivateKey` (RFC 5915); within PKCS#8 the curve is named outside it.
fn sec1(key: &EcdsaKeypair, names_curve: bool) -> Zeroizing<Vec<u8>> {
    let mut bits = vec![0];
    bits.extend_from_slice(key.public_key_bytes());
    let scalar = element(OCTET_STRING, key.private_key_bytes());
    let point = element(0xa1, &element(BIT_STRING, &bits));
    if names_curve {
        let curve = element(OBJECT_IDENTIFIER, curves::identifier_of(key.curve()));
        sequence(&[positive(&[1]), scalar, element(0xa0, &curve), point])
    } else {
        sequence(&[positive(&[1]), scalar, point])
    }
}

/// `EncryptedPrivateKeyInfo` (RFC 5958 §3) with PBES2 and AES-256-CBC.
fn encrypted_pkcs8(der: &[u8], encryption: &Encryption<'_>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (mut salt, mut iv) = (vec![0; 16], vec![0; 16]);
    random::fill(&mut salt)?;
    random::fill(&mut iv)?;
    let identifier = |bytes| element(OBJECT_IDENTIFIER, bytes);
    let (kdf, derivation) = match encryption.costs.pkcs8_kdf {
        Pkcs8Kdf::Scrypt => {
            let (log_n, r, p) = SCRYPT;
            let numbers = [1u32 << log_n, r, p].map(|number| positive(&number.to_be_bytes()));
            let [n, block, lanes] = numbers;
            let params = sequence(&[element(OCTET_STRING, &salt), n, block, lanes]);
            (kdf::Kdf::Scrypt { salt, log_n, r, p }, sequence(&[identifier(pbes::SCRYPT), params]))
        }
        Pkcs8Kdf::Pbkdf2 => {
            let prf = sequence(&[identifier(pbes::HMAC_SHA256), element(NULL, b"")]);
            let iterations = PBKDF2_ITERATIONS;
            let count = positive(&iterations.to_be_bytes());
            let params = sequence(&[element(OCTET_STRING, &salt), count, prf]);
            let kdf = kdf::Kdf::Pbkdf2 { hash: kdf::Hash::Sha256, salt, iterations };
            (kdf, sequence(&[identifier(pbes::PBKDF2), params]))
        }
    };
    let cipher = sequence(&[identifier(pbes::AES256_CBC), element(OCTET_STRING, &iv)]);
    let (key, _) = encryption.passphrase.expose(|passphrase| kdf.derive(passphrase, 32, 16))?;
    let encrypted = encrypt(Cipher::Aes256Cbc, der, &key, &iv)?;
    let algorithm = sequence(&[identifier(pbes::PBES2), sequence(&[derivation, cipher])]);
    Ok(sequence(&[algorithm, element(OCTET_STRING, &encrypted)]))
}

/// The headers and the encrypted bytes of OpenSSL's traditional format, with the only AES that
/// PuTTY reads there.
fn with_dek_info(
    der: &[u8],
    encryption: &Encryption<'_>,
) -> Result<(String, Zeroizing<Vec<u8>>), Error> {
    let mut iv = [0; 16];
    random::fill(&mut iv)?;
    let key = encryption
        .passphrase
        .expose(|passphrase| dek_info::key(cipher::Cipher::AES_128_CBC, &iv, passphrase));
    let header =
        format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{}\n\n", HEXUPPER.encode(&iv));
    Ok((header, encrypt(Cipher::Aes128Cbc, der, &key, &iv)?))
}

/// AES in CBC mode with the padding of RFC 8018 §6.1.1.
fn encrypt(cipher: Cipher, der: &[u8], key: &[u8], iv: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let padding = 16 - der.len() % 16;
    let mut bytes = Zeroizing::new(Vec::with_capacity(der.len() + padding));
    bytes.extend_from_slice(der);
    bytes.resize(der.len() + padding, u8::try_from(padding).unwrap_or_default());
    cipher.encrypt(key, iv, &mut bytes).map_err(|_| malformed("it cannot be encrypted"))?;
    Ok(bytes)
}

fn armour_der(label: &str, headers: &str, der: &[u8]) -> Zeroizing<Vec<u8>> {
    armour(label, headers, &Zeroizing::new(BASE64.encode(der)))
}

/// Base64 in lines of 64 characters, with the header and footer of `label` (RFC 7468).
pub(in super::super) fn armour(label: &str, headers: &str, base64: &str) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(2 * base64.len() + 256));
    text.extend_from_slice(format!("-----BEGIN {label}-----\n{headers}").as_bytes());
    for line in base64.as_bytes().chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    text
}
