//! The fields of PKCS#1, SEC1, OpenSSL's DSA and PKCS#8 keys, and the pairs they make.

use ssh_key::EcdsaCurve;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use zeroize::Zeroizing;

use super::der::{BIT_STRING, Der, OBJECT_IDENTIFIER, OCTET_STRING};
use super::{Label, broken, malformed};
use crate::error::Error;
use crate::key_pair;
use crate::wire::{Fields, Truncated};

/// rsaEncryption, 1.2.840.113549.1.1.1.
pub(super) const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
/// id-ecPublicKey, 1.2.840.10045.2.1.
pub(super) const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
/// id-dsa, 1.2.840.10040.4.1.
pub(super) const DSA: &[u8] = b"\x2a\x86\x48\xce\x38\x04\x01";
/// id-Ed25519, 1.3.101.112 (RFC 8410).
pub(super) const ED25519: &[u8] = b"\x2b\x65\x70";
/// Other kinds of key that OpenSSL puts into PKCS#8, by name so that they can be refused by name.
const REFUSED: [(&[u8], &str); 4] = [
    (b"\x2b\x65\x71", "Ed448"),
    (b"\x2b\x65\x6e", "X25519"),
    (b"\x2b\x65\x6f", "X448"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "RSASSA-PSS"),
];
/// prime256v1, secp384r1 and secp521r1.
const CURVES: [(&[u8], EcdsaCurve); 3] = [
    (b"\x2a\x86\x48\xce\x3d\x03\x01\x07", EcdsaCurve::NistP256),
    (b"\x2b\x81\x04\x00\x22", EcdsaCurve::NistP384),
    (b"\x2b\x81\x04\x00\x23", EcdsaCurve::NistP521),
];

/// The pair in a file of this label.
pub(super) fn parse(label: Label, der: &[u8]) -> Result<KeypairData, Error> {
    let fields = Der::new(der).only_sequence().map_err(broken)?;
    match label {
        Label::Rsa => pkcs1(fields),
        Label::Ec => sec1(fields, None),
        Label::Dsa => dsa(fields),
        Label::Pkcs8 => pkcs8(fields),
    }
    .map_err(broken)?
}

/// The identifier of a curve.
pub(super) fn identifier_of(curve: EcdsaCurve) -> &'static [u8] {
    CURVES
        .iter()
        .find(|(_, known)| *known == curve)
        .map(|(identifier, _)| *identifier)
        .unwrap_or_default()
}

/// `RSAPrivateKey` (RFC 8017 A.1.2) of two primes.
fn pkcs1(mut fields: Der<'_>) -> Fields<KeypairData> {
    if fields.small()? != 0 {
        return Ok(Err(refused("an RSA key of more than two primes")));
    }
    let (n, e, d) = (fields.positive()?, fields.positive()?, fields.positive()?);
    let primes = (fields.positive()?, fields.positive()?);
    let (_d_mod_p, _d_mod_q, iqmp) = (fields.positive()?, fields.positive()?, fields.positive()?);
    Ok(key_pair::rsa(&key_pair::Rsa { n, e, d, p: primes.0, q: primes.1, iqmp }))
}

/// `ECPrivateKey` (RFC 5915); the curve is named inside, or by the PKCS#8 around it.
fn sec1(mut fields: Der<'_>, curve_around: Option<EcdsaCurve>) -> Fields<KeypairData> {
    if fields.small()? != 1 {
        return Err(Truncated);
    }
    let scalar = fields.expect(OCTET_STRING)?;
    let curve_inside = match fields.optional(0xa0)? {
        Some(parameters) => match curve(Der::new(parameters)) {
            Ok(curve) => Some(curve),
            Err(error) => return Ok(Err(error)),
        },
        None => None,
    };
    let point = match fields.optional(0xa1)? {
        Some(bits) => Some(Der::new(bits).expect(BIT_STRING)?),
        None => None,
    };
    let Some(curve) = curve_inside.or(curve_around) else { return Err(Truncated) };
    // A bit string begins with the number of bits that do not count; a compressed point is not compared.
    let point =
        point.and_then(|bits| bits.strip_prefix(&[0])).filter(|point| point.starts_with(&[4]));
    Ok(key_pair::ecdsa(curve, scalar, point))
}

fn curve(mut parameters: Der<'_>) -> Result<EcdsaCurve, Error> {
    let identifier = parameters.expect(OBJECT_IDENTIFIER).unwrap_or_default();
    let known = CURVES.iter().find(|(known, _)| *known == identifier);
    known.map(|(_, curve)| *curve).ok_or_else(|| refused("this elliptic curve"))
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
        return pkcs1(Der::new(key).only_sequence()?);
    }
    if identifier == EC {
        return match curve(algorithm) {
            Ok(curve) => sec1(Der::new(key).only_sequence()?, Some(curve)),
            Err(error) => Ok(Err(error)),
        };
    }
    if identifier == ED25519 {
        let seed = Der::new(key).expect(OCTET_STRING)?.try_into().map_err(|_| Truncated)?;
        return Ok(Ok(KeypairData::Ed25519(Ed25519Keypair::from_seed(seed))));
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

/// The group is beside the algorithm, the private number alone inside; the public one is computed.
fn dsa_in_pkcs8(mut algorithm: Der<'_>, key: &[u8]) -> Fields<KeypairData> {
    let mut group = algorithm.sequence()?;
    let (p, q, g) = (group.positive()?, group.positive()?, group.positive()?);
    let private = Zeroizing::new(Der::new(key).positive()?.to_vec());
    Ok(key_pair::dsa_public(p, g, &private)
        .and_then(|public| key_pair::dsa(&key_pair::Dsa { p, q, g, y: &public, x: &private })))
}

fn refused(what: &str) -> Error {
    Error::Unsupported {
        what: what.to_owned(),
        hint: "SSH uses RSA with two primes, P-256, P-384, P-521 and Ed25519",
    }
}
