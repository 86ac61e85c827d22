//! JSON Web Keys (RFC 7517): the same numbers under other names. A key has both halves, so it
//! proves itself.

use std::borrow::Cow;

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use ssh_key::private::KeypairData;
use ssh_key::{EcdsaCurve, PrivateKey};
use zeroize::Zeroizing;

use super::{Damage, Repaired};
use crate::key_file::{KeyFormat, pem};
use crate::key_pair;

/// The members of private keys of SSH's types (RFC 7518 §6, RFC 8037 §2).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Jwk<'a> {
    kty: Cow<'a, str>,
    crv: Cow<'a, str>,
    n: Cow<'a, str>,
    e: Cow<'a, str>,
    d: Cow<'a, str>,
    p: Cow<'a, str>,
    q: Cow<'a, str>,
    qi: Cow<'a, str>,
    x: Cow<'a, str>,
    y: Cow<'a, str>,
    /// The keys of a set.
    keys: Vec<Jwk<'a>>,
}

/// The key, if the text is JSON with exactly one private key.
pub(super) fn undone(text: &[u8]) -> Option<Repaired> {
    if text.trim_ascii().first() != Some(&b'{') {
        return None;
    }
    let jwk: Jwk<'_> = serde_json::from_slice(text).ok()?;
    let keys = if jwk.keys.is_empty() { std::slice::from_ref(&jwk) } else { jwk.keys.as_slice() };
    let mut private = keys.iter().filter(|key| !key.d.is_empty());
    let (Some(key), None) = (private.next(), private.next()) else { return None };
    let key = PrivateKey::new(pair(key)?, "").ok()?;
    let text = pem::write(&key, KeyFormat::Pkcs8, None).ok()?;
    Some(Repaired { text, undone: vec![Damage::JsonWebKey] })
}

fn pair(key: &Jwk<'_>) -> Option<KeypairData> {
    let d = number(&key.d)?;
    let pair = match (&*key.kty, &*key.crv) {
        ("RSA", _) => key_pair::rsa(&key_pair::Rsa {
            n: &number(&key.n)?,
            e: &number(&key.e)?,
            d: &d,
            p: &number(&key.p)?,
            q: &number(&key.q)?,
            iqmp: &number(&key.qi)?,
        }),
        ("OKP", "Ed25519") => key_pair::ed25519(d.as_slice().try_into().ok()?, &number(&key.x)?),
        ("EC", curve) => {
            let curve = match curve {
                "P-256" => EcdsaCurve::NistP256,
                "P-384" => EcdsaCurve::NistP384,
                "P-521" => EcdsaCurve::NistP521,
                _ => return None,
            };
            // The prefix of an uncompressed point (SEC 1 §2.3.3).
            let point = [&[4][..], &number(&key.x)?, &number(&key.y)?].concat();
            key_pair::ecdsa(curve, &d, Some(&point))
        }
        _ => return None,
    };
    pair.ok()
}

/// Decodes base64url without padding (RFC 7515 §2).
fn number(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok().map(Zeroizing::new)
}
