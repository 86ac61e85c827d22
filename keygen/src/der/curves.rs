//! The elliptic curves of SSH as PEM files give them: by identifier, or by all parameters.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use ssh_key::EcdsaCurve;

use super::{Der, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
use crate::wire::{Truncated, without_leading_zeros};

/// prime256v1, secp384r1 and secp521r1.
const CURVES: [(&[u8], EcdsaCurve); 3] = [
    (b"\x2a\x86\x48\xce\x3d\x03\x01\x07", EcdsaCurve::NistP256),
    (b"\x2b\x81\x04\x00\x22", EcdsaCurve::NistP384),
    (b"\x2b\x81\x04\x00\x23", EcdsaCurve::NistP521),
];

/// SHA-256 over the prime, a, b, the base point's x and its order (SEC 2 §2.4.2, §2.5.1, §2.6.1),
/// each big-endian without leading zeros.
const DIGESTS: [(&str, EcdsaCurve); 3] = [
    ("0359d9c14355dda4b3da4663edb074442c6a8f0da20be085d51c4ba0d10ed049", EcdsaCurve::NistP256),
    ("1286b896bbf56d5070581f4a7135968f6e4c0d7067de62e19d3ea5997080343f", EcdsaCurve::NistP384),
    ("a4f7384a5f075495f84a51c72dc8971e191a8dd656e71d56a8acb9c9cd10a6d5", EcdsaCurve::NistP521),
];

/// The identifier of a curve.
pub(crate) fn identifier_of(curve: EcdsaCurve) -> &'static [u8] {
    CURVES
        .iter()
        .find(|(_, known)| *known == curve)
        .map(|(identifier, _)| *identifier)
        .unwrap_or_default()
}

/// The curve that these parameters name or describe in full (RFC 3279 §2.3.5).
pub(crate) fn named(mut parameters: Der<'_>) -> Option<EcdsaCurve> {
    if parameters.next_tag() == Some(SEQUENCE) {
        let described = parameters.sequence().and_then(described);
        return described.ok().flatten();
    }
    let identifier = parameters.expect(OBJECT_IDENTIFIER).unwrap_or_default();
    let known = CURVES.iter().find(|(known, _)| *known == identifier);
    known.map(|(_, curve)| *curve)
}

/// `ECParameters` in full: version, field, curve, base point (compressed or not), order.
fn described(mut fields: Der<'_>) -> Result<Option<EcdsaCurve>, Truncated> {
    fields.expect(INTEGER)?;
    let mut field = fields.sequence()?;
    field.expect(OBJECT_IDENTIFIER)?;
    let prime = field.positive()?;
    let mut curve = fields.sequence()?;
    let (a, b) = (curve.expect(OCTET_STRING)?, curve.expect(OCTET_STRING)?);
    let base = fields.expect(OCTET_STRING)?.get(1..=prime.len()).ok_or(Truncated)?;
    let order = fields.positive()?;
    let numbers = [prime, a, b, base, order].map(without_leading_zeros);
    let digest = numbers.into_iter().fold(Sha256::new(), Sha256::chain_update);
    let digest = HEXLOWER.encode(&digest.finalize());
    Ok(DIGESTS.iter().find(|(known, _)| *known == digest).map(|(_, curve)| *curve))
}
