//! The sieve: finds the odd numbers after a start that have no small factor and are worth a real
//! test.

use std::num::NonZeroU64;

use crypto_bigint::{BoxedUint, Limb, NonZero};

/// The odd primes below a limit.
#[derive(Debug)]
pub(super) struct SmallPrimes(Vec<u32>);

impl SmallPrimes {
    /// Eratosthenes' sieve over the odd numbers below `limit`.
    pub(super) fn below(limit: u32) -> Self {
        let mut composite = vec![false; limit as usize / 2];
        let mut primes = Vec::with_capacity(composite.len() / 4);
        for half in 1..composite.len() {
            if composite.get(half) == Some(&false) {
                let prime = 2 * half + 1;
                primes.push(u32::try_from(prime).unwrap_or(u32::MAX));
                composite
                    .iter_mut()
                    .skip(prime * prime / 2)
                    .step_by(prime)
                    .for_each(|mark| *mark = true);
            }
        }
        Self(primes)
    }

    /// The offsets `2 i`, for `i` below `length`, at which `start + 2 i` has none of these primes
    /// as a factor; `start` is odd.
    pub(super) fn survivors(&self, start: &BoxedUint, length: usize) -> Vec<u64> {
        let mut composite = vec![false; length];
        let mut rest = self.0.as_slice();
        while let Some((group, product)) = leading_group(rest) {
            rest = rest.get(group.len()..).unwrap_or_default();
            // One division of the long number serves all primes of the group.
            let remainder = start.rem_limb(NonZero::<Limb>::from(product)).0;
            for prime in group {
                let first = first_multiple(remainder, u64::from(*prime));
                composite
                    .iter_mut()
                    .skip(first)
                    .step_by(*prime as usize)
                    .for_each(|mark| *mark = true);
            }
        }
        (0u64..)
            .step_by(2)
            .zip(composite)
            .filter(|(_, composite)| !composite)
            .map(|(offset, _)| offset)
            .collect()
    }
}

/// The longest leading group of primes whose product fits into a word.
fn leading_group(primes: &[u32]) -> Option<(&[u32], NonZeroU64)> {
    let mut product = 1u64;
    let mut length = 0;
    while let Some(next) =
        primes.get(length).and_then(|prime| product.checked_mul(u64::from(*prime)))
    {
        product = next;
        length += 1;
    }
    let group = primes.get(..length).filter(|group| !group.is_empty())?;
    Some((group, NonZeroU64::new(product)?))
}

/// The smallest `i` for which `start + 2 i` is a multiple of the prime, given `start` modulo a
/// multiple of the prime.
fn first_multiple(start: u64, prime: u64) -> usize {
    let missing = (prime - start % prime) % prime;
    // Half of `missing` modulo an odd prime.
    let half = if missing.is_multiple_of(2) { missing / 2 } else { missing.midpoint(prime) };
    usize::try_from(half).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_primes_are_the_primes() {
        assert_eq!(SmallPrimes::below(30).0, [3, 5, 7, 11, 13, 17, 19, 23, 29]);
        assert_eq!(SmallPrimes::below(1 << 16).0.len(), 6541);
    }

    #[test]
    fn survivors_are_what_no_small_prime_divides() {
        let primes = SmallPrimes::below(1000);
        for start in [1_000_003u64, 999_999_999_989, u64::MAX] {
            let expected: Vec<u64> = (0..512)
                .map(|i| 2 * i)
                .filter(|offset| {
                    let number = u128::from(start) + u128::from(*offset);
                    primes.0.iter().all(|prime| !number.is_multiple_of(u128::from(*prime)))
                })
                .collect();
            assert_eq!(primes.survivors(&BoxedUint::from(start), 512), expected);
        }
    }
}
