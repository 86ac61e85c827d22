//! The fields of PKCS#1, SEC1, OpenSSL's DSA and PKCS#8 keys, and the pairs that they make.

use ssh_key::EcdsaCurve;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use zeroize::Zeroizing;

use super::{broken, malformed};
use crate::der::content::{Content, DSA, EC, ED25519, RSA};
use crate::der::{BIT_STRING, Der, OBJECT_IDENTIFIER, OCTET_STRING, curves};
use crate::error::Error;
use crate::key_pair;
use crate::wire::{Fields, Truncated};

/// Other kinds of key that OpenSSL puts into PKCS#8, so that they can be refused by name.
const REFUSED: [(&[u8], &str); 4] = [
    (b"\x2b\x65\x71", "Ed448"),
    (b"\x2b\x65\x6e", "X25519"),
    (b"\x2b\x65\x6f", "X448"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "RSASSA-PSS"),
];
/// The pair in these bytes.
pub(super) fn parse(der: &[u8]) -> Result<KeypairData, Error> {
    let fields = Der::new(der).sequence().map_err(broken)?;
    match Content::of(der) {
        Some(Content::Pkcs1) => pkcs1(fields),
        Some(Content::Sec1) => sec1(fields, None),
        Some(Content::Dsa) => dsa(fields),
        Some(Content::Pkcs8) => pkcs8(fields),
        _ => Err(Truncated),
    }
    .map_err(broken)?
}

/// `RSAPrivateKey` (RFC 8017 A.1.2) with two primes.
fn pkcs1(mut fields: Der<'_>) -> Fields<KeypairData> {
    if fields.small()? != 0 {
        return Ok(Err(refused("an RSA key of more than two primes")));
    }
    let (n, e, d) = (fields.positive()?, fields.positive()?, fields.positive()?);
    let primes = (fields.positive()?, fields.positive()?);
    // Values that follow from the primes are computed, so they may be missing or wrong.
    let mut crt = || fields.positive().unwrap_or_default();
    let (_d_mod_p, _d_mod_q, iqmp) = (crt(), crt(), crt());
    Ok(key_pair::rsa(&key_pair::Rsa { n, e, d, p: primes.0, q: primes.1, iqmp }))
}

/// `ECPrivateKey` (RFC 5915); the curve is named inside, or in the PKCS#8 structure around it.
fn sec1(mut fields: Der<'_>, curve_around: Option<EcdsaCurve>) -> Fields<KeypairData> {
    if fields.small()? != 1 {
        return Err(Truncated);
    }
    let scalar = fields.expect(OCTET_STRING)?;
    let curve_inside = match fields.optional(0xa0)? {
        Some(parameters) => match curves::named(Der::new(parameters)) {
            Some(curve) => Some(curve),
            None => return Ok(Err(unknown_curve())),
        },
        None => None,
    };
    let point = match fields.optional(0xa1)? {
        Some(bits) => Some(Der::new(bits).expect(BIT_STRING)?),
        None => None,
    };
    // Without a point any number would be a valid key, so other content in the point's place must
    // not be ignored.
    if !fields.is_empty() {
        return Err(Truncated);
    }
    let Some(curve) = curve_inside.or(curve_around) else { return Err(Truncated) };
    // A bit string begins with the number of unused bits.
    let point = match point {
        Some(bits) => Some(bits.strip_prefix(&[0]).ok_or(Truncated)?),
        None => None,
    };
    Ok(key_pair::ecdsa(curve, scalar, point))
}

/// OpenSSL's own structure: version, p, q, g, y, x.
fn dsa(mut fields: Der<'_>) -> Fields<KeypairData> {
    if fields.small()? != 0 {
        return Err(Truncated);
    }
    Ok(key_pair::dsa(&key_pair::Dsa {
        p: fields.positive()?,
        q: fields.positive()?,
        g: fields.positive()?,
        y: fields.positive()?,
        x: fields.positive()?,
    }))
}

/// `OneAsymmetricKey` (RFC 5958).
fn pkcs8(mut fields: Der<'_>) -> Fields<KeypairData> {
    if fields.small()? > 1 {
        return Err(Truncated);
    }
    let mut algorithm = fields.sequence()?;
    let identifier = algorithm.expect(OBJECT_IDENTIFIER)?;
    let key = fields.expect(OCTET_STRING)?;
    if identifier == RSA {
        return pkcs1(Der::new(key).sequence()?);
    }
    if identifier == EC {
        return match curves::named(algorithm) {
            Some(curve) => sec1(Der::new(key).sequence()?, Some(curve)),
            None => Ok(Err(unknown_curve())),
        };
    }
    if identifier == ED25519 {
        let seed = Der::new(key).expect(OCTET_STRING)?.try_into().map_err(|_| Truncated)?;
        let _attributes = fields.optional(0xa0)?;
        // Version 2 also has the public half (RFC 8410 §7), as a bit string of whole bytes; some
        // writers tag it twice.
        let public = match fields.optional(0x81)? {
            Some(bits) => Some(bits),
            None => {
                fields.optional(0xa1)?.map(|bits| Der::new(bits).expect(BIT_STRING)).transpose()?
            }
        };
        let Some(public) = public else {
            return Ok(Ok(KeypairData::Ed25519(Ed25519Keypair::from_seed(seed))));
        };
        return Ok(key_pair::ed25519(seed, public.strip_prefix(&[0]).ok_or(Truncated)?));
    }
    if identifier == DSA {
        return dsa_in_pkcs8(algorithm, key);
    }
    let name = REFUSED.iter().find(|(known, _)| *known == identifier).map(|(_, name)| *name);
    Ok(Err(match name {
        Some(name) => key_pair::unsupported_algorithm(name),
        None => malformed("it holds a key of an unknown kind"),
    }))
}

/// The group is beside the algorithm, only the private number is inside; the public one is
/// computed.
fn dsa_in_pkcs8(mut algorithm: Der<'_>, key: &[u8]) -> Fields<KeypairData> {
    let mut group = algorithm.sequence()?;
    let (p, q, g) = (group.positive()?, group.positive()?, group.positive()?);
    let private = Zeroizing::new(Der::new(key).positive()?.to_vec());
    Ok(key_pair::dsa_public(p, g, &private)
        .and_then(|public| key_pair::dsa(&key_pair::Dsa { p, q, g, y: &public, x: &private })))
}

fn unknown_curve() -> Error {
    refused("this elliptic curve")
}

fn refused(what: &str) -> Error {
    Error::Unsupported {
        what: what.to_owned(),
        hint: "SSH uses RSA with two primes, P-256, P-384, P-521 and Ed25519",
    }
}
