//! A run of consecutive addresses, and the fewest networks that hold exactly it.

pub(crate) mod sort;

use std::fmt;

use crate::address::{self, Address};
use crate::network::Network;

/// The addresses from `first` to `last`, both included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<A> {
    first: A,
    last: A,
}

impl<A: Address> Range<A> {
    /// The range between two addresses; none when they are in the wrong order.
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
    #[must_use]
    pub fn networks(self) -> Networks<A> {
        Networks { rest: Some(self) }
    }
}

impl<A: Address> fmt::Display for Range<A> {
    /// One address, one network, or `first-last`: the shortest that says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let network = Network::spanning(self.first, self.last);
        if self.first == self.last {
            f.write_str(&address::text(self.first))
        } else if network.range() == *self {
            network.fmt(f)
        } else {
            write!(f, "{}-{}", address::text(self.first), address::text(self.last))
        }
    }
}

/// What [`Range::networks`] walks: at each step the largest network that starts where the last one ended.
#[derive(Clone, Debug)]
pub struct Networks<A> {
    rest: Option<Range<A>>,
}

impl<A: Address> Iterator for Networks<A> {
    type Item = Network<A>;

    fn next(&mut self) -> Option<Network<A>> {
        let rest = self.rest?;
        let aligned = rest.first.trailing_zeros();
        let span = rest.last - rest.first;
        // A network of `n` host bits fits where at least 2^n - 1 addresses follow the first.
        let fits = match span.next() {
            Some(count) => A::FAMILY.bits() - 1 - count.leading_zeros(),
            None => A::FAMILY.bits(),
        };
        let network = Network::around(rest.first, A::FAMILY.bits() - aligned.min(fits))?;
        self.rest = network.last().next().and_then(|first| Range::new(first, rest.last));
        Some(network)
    }
}

/// A number of addresses from 1 to 2^128, one more than any integer type holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    less_one: u128,
}

impl Count {
    /// Of what was counted, at least one; none for 2^128.
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
            Network::<u128>::ALL.range().count().to_string(),
            "340282366920938463463374607431768211456"
        );
        assert_eq!(Range::single(7_u32).count().to_string(), "1");
        assert_eq!(Network::<u32>::ALL.range().count().to_string(), "4294967296");
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
}
