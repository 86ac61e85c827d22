//! Sorts IPv4 ranges by radix: three passes over the data, whatever its order.
//!
//! IPv6 ranges are four times as large and are left to the standard library's sort.

use crate::address::{Address, Family};
use crate::range::Range;

/// Below this length a comparison sort finishes before the radix sort has cleared its tables.
const SMALL: usize = 2_048;
const DIGIT_BITS: u32 = 11;
const DIGITS: usize = 1 << DIGIT_BITS;

/// Orders by the first address; ranges that share it keep no particular order.
pub(super) fn by_first_address<A: Address>(ranges: &mut Vec<Range<A>>) {
    if ranges.is_sorted_by_key(|range| range.first()) {
        return;
    }
    if A::FAMILY == Family::Ipv6 || ranges.len() < SMALL {
        ranges.sort_unstable_by_key(|range| range.first());
        return;
    }
    let mut scratch = vec![Range::ALL; ranges.len()];
    let counts = count_digits(ranges);
    for (pass, counts) in counts.iter().enumerate() {
        // A digit with the same value everywhere does not affect the order.
        if counts.contains(&ranges.len()) {
            continue;
        }
        scatter(ranges, &mut scratch, counts, pass);
        std::mem::swap(ranges, &mut scratch);
    }
}

fn digit<A: Address>(address: A, pass: usize) -> usize {
    let shift = DIGIT_BITS * u32::try_from(pass).unwrap_or(u32::MAX);
    let digits: u128 = address.into();
    // The mask leaves eleven bits, which fit.
    usize::try_from(digits.unbounded_shr(shift) & (DIGITS as u128 - 1)).unwrap_or(0)
}

#[expect(clippy::indexing_slicing, reason = "a digit is masked to the size of its table")]
fn count_digits<A: Address>(ranges: &[Range<A>]) -> Vec<[usize; DIGITS]> {
    let mut counts = vec![[0; DIGITS]; 3];
    for range in ranges {
        for (pass, counts) in counts.iter_mut().enumerate() {
            counts[digit(range.first(), pass)] += 1;
        }
    }
    counts
}

#[expect(clippy::indexing_slicing, reason = "the counts add up to the length of both slices")]
fn scatter<A: Address>(
    from: &[Range<A>],
    to: &mut [Range<A>],
    counts: &[usize; DIGITS],
    pass: usize,
) {
    let mut next = [0; DIGITS];
    let mut start = 0;
    for (next, count) in next.iter_mut().zip(counts) {
        *next = start;
        start += count;
    }
    for range in from {
        let slot = &mut next[digit(range.first(), pass)];
        to[*slot] = *range;
        *slot += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn orders_as_the_standard_library_does(
            firsts in proptest::collection::vec(any::<u32>(), SMALL..SMALL + 500),
            mask in prop_oneof![Just(u32::MAX), Just(0xffff), Just(0xff00_00ff)],
        ) {
            let mut ranges: Vec<_> = firsts.iter().map(|first| Range::single(first & mask)).collect();
            let mut expected: Vec<_> = firsts.iter().map(|first| first & mask).collect();
            by_first_address(&mut ranges);
            expected.sort_unstable();
            prop_assert_eq!(ranges.iter().map(|range| range.first()).collect::<Vec<_>>(), expected);
        }
    }
}
