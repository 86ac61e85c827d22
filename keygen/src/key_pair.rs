//! Key pairs from their numbers, and back: every format stores the same few numbers in its own
//! order.
//!
//! Only valid pairs leave this module: each constructor checks the private half against the public
//! one, so that a misread file ends as an error and never as another key. How files wrap the
//! numbers belongs in [`crate::key_file`].

use std::cell::Cell;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Odd, Resize as _};
use ssh_key::private::{
    DsaKeypair, DsaPrivateKey, EcdsaKeypair, Ed25519Keypair, KeypairData, RsaKeypair, RsaPrivateKey,
};
use ssh_key::public::{DsaPublicKey, RsaPublicKey};
use ssh_key::{EcdsaCurve, Mpint};
use zeroize::Zeroizing;

use crate::defaults::{MAX_DSA_BYTES, MAX_RSA_BITS};
use crate::error::Error;
use crate::wire::{Reader, Truncated, Writer, without_leading_zeros};

/// An RSA key's numbers, big-endian, leading zeros allowed.
pub(crate) struct Rsa<'a> {
    /// The modulus.
    pub(crate) n: &'a [u8],
    /// The public exponent.
    pub(crate) e: &'a [u8],
    /// The private exponent.
    pub(crate) d: &'a [u8],
    /// One prime.
    pub(crate) p: &'a [u8],
    /// The other prime.
    pub(crate) q: &'a [u8],
    /// The inverse of `q` modulo `p`.
    pub(crate) iqmp: &'a [u8],
}

/// The pair, if these numbers belong together (RFC 8017 §3). If the coefficient is missing, or is
/// that of the primes in the other order, it is computed, as in PuTTY and OpenSSL.
pub(crate) fn rsa(key: &Rsa<'_>) -> Result<KeypairData, Error> {
    let invalid = |reason| Error::InvalidKey { algorithm: "RSA", reason };
    check_rsa(key).map_err(invalid)?;
    let computed;
    let key = if has_right_coefficient(key) {
        key
    } else {
        computed = rsa_coefficient(key.p, key.q)
            .ok_or_else(|| invalid("its primes have a common factor"))?;
        COMPUTED.set(true);
        &Rsa { iqmp: &computed, ..*key }
    };
    let pair = || -> ssh_key::Result<RsaKeypair> {
        let number = Mpint::from_positive_bytes;
        let public = RsaPublicKey::new(number(key.e), number(key.n))?;
        let private =
            RsaPrivateKey::new(number(key.d), number(key.iqmp), number(key.p), number(key.q))?;
        RsaKeypair::new(public, private)
    };
    pair()
        .map(KeypairData::Rsa)
        .map_err(|_| Error::InvalidKey { algorithm: "RSA", reason: "a number is zero" })
}

thread_local! {
    /// Whether a coefficient was computed since [`watching_coefficient`] began.
    static COMPUTED: Cell<bool> = const { Cell::new(false) };
}

/// Reads a key, and returns whether its coefficient had to be computed. A thread-local carries this
/// past the readers of all formats, because only `inspect` needs it.
pub(crate) fn watching_coefficient<T>(read: impl FnOnce() -> T) -> (T, bool) {
    COMPUTED.set(false);
    let key = read();
    (key, COMPUTED.get())
}

/// The pair of an Ed25519 seed (RFC 8032 §5.1.5); its public key must be this one.
pub(crate) fn ed25519(seed: &[u8; 32], public: &[u8]) -> Result<KeypairData, Error> {
    let pair = Ed25519Keypair::from_seed(seed);
    if pair.public.as_ref() != public {
        return Err(mismatch("Ed25519"));
    }
    Ok(KeypairData::Ed25519(pair))
}

/// The pair of a scalar on a curve; if a public point is given (SEC 1 §2.3.3, in any form), it must
/// match.
pub(crate) fn ecdsa(
    curve: EcdsaCurve,
    scalar: &[u8],
    point: Option<&[u8]>,
) -> Result<KeypairData, Error> {
    let invalid = |_| Error::InvalidKey {
        algorithm: "ECDSA",
        reason: "the private number is out of the curve's range",
    };
    let pair = match curve {
        EcdsaCurve::NistP256 => {
            let key = p256::SecretKey::from_bytes(&(*scalar_of::<32>(scalar)?).into())
                .map_err(invalid)?;
            EcdsaKeypair::NistP256 { public: key.public_key().into(), private: key.into() }
        }
        EcdsaCurve::NistP384 => {
            let key = p384::SecretKey::from_bytes(&(*scalar_of::<48>(scalar)?).into())
                .map_err(invalid)?;
            EcdsaKeypair::NistP384 { public: key.public_key().into(), private: key.into() }
        }
        EcdsaCurve::NistP521 => {
            let key = p521::SecretKey::from_bytes(&(*scalar_of::<66>(scalar)?).into())
                .map_err(invalid)?;
            EcdsaKeypair::NistP521 { public: key.public_key().into(), private: key.into() }
        }
    };
    if point.is_some_and(|point| !is_point(point, pair.public_key_bytes())) {
        return Err(mismatch("ECDSA"));
    }
    Ok(KeypairData::Ecdsa(pair))
}

/// Whether a point in any form is the same as this uncompressed one.
fn is_point(given: &[u8], uncompressed: &[u8]) -> bool {
    let coordinates = uncompressed.get(1..).unwrap_or_default();
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let parity = y.last().map_or(0, |byte| byte & 1);
    match given.split_first() {
        Some((4, both)) => both == coordinates,
        Some((form @ (2 | 3), given_x)) => given_x == x && form - 2 == parity,
        Some((form @ (6 | 7), both)) => both == coordinates && form - 6 == parity,
        _ => false,
    }
}

/// A DSA key's numbers, big-endian, leading zeros allowed (FIPS 186-4 §4.1).
pub(crate) struct Dsa<'a> {
    /// The prime modulus.
    pub(crate) p: &'a [u8],
    /// The order of the group.
    pub(crate) q: &'a [u8],
    /// The generator.
    pub(crate) g: &'a [u8],
    /// The public key.
    pub(crate) y: &'a [u8],
    /// The private key.
    pub(crate) x: &'a [u8],
}

/// The pair, if `y` is `g` to the power of `x`.
pub(crate) fn dsa(key: &Dsa<'_>) -> Result<KeypairData, Error> {
    check_dsa(key)?;
    let pair = || -> ssh_key::Result<DsaKeypair> {
        let number = Mpint::from_positive_bytes;
        let public = DsaPublicKey::new(number(key.p), number(key.q), number(key.g), number(key.y))?;
        DsaKeypair::new(public, DsaPrivateKey::new(number(key.x))?)
    };
    pair()
        .map(KeypairData::Dsa)
        .map_err(|_| Error::InvalidKey { algorithm: "DSA", reason: "a number is zero" })
}

/// The public number of a DSA key: `g` to the power of the private one, modulo `p`.
pub(crate) fn dsa_public(p: &[u8], g: &[u8], private: &[u8]) -> Result<Vec<u8>, Error> {
    let invalid = |reason| Error::InvalidKey { algorithm: "DSA", reason };
    if [p, g, private].iter().any(|number| number.len() > MAX_DSA_BYTES) {
        return Err(invalid("it is longer than 8192 bits"));
    }
    let modulus = Odd::new(BoxedUint::from_be_slice_vartime(p)).into_option();
    let modulus = modulus.ok_or_else(|| invalid("its modulus is even"))?;
    let generator = BoxedUint::from_be_slice_vartime(g);
    if generator >= *modulus.as_ref() {
        return Err(invalid("a public number is out of range"));
    }
    let generator = generator.resize(modulus.as_ref().bits_precision());
    let params = BoxedMontyParams::new_vartime(modulus);
    let exponent = BoxedUint::from_be_slice_vartime(private);
    Ok(BoxedMontyForm::new(generator, &params).pow(&exponent).retrieve().to_be_bytes().into_vec())
}

/// The private exponent modulo each prime less one, which PKCS#1 also stores (RFC 8017 §3.2).
pub(crate) fn rsa_crt_exponents(key: &RsaPrivateKey) -> Result<[Zeroizing<Vec<u8>>; 2], Error> {
    let number =
        |number: &Mpint| BoxedUint::from_be_slice_vartime(without_leading_zeros(number.as_bytes()));
    let d = number(key.d());
    let reduced = |prime: &Mpint| {
        NonZero::new(number(prime).wrapping_sub(BoxedUint::one()))
            .into_option()
            .map(|order| Zeroizing::new(d.rem_vartime(&order).to_be_bytes().into_vec()))
            .ok_or(Error::InvalidKey { algorithm: "RSA", reason: "a prime is 1" })
    };
    Ok([reduced(key.p())?, reduced(key.q())?])
}

/// The public half in its wire form (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4).
pub(crate) fn public_blob(pair: &KeypairData) -> Result<Vec<u8>, Error> {
    let name = pair.algorithm().map_err(|_| unsupported(pair))?;
    let start = Writer::new().string(name.as_str());
    let blob = match pair {
        KeypairData::Rsa(key) => {
            start.positive(key.public().e().as_bytes()).positive(key.public().n().as_bytes())
        }
        KeypairData::Dsa(key) => {
            let public = key.public();
            [public.p(), public.q(), public.g(), public.y()]
                .into_iter()
                .fold(start, |blob, number| blob.positive(number.as_bytes()))
        }
        KeypairData::Ecdsa(key) => {
            start.string(key.curve().as_str()).string(key.public_key_bytes())
        }
        KeypairData::Ed25519(key) => start.string(key.public.as_ref()),
        _ => return Err(unsupported(pair)),
    };
    Ok(blob.into_bytes().to_vec())
}

/// The same public half in canonical form: some writers add leading zeros to its numbers.
pub(crate) fn canonical_blob(blob: &[u8]) -> Vec<u8> {
    let written = || -> Result<Vec<u8>, Truncated> {
        let mut reader = Reader::new(blob);
        let name = reader.string()?;
        if !matches!(name, b"ssh-rsa" | b"ssh-dss") {
            return Err(Truncated);
        }
        let mut written = Writer::new().string(name);
        while !reader.rest().is_empty() {
            written = written.positive(reader.positive()?);
        }
        Ok(written.into_bytes().to_vec())
    };
    written().unwrap_or_else(|_| blob.to_vec())
}

/// The error for a key whose private half is not in the file (FIDO), or of an unknown kind.
pub(crate) fn unsupported(pair: &KeypairData) -> Error {
    let name = pair.algorithm().map_or_else(|_| "this key".to_owned(), |name| name.to_string());
    unsupported_algorithm(&name)
}

/// The same, for an algorithm known only by name.
pub(crate) fn unsupported_algorithm(name: &str) -> Error {
    Error::Unsupported {
        what: format!("the key type {}", contract::shown(name)),
        hint: "private keys are read and written for RSA, ECDSA (P-256, P-384, P-521), Ed25519 and DSA",
    }
}

fn check_rsa(key: &Rsa<'_>) -> Result<(), &'static str> {
    let too_long = |bytes: &[u8]| without_leading_zeros(bytes).len() > MAX_RSA_BITS as usize / 8;
    if [key.n, key.e, key.d, key.p, key.q, key.iqmp].into_iter().any(too_long) {
        return Err("it is longer than 16384 bits");
    }
    let (p, q) = (number(key.p), number(key.q));
    if p == q || p.concatenating_mul(&q) != number(key.n) {
        return Err("its primes do not match its modulus");
    }
    let less_one =
        |prime: &BoxedUint| NonZero::new(prime.wrapping_sub(BoxedUint::one())).into_option();
    let (Some(p_less_one), Some(q_less_one)) = (less_one(&p), less_one(&q)) else {
        return Err("a prime is 1");
    };
    let de = number(key.d).concatenating_mul(&number(key.e));
    if [p_less_one, q_less_one].iter().any(|order| de.rem_vartime(order) != BoxedUint::one()) {
        return Err("its exponents do not match");
    }
    Ok(())
}

/// Whether the inverse of `q` is right.
pub(crate) fn has_right_coefficient(key: &Rsa<'_>) -> bool {
    let Some(p) = NonZero::new(number(key.p)).into_option() else { return false };
    number(key.iqmp).concatenating_mul(number(key.q)).rem_vartime(&p) == BoxedUint::one()
}

/// The inverse of `q` modulo `p`.
fn rsa_coefficient(p: &[u8], q: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let p = Odd::new(number(p)).into_option()?;
    let q = number(q).rem_vartime(p.as_nz_ref()).resize(p.bits_precision());
    let inverse = q.invert_odd_mod(&p).into_option()?;
    Some(Zeroizing::new(inverse.to_be_bytes().into_vec()))
}

/// A number from big-endian bytes.
fn number(big_endian: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(without_leading_zeros(big_endian))
}

fn check_dsa(key: &Dsa<'_>) -> Result<(), Error> {
    let invalid = |reason| Err(Error::InvalidKey { algorithm: "DSA", reason });
    if key.q.len() > MAX_DSA_BYTES {
        return invalid("it is longer than 8192 bits");
    }
    let public = dsa_public(key.p, key.g, key.x)?;
    if without_leading_zeros(&public) != without_leading_zeros(key.y) {
        return Err(mismatch("DSA"));
    }
    let number = BoxedUint::from_be_slice_vartime;
    if number(key.x) >= number(key.q) {
        return invalid("its private number is out of range");
    }
    Ok(())
}

fn scalar_of<const SIZE: usize>(big_endian: &[u8]) -> Result<Zeroizing<[u8; SIZE]>, Error> {
    let digits = without_leading_zeros(big_endian);
    let mut scalar = Zeroizing::new([0; SIZE]);
    SIZE.checked_sub(digits.len())
        .and_then(|zeros| scalar.get_mut(zeros..))
        .ok_or(Error::InvalidKey { algorithm: "ECDSA", reason: "the private number is too long" })?
        .copy_from_slice(digits);
    Ok(scalar)
}

fn mismatch(algorithm: &'static str) -> Error {
    Error::InvalidKey { algorithm, reason: "its private half does not belong to its public half" }
}
