//! The search for large primes, on all cores.
//!
//! Every core sieves an interval after a random start of its own and tests the survivors. The first
//! primes found by any core count, so no core waits for another.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crypto_bigint::{BitOps as _, BoxedUint, Limb, NonZero, Odd};
use zeroize::Zeroizing;

use super::miller_rabin::Candidate;
use super::sieve::SmallPrimes;
use crate::error::Error;
use crate::memory;
use crate::random;

/// The public exponent of every key made here; primes that do not fit it are skipped.
pub(super) const PUBLIC_EXPONENT: u32 = 65537;

/// The progress of a search, which another thread may read.
#[derive(Debug, Default)]
pub struct Progress {
    tested: AtomicU32,
    expected: AtomicU32,
}

impl Progress {
    /// The share of the work that is probably done, from 0 to 1. A search cannot know when it will
    /// end; it only becomes likely.
    #[must_use]
    pub fn likely_done(&self) -> f64 {
        let tested = f64::from(self.tested.load(Ordering::Relaxed));
        let expected = f64::from(self.expected.load(Ordering::Relaxed).max(1));
        1.0 - (-tested / expected).exp()
    }
}

/// Finds two primes of this many bits, with the two top bits set, that `acceptable` accepts
/// together.
pub(super) fn find_two(
    bits: u32,
    progress: &Progress,
    acceptable: impl Fn(&BoxedUint, &BoxedUint) -> bool,
) -> Result<(BoxedUint, BoxedUint), Error> {
    let search = Search::new(bits);
    progress.expected.store(search.expected_tests(), Ordering::Relaxed);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (sender, found) = channel();
    thread::scope(|scope| {
        for _ in 0..cores {
            let sender = sender.clone();
            let search = &search;
            scope.spawn(move || memory::without_traces(|| search.run(progress, &sender)));
        }
        drop(sender);
        let mut kept: Vec<BoxedUint> = Vec::new();
        let mut pair = Err(Error::Random("the search for primes ended early".into()));
        for prime in found {
            match prime {
                Err(error) => {
                    pair = Err(error);
                    break;
                }
                Ok(prime) => match kept.iter().position(|other| acceptable(other, &prime)) {
                    Some(partner) => {
                        pair = Ok((kept.swap_remove(partner), prime));
                        break;
                    }
                    None => kept.push(prime),
                },
            }
        }
        search.over.store(true, Ordering::Relaxed);
        pair
    })
}

struct Search {
    bits: u32,
    small_primes: SmallPrimes,
    over: AtomicBool,
}

impl Search {
    fn new(bits: u32) -> Self {
        // At 1024 bits, sieving by all primes below half a million costs as much as one test.
        let limit = (bits * 512).next_power_of_two();
        Self { bits, small_primes: SmallPrimes::below(limit), over: AtomicBool::new(false) }
    }

    /// The expected number of tests for two primes: the density of primes (one in ln 2ⁿ) divided by
    /// the share of numbers that the sieve leaves (Mertens).
    fn expected_tests(&self) -> u32 {
        let sieve_limit = f64::from(self.bits * 512).ln();
        let tests = 2.0 * f64::from(self.bits) * std::f64::consts::LN_2 * 0.5615 / sieve_limit;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few hundred"
        )]
        {
            tests as u32
        }
    }

    /// Sends primes until the search is over.
    fn run(&self, progress: &Progress, sender: &Sender<Result<BoxedUint, Error>>) {
        while !self.over.load(Ordering::Relaxed) {
            let prime = self.prime_after_random_start(progress).transpose();
            if prime.is_some_and(|prime| sender.send(prime).is_err()) {
                return;
            }
        }
    }

    /// The first prime in a random interval; `None` if it has none or the search is over.
    fn prime_after_random_start(&self, progress: &Progress) -> Result<Option<BoxedUint>, Error> {
        let start = self.random_start()?;
        // An interval of four times as many odd numbers as the start has bits contains about ten
        // primes.
        for offset in self.small_primes.survivors(&start, 4 * self.bits as usize) {
            if self.over.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let number = start.wrapping_add(BoxedUint::from(offset));
            progress.tested.fetch_add(1, Ordering::Relaxed);
            if self.fits(&number) && is_prime(&number, self.bits)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// An odd number with both top bits set: above √2 · 2^(bits − 1) (FIPS 186-5 A.1.3), so that
    /// the product of two has twice as many bits.
    fn random_start(&self) -> Result<BoxedUint, Error> {
        let mut bytes = Zeroizing::new(vec![0; self.bits.div_ceil(8) as usize]);
        random::fill(&mut bytes)?;
        let excess = self.bits.next_multiple_of(8) - self.bits;
        let mut start = BoxedUint::from_be_slice_vartime(&bytes).wrapping_shr_vartime(excess);
        for bit in [0, self.bits - 2, self.bits - 1] {
            start.set_bit_vartime(bit, true);
        }
        Ok(start)
    }

    /// Whether the length is still right, and the number less one is coprime to the public
    /// exponent.
    fn fits(&self, number: &BoxedUint) -> bool {
        let exponent = NonZero::<Limb>::new(Limb::from(PUBLIC_EXPONENT)).into_option();
        number.bits_vartime() == self.bits
            && exponent.is_some_and(|exponent| number.rem_limb(exponent) != Limb::ONE)
    }
}

fn is_prime(number: &BoxedUint, bits: u32) -> Result<bool, Error> {
    let Some(odd) = Odd::new(number.clone()).into_option() else { return Ok(false) };
    let candidate = Candidate::new(odd);
    Ok(candidate.passes_base_two() && candidate.passes_random_bases(rounds(bits))?)
}

/// The number of rounds with random bases, in addition to the one with base 2.
///
/// FIPS 186-5, table B.1: for primes of 1024, 1536 and 2048 bits these give error probabilities of
/// 2⁻¹¹², 2⁻¹²⁸ and 2⁻¹⁴⁴, the strength of the modulus. The bound in its appendix C.1 falls with
/// the size: for primes of 8192 bits, four rounds err with less than 2⁻³⁴⁰.
fn rounds(prime_bits: u32) -> u32 {
    if prime_bits < 1536 { 5 } else { 4 }
}
