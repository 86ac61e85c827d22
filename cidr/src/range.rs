//! A run of consecutive addresses, and the fewest networks that hold exactly it.

use std::fmt;

use ipnet::IpNet;

use crate::address::Address;

/// The addresses from `first` to `last`, both included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<A> {
    first: A,
    last: A,
}

/// RFC 4291 section 2.5.5.2: `::ffff:0:0/96`, in which an IPv6 socket shows IPv4 addresses.
pub const IPV4_MAPPED: Range<u128> = Range { first: 0xffff << 32, last: 0xffff_ffff_ffff };

impl<A: Address> Range<A> {
    /// All addresses of the family.
    pub const ALL: Self = Self { first: A::MIN, last: A::MAX };

    /// The range between two addresses; `None` if they are in the wrong order.
    #[must_use]
    pub fn new(first: A, last: A) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The range between two addresses that are known to be in order.
    pub(crate) fn between(first: A, last: A) -> Self {
        debug_assert!(first <= last, "{first:?} is after {last:?}");
        Self { first, last }
    }

    /// One address.
    #[must_use]
    pub fn single(address: A) -> Self {
        Self { first: address, last: address }
    }

    /// All addresses of a network.
    #[must_use]
    pub fn of(network: A::Network) -> Self {
        let (first, last) = A::ends(network);
        Self { first, last }
    }

    /// The addresses of the smallest network that holds both.
    pub(crate) fn spanning(low: A, high: A) -> Self {
        // What differs between the two is free, and so are all bits below.
        let differing = (low | high) & !(low & high);
        let free = A::low_bits(A::FAMILY.bits() - differing.leading_zeros());
        Self { first: low & !free, last: low | free }
    }

    /// The lowest address.
    #[must_use]
    pub fn first(self) -> A {
        self.first
    }

    /// The highest address.
    #[must_use]
    pub fn last(self) -> A {
        self.last
    }

    /// How many addresses it holds.
    #[must_use]
    pub fn count(self) -> Count {
        Count { less_one: (self.last - self.first).into() }
    }

    /// The addresses that are in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// Whether every address of `other` is in this one.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// Takes in `next`, which starts no earlier, if no address lies between the two.
    pub(crate) fn absorb(&mut self, next: Self) -> bool {
        let touches = match self.last.next() {
            Some(after) => next.first <= after,
            None => true,
        };
        if touches {
            self.last = self.last.max(next.last);
        }
        touches
    }

    /// The fewest networks that hold exactly these addresses, in ascending order.
    pub fn networks(self) -> impl Iterator<Item = A::Network> + Clone {
        A::networks(self.first, self.last, 0)
    }

    /// Splits these addresses into networks of the given prefix, in ascending order. Where that
    /// does not come out even, some networks are smaller.
    pub(crate) fn split(self, prefix: u8) -> impl Iterator<Item = A::Network> + Clone {
        A::networks(self.first, self.last, prefix)
    }
}

impl<A: Address> fmt::Display for Range<A> {
    /// One address, one network, or `first-last`, whichever is shortest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut networks = self.networks();
        match (networks.next(), networks.next()) {
            _ if self.first == self.last => self.first.ip().fmt(f),
            (Some(network), None) => network.fmt(f),
            _ => write!(f, "{}-{}", self.first.ip(), self.last.ip()),
        }
    }
}

/// A range of either family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpRange {
    /// IPv4 addresses.
    V4(Range<u32>),
    /// IPv6 addresses.
    V6(Range<u128>),
}

impl IpRange {
    /// The fewest networks that hold exactly these addresses, ascending.
    pub fn networks(self) -> impl Iterator<Item = IpNet> + Clone {
        let (v4, v6) = match self {
            Self::V4(range) => (Some(range), None),
            Self::V6(range) => (None, Some(range)),
        };
        let v4 = v4.into_iter().flat_map(Range::networks).map(IpNet::V4);
        v4.chain(v6.into_iter().flat_map(Range::networks).map(IpNet::V6))
    }

    /// How many addresses it holds.
    #[must_use]
    pub fn count(self) -> Count {
        match self {
            Self::V4(range) => range.count(),
            Self::V6(range) => range.count(),
        }
    }

    /// Whether any address is in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::V4(one), Self::V4(other)) => one.intersection(other).is_some(),
            (Self::V6(one), Self::V6(other)) => one.intersection(other).is_some(),
            _ => false,
        }
    }

    /// Takes in `next`, which starts no earlier, if it is of the same family and no address lies
    /// between the two.
    pub(crate) fn absorb(&mut self, next: Self) -> bool {
        match (self, next) {
            (Self::V4(range), Self::V4(next)) => range.absorb(next),
            (Self::V6(range), Self::V6(next)) => range.absorb(next),
            _ => false,
        }
    }
}

impl From<IpNet> for IpRange {
    fn from(network: IpNet) -> Self {
        match network {
            IpNet::V4(network) => Self::V4(Range::of(network)),
            IpNet::V6(network) => Self::V6(Range::of(network)),
        }
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(range) => range.fmt(f),
            Self::V6(range) => range.fmt(f),
        }
    }
}

/// A number of addresses from 1 to 2^128. The upper limit does not fit into a `u128`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    less_one: u128,
}

impl Count {
    /// Wraps a count of at least 1; `None` stands for 2^128.
    pub(crate) fn of(counted: Option<u128>) -> Self {
        Self { less_one: counted.map_or(u128::MAX, |count| count.saturating_sub(1)) }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.less_one.checked_add(1) {
            Some(count) => count.fmt(f),
            None => f.pad("340282366920938463463374607431768211456"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(first: u32, last: u32) -> Vec<String> {
        Range::new(first, last).unwrap().networks().map(|network| network.to_string()).collect()
    }

    #[test]
    fn a_cover_is_exact_and_minimal() {
        for (first, last, expected) in [
            (0x0a00_0000, 0x0a00_00ff, &["10.0.0.0/24"][..]),
            (
                0x0a00_0001,
                0x0a00_0006,
                &["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.6/32"],
            ),
            (0x0a00_0005, 0x0a00_0005, &["10.0.0.5/32"]),
            (0, u32::MAX, &["0.0.0.0/0"]),
            (0, u32::MAX - 1, &[]),
            (u32::MAX, u32::MAX, &["255.255.255.255/32"]),
        ] {
            let networks = cover(first, last);
            if expected.is_empty() {
                assert_eq!(networks.len(), 32, "everything but the last address");
            } else {
                assert_eq!(networks, expected);
            }
        }
    }

    #[test]
    fn counts_reach_two_to_the_128() {
        assert_eq!(
            Range::<u128>::ALL.count().to_string(),
            "340282366920938463463374607431768211456"
        );
        assert_eq!(Range::single(7_u32).count().to_string(), "1");
        assert_eq!(Range::<u32>::ALL.count().to_string(), "4294967296");
        assert_eq!(Range::new(1, u128::MAX).unwrap().count().to_string(), u128::MAX.to_string());
    }

    #[test]
    fn a_range_is_written_as_shortly_as_it_can_be() {
        for (first, last, expected) in
            [(1_u32, 1, "0.0.0.1"), (0, 1, "0.0.0.0/31"), (1, 2, "0.0.0.1-0.0.0.2")]
        {
            assert_eq!(Range::new(first, last).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn spanning_is_the_smallest_that_holds_both() {
        for (low, high, expected) in [
            (0x0a00_0001_u32, 0x0a00_0001, "10.0.0.1"),
            (0x0a00_0001, 0x0a00_0002, "10.0.0.0/30"),
            (0x0aff_ffff, 0x0b00_0000, "10.0.0.0/7"),
            (0x7fff_ffff, 0x8000_0000, "0.0.0.0/0"),
        ] {
            assert_eq!(Range::spanning(low, high).to_string(), expected);
        }
    }
}
