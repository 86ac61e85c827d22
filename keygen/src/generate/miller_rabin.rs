//! The primality test of FIPS 186-5, B.3.1.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, CtEq as _, CtSelect as _, NonZero, Odd};

use crate::error::Error;
use crate::random;

/// A number to test: `n = 2^twos · odd_part + 1`.
pub(super) struct Candidate {
    params: BoxedMontyParams,
    odd_part: BoxedUint,
    twos: u32,
}

impl Candidate {
    pub(super) fn new(n: Odd<BoxedUint>) -> Self {
        let less_one = n.as_ref().wrapping_sub(BoxedUint::one());
        let twos = less_one.trailing_zeros_vartime();
        Self {
            odd_part: less_one.wrapping_shr_vartime(twos),
            twos,
            params: BoxedMontyParams::new_vartime(n),
        }
    }

    /// One round with base 2. Nearly every composite fails it, so the power is computed only by
    /// squaring and doubling.
    pub(super) fn passes_base_two(&self) -> bool {
        let mut power = BoxedMontyForm::one(&self.params);
        for bit in (0..self.odd_part.bits_vartime()).rev() {
            power = power.square();
            power = power.ct_select(&power.double(), self.odd_part.bit(bit));
        }
        self.is_no_witness(power)
    }

    /// Rounds with random bases from 2 to n − 2.
    pub(super) fn passes_random_bases(&self, rounds: u32) -> Result<bool, Error> {
        for _ in 0..rounds {
            let base = BoxedMontyForm::new(self.random_base()?, &self.params);
            if !self.is_no_witness(base.pow(&self.odd_part)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the power of a base is 1, or becomes −1 by squaring.
    fn is_no_witness(&self, mut power: BoxedMontyForm) -> bool {
        let one = BoxedMontyForm::one(&self.params);
        let minus_one = one.neg();
        if bool::from(power.ct_eq(&one)) {
            return true;
        }
        for _ in 0..self.twos {
            if bool::from(power.ct_eq(&minus_one)) {
                return true;
            }
            power = power.square();
        }
        false
    }

    fn random_base(&self) -> Result<BoxedUint, Error> {
        let n = self.params.modulus().as_ref();
        // Modulo n − 3, plus two. Eight bytes more than n make the remainder uniform enough.
        let mut bytes = vec![0; n.bits_precision() as usize / 8 + 8];
        random::fill(&mut bytes)?;
        let three = BoxedUint::from(3u8);
        let Some(range) = NonZero::new(n.wrapping_sub(&three)).into_option() else {
            return Ok(BoxedUint::from(2u8));
        };
        let base = BoxedUint::from_be_slice_vartime(&bytes).rem_vartime(&range);
        Ok(base.wrapping_add(BoxedUint::from(2u8)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_prime(number: u64) -> bool {
        let candidate = Candidate::new(Odd::new(BoxedUint::from(number)).expect("odd"));
        candidate.passes_base_two() && candidate.passes_random_bases(20).expect("random bytes")
    }

    #[test]
    fn primes_pass_and_composites_do_not() {
        for prime in [65537, 2_147_483_647, 1_000_000_007, 18_446_744_073_709_551_557] {
            assert!(is_prime(prime), "{prime}");
        }
        // Carmichael numbers and strong pseudoprimes to base 2.
        for composite in
            [561, 1105, 2047, 3277, 4033, 1_373_653, 3_215_031_751, 3_825_123_056_546_413_051]
        {
            assert!(!is_prime(composite), "{composite}");
        }
    }
}
