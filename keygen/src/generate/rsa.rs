//! RSA key pairs from two primes, as FIPS 186-5 A.1 requires.

use std::fmt;
use std::str::FromStr;

use crypto_bigint::{BoxedUint, ConcatenatingMul as _, Gcd as _, Limb, NonZero, Odd};
use ssh_key::private::KeypairData;

use super::primes::{self, PUBLIC_EXPONENT, Progress};
use crate::defaults::{MAX_RSA_BITS, RSA_BITS};
use crate::error::Error;
use crate::key_pair;

/// The size of an RSA modulus: 2048 to 16384 bits, half of them for each prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RsaBits(u32);

impl RsaBits {
    /// The default size.
    pub const DEFAULT: Self = Self(RSA_BITS);

    /// The available sizes, for people.
    pub(crate) const SIZES: &str = "an RSA key has 2048 to 16384 bits, an even number";

    /// The size, if we make keys of it.
    #[must_use]
    pub fn new(bits: u32) -> Option<Self> {
        ((2048..=MAX_RSA_BITS).contains(&bits) && bits.is_multiple_of(2)).then_some(Self(bits))
    }
}

impl FromStr for RsaBits {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bits = text.parse().ok().and_then(Self::new);
        bits.ok_or(Self::SIZES)
    }
}

impl fmt::Display for RsaBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Searches for two primes and makes the pair.
pub(super) fn generate(RsaBits(bits): RsaBits, progress: &Progress) -> Result<KeypairData, Error> {
    let half = bits / 2;
    loop {
        let (p, q) = primes::find_two(half, progress, |p, q| are_far_apart(p, q, half))?;
        if let Some(pair) = pair_of(p, q, half) {
            return pair;
        }
    }
}

/// |p − q| > 2^(half − 100) (FIPS 186-5 A.1.1, criterion 2); requiring one bit more saves a
/// comparison.
fn are_far_apart(p: &BoxedUint, q: &BoxedUint, half: u32) -> bool {
    let difference = if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) };
    difference.bits_vartime() > half - 99
}

/// The pair of these primes; `None` if the private exponent is not above 2^half (FIPS 186-5 A.1.1,
/// criterion 3).
fn pair_of(p: BoxedUint, q: BoxedUint, half: u32) -> Option<Result<KeypairData, Error>> {
    // In the files of OpenSSL, ssh-keygen and PuTTY, p > q.
    let (p, q) = if p > q { (p, q) } else { (q, p) };
    let d = private_exponent(&p, &q)?;
    if d.bits_vartime() <= half {
        return None;
    }
    let n = p.concatenating_mul(&q);
    let iqmp = q.invert_odd_mod(&Odd::new(p.clone()).into_option()?).into_option()?;
    Some(key_pair::rsa(&key_pair::Rsa {
        n: &n.to_be_bytes(),
        e: &PUBLIC_EXPONENT.to_be_bytes(),
        d: &d.to_be_bytes(),
        p: &p.to_be_bytes(),
        q: &q.to_be_bytes(),
        iqmp: &iqmp.to_be_bytes(),
    }))
}

/// The inverse of the public exponent e modulo λ = lcm(p − 1, q − 1), by one division: some small
/// factor satisfies λ · factor + 1 = e d.
fn private_exponent(p: &BoxedUint, q: &BoxedUint) -> Option<BoxedUint> {
    let one = BoxedUint::one();
    let (p_less_one, q_less_one) = (p.wrapping_sub(&one), q.wrapping_sub(&one));
    let common = NonZero::new(p_less_one.gcd(&q_less_one)).into_option()?;
    let lambda = p_less_one.concatenating_mul(&q_less_one).wrapping_div_vartime(&common);

    let exponent = u64::from(PUBLIC_EXPONENT);
    let divisor = NonZero::<Limb>::new(Limb::from(PUBLIC_EXPONENT)).into_option()?;
    let remainder = lambda.rem_limb(divisor).0;
    // −1/λ modulo the prime e, by Fermat's little theorem.
    let inverse = (0..exponent - 2).fold(1, |power, _| power * remainder % exponent);
    let factor = BoxedUint::from((exponent - inverse) % exponent);
    let multiple = lambda.concatenating_mul(&factor).wrapping_add(&one);
    let (d, rest) = multiple.div_rem_limb(divisor);
    (rest == Limb::ZERO).then_some(d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_the_format_and_the_search_can_do() {
        for good in ["2048", "2050", "3072", "4000", "16384"] {
            assert_eq!(good.parse::<RsaBits>().expect(good).to_string(), good);
        }
        for bad in ["1024", "2046", "2049", "16386", "-1", "x", ""] {
            assert!(bad.parse::<RsaBits>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_new_pair_has_the_size_that_was_asked_for() {
        // `key_pair::rsa` has checked the relations between the numbers.
        for size in [2048, 2054] {
            let bits = RsaBits::new(size).expect("a size");
            let pair = generate(bits, &Progress::default()).expect("a pair");
            let key = pair.rsa().expect("RSA");
            let number = |number: &ssh_key::Mpint| {
                let bytes = number.as_positive_bytes().expect("positive");
                BoxedUint::from_be_slice_vartime(bytes)
            };
            assert_eq!(number(key.public().n()).bits_vartime(), size);
            assert!(number(key.private().d()).bits_vartime() > size / 2);
            for prime in [number(key.private().p()), number(key.private().q())] {
                assert_eq!(prime.bits_vartime(), size / 2);
                assert!(prime.bit_vartime(size / 2 - 2), "the second bit is set too");
                assert!(prime.bit_vartime(0), "it is odd");
            }
        }
    }
}
