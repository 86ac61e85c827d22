//! Public keys in OpenSSL's formats: `BEGIN PUBLIC KEY` (RFC 5280 §4.1) and `BEGIN RSA PUBLIC KEY`
//! (RFC 8017 A.1.1).

use ssh_key::EcdsaCurve;

use crate::base64;
use crate::der::content::{Content, DSA, EC, ED25519, RSA};
use crate::der::{BIT_STRING, Der, OBJECT_IDENTIFIER, curves};
use crate::error::Error;
use crate::wire::{Fields, Truncated, Writer};

const LABELS: [&[u8]; 2] = [b"-----BEGIN PUBLIC KEY-----", b"-----BEGIN RSA PUBLIC KEY-----"];

/// Whether a line begins such a file.
pub(crate) fn is_begun_by(line: &[u8]) -> bool {
    LABELS.contains(&line.trim_ascii())
}

/// The key in SSH's wire form, from the text of such a file.
pub(crate) fn blob_in_text(text: &[u8]) -> Result<Vec<u8>, Error> {
    let lines = contract::encoding::lines(text).map(|(_, line)| line.trim_ascii());
    let mut base64 = Vec::new();
    for line in lines.skip_while(|line| !is_begun_by(line)).skip(1) {
        if line.starts_with(b"-----END ") {
            let der = base64::decode(&base64).ok_or(Error::NotAPublicKey(
                "what is between its BEGIN and END lines is not base64",
            ))?;
            return blob(&der);
        }
        base64.extend_from_slice(line);
    }
    Err(Error::NotAPublicKey("its END line is missing"))
}

/// The same for a file without the lines around it.
pub(crate) fn blob(der: &[u8]) -> Result<Vec<u8>, Error> {
    let fields = Der::new(der)
        .sequence()
        .map_err(|Truncated| Error::NotAPublicKey("its DER structure is broken"))?;
    match Content::of(der) {
        Some(Content::Spki) => spki(fields),
        Some(Content::Pkcs1Public) => rsa(fields).map(Ok),
        _ => Err(Truncated),
    }
    .map_err(|Truncated| Error::NotAPublicKey("its DER structure is broken"))?
}

fn spki(mut fields: Der<'_>) -> Fields<Vec<u8>> {
    let mut algorithm = fields.sequence()?;
    let identifier = algorithm.expect(OBJECT_IDENTIFIER)?;
    // A bit string begins with the number of unused bits.
    let key = fields.expect(BIT_STRING)?.strip_prefix(&[0]).ok_or(Truncated)?;
    if identifier == RSA {
        return rsa(Der::new(key).sequence()?).map(Ok);
    }
    if identifier == EC {
        let unknown = Error::NotAPublicKey("it is of an elliptic curve that SSH does not use");
        return Ok(curves::named(algorithm).ok_or(unknown).and_then(|curve| ecdsa(curve, key)));
    }
    if identifier == ED25519 {
        return Ok(Ok(Writer::new().string("ssh-ed25519").string(key).into_bytes().to_vec()));
    }
    if identifier == DSA {
        let mut group = algorithm.sequence()?;
        let numbers = [group.positive()?, group.positive()?, group.positive()?];
        let numbers = numbers.into_iter().chain([Der::new(key).positive()?]);
        let blob = numbers.fold(Writer::new().string("ssh-dss"), Writer::positive);
        return Ok(Ok(blob.into_bytes().to_vec()));
    }
    Ok(Err(Error::NotAPublicKey("it is of a kind that SSH does not use")))
}

fn rsa(mut fields: Der<'_>) -> Result<Vec<u8>, Truncated> {
    let (n, e) = (fields.positive()?, fields.positive()?);
    Ok(Writer::new().string("ssh-rsa").positive(e).positive(n).into_bytes().to_vec())
}

fn ecdsa(curve: EcdsaCurve, point: &[u8]) -> Result<Vec<u8>, Error> {
    let invalid = |_| Error::NotAPublicKey("its point is not on the curve");
    let point = match curve {
        EcdsaCurve::NistP256 => {
            let key = p256::PublicKey::from_sec1_bytes(point).map_err(invalid)?;
            ssh_key::public::EcdsaPublicKey::NistP256(key.into())
        }
        EcdsaCurve::NistP384 => {
            let key = p384::PublicKey::from_sec1_bytes(point).map_err(invalid)?;
            ssh_key::public::EcdsaPublicKey::NistP384(key.into())
        }
        EcdsaCurve::NistP521 => {
            let key = p521::PublicKey::from_sec1_bytes(point).map_err(invalid)?;
            ssh_key::public::EcdsaPublicKey::NistP521(key.into())
        }
    };
    let name = format!("ecdsa-sha2-{}", curve.as_str());
    let blob = Writer::new().string(&name).string(curve.as_str()).string(point.as_sec1_bytes());
    Ok(blob.into_bytes().to_vec())
}
