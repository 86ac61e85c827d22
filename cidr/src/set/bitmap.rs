//! Checks every operation against the same one done bit by bit: over a whole /16 of IPv4, and over
//! the last addresses of IPv6.

use ipnet::IpNet;
use proptest::collection::vec;
use proptest::prelude::*;

use super::Ranges;
use crate::address::Address;
use crate::range::Range;

const SIZE: usize = 1 << 16;

/// A family with a sample of 65,536 addresses from `at(0)` on, examined one by one.
trait Sample: Address {
    fn at(index: usize) -> Self;
}

impl Sample for u32 {
    fn at(index: usize) -> Self {
        0x0a01_0000 + Self::try_from(index).unwrap()
    }
}

impl Sample for u128 {
    /// Ends with the very last address.
    fn at(index: usize) -> Self {
        (Self::MAX - 0xffff) + Self::try_from(index).unwrap()
    }
}

type Bits = Vec<bool>;

fn bits_of<A: Sample>(ranges: &[(usize, usize)]) -> (Bits, Ranges<A>) {
    let mut bits = vec![false; SIZE];
    for (first, last) in ranges {
        bits[*first..=*last].fill(true);
    }
    let ranges: Vec<_> = ranges
        .iter()
        .map(|(first, last)| Range::new(A::at(*first), A::at(*last)).unwrap())
        .collect();
    (bits, ranges.into())
}

fn assert_same<A: Sample>(ranges: &Ranges<A>, bits: &Bits) {
    for (index, bit) in bits.iter().enumerate() {
        assert_eq!(ranges.enclosing(Range::single(A::at(index))).is_some(), *bit, "{index}");
    }
    assert_normal(ranges);
    assert_cover(ranges);
}

/// Ascending, with a gap between any two.
fn assert_normal<A: Sample>(ranges: &Ranges<A>) {
    for (range, next) in ranges.iter().zip(ranges.iter().skip(1)) {
        assert!(range.last() < next.first().previous().unwrap(), "{range} touches {next}");
    }
}

/// The networks hold exactly the ranges, and no two of them are the halves of a larger one.
fn assert_cover<A: Sample>(ranges: &Ranges<A>) {
    let networks: Vec<IpNet> = ranges.networks().map(Into::into).collect();
    let again: Ranges<A> = ranges.networks().map(Range::of).collect::<Vec<_>>().into();
    assert_eq!(again, *ranges);
    for pair in networks.windows(2) {
        let halves = pair[0].is_sibling(&pair[1]);
        assert!(!halves, "{} and {} are one network", pair[0], pair[1]);
    }
}

fn check<A: Sample>(ours: &[(usize, usize)], theirs: &[(usize, usize)], prefix: u8) {
    let (our_bits, ours) = bits_of::<A>(ours);
    let (their_bits, theirs) = bits_of::<A>(theirs);
    let both = |combine: fn(bool, bool) -> bool| -> Bits {
        our_bits.iter().zip(&their_bits).map(|(our, their)| combine(*our, *their)).collect()
    };
    assert_same(&ours, &our_bits);
    assert_same(&ours.subtract(&theirs), &both(|our, their| our && !their));
    assert_same(&theirs.subtract(&ours), &both(|our, their| their && !our));
    assert_same(&ours.intersect(&theirs), &both(|our, their| our && their));
    check_split(&ours, &our_bits, A::FAMILY.bits() - 16 + prefix);
}

fn check_split<A: Sample>(ranges: &Ranges<A>, bits: &Bits, prefix: u8) {
    let size = 1_usize << (A::FAMILY.bits() - prefix);
    let blocks: Vec<&[bool]> = bits.chunks(size).collect();
    let splits = blocks.iter().all(|block| block.iter().all(|bit| *bit == block[0]));
    let full = blocks.iter().filter(|block| block[0]).count();
    match ranges.count_of_prefix(prefix) {
        Ok(count) => {
            assert!(splits);
            assert_eq!(count, Some(full as u128));
            let pieces: Vec<_> = ranges.split(prefix).collect();
            assert_eq!(pieces.len(), full);
            assert!(pieces.iter().all(|piece| (*piece).into().prefix_len() == prefix));
            let again: Ranges<A> = pieces.into_iter().map(Range::of).collect::<Vec<_>>().into();
            assert_eq!(again, *ranges);
        }
        Err(smaller) => {
            assert!(!splits);
            assert!(smaller.into().prefix_len() > prefix);
        }
    }
}

/// Ranges anywhere, short and long, some cut at round addresses.
fn some_ranges(most: usize) -> impl Strategy<Value = Vec<(usize, usize)>> {
    let range =
        (0..SIZE, 0..17_u32, any::<u16>(), 0..17_u32).prop_map(|(first, width, length, round)| {
            let first = first >> round << round;
            let length = usize::from(length) >> width.min(15) >> round << round;
            (first, (first + length).saturating_sub(usize::from(length > 0)).clamp(first, SIZE - 1))
        });
    vec(range, 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn ipv4_over_a_slash_16(ours in some_ranges(40), theirs in some_ranges(40), prefix in 0..=16_u8) {
        check::<u32>(&ours, &theirs, prefix);
    }

    #[test]
    fn ipv6_up_to_its_last_address(ours in some_ranges(40), theirs in some_ranges(40), prefix in 0..=16_u8) {
        check::<u128>(&ours, &theirs, prefix);
    }

    #[test]
    fn crowded_little_sets(
        ours in vec((0..24_usize, 0..8_usize), 0..12),
        theirs in vec((0..24_usize, 0..8_usize), 0..12),
        prefix in 10..=16_u8,
    ) {
        let ranges = |pairs: Vec<(usize, usize)>| -> Vec<_> {
            pairs.into_iter().map(|(first, length)| (first, first + length)).collect()
        };
        let (ours, theirs) = (ranges(ours), ranges(theirs));
        check::<u32>(&ours, &theirs, prefix);
        let flip = |ranges: &[(usize, usize)]| -> Vec<_> {
            ranges.iter().map(|(first, last)| (SIZE - 1 - last, SIZE - 1 - first)).collect()
        };
        check::<u128>(&flip(&ours), &flip(&theirs), prefix);
    }
}
