//! Sets of addresses and their algebra: exact at every size.
//!
//! A set is a flat list of ascending ranges that do not touch, so every operation is a single
//! sweep.

#[cfg(test)]
mod bitmap;
pub mod lookup;
mod sort;
pub mod widen;

use ipnet::{IpNet, Ipv6Net};

use crate::address::{Address, Family};
use crate::range::{IPV4_MAPPED, IpRange, Range};

/// Addresses of one family: ascending ranges, none touching the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges<A> {
    ranges: Vec<Range<A>>,
}

impl<A> Default for Ranges<A> {
    fn default() -> Self {
        Self { ranges: Vec::new() }
    }
}

impl<A: Address> From<Vec<Range<A>>> for Ranges<A> {
    /// The union of ranges in any order.
    fn from(mut ranges: Vec<Range<A>>) -> Self {
        sort::by_first_address(&mut ranges);
        ranges.dedup_by(|next, kept| kept.absorb(*next));
        Self { ranges }
    }
}

impl<A: Address> Ranges<A> {
    /// Whether it holds no address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The ranges, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Range<A>> + Clone + '_ {
        self.ranges.iter().copied()
    }

    /// The fewest networks that hold exactly these addresses, ascending.
    pub fn networks(&self) -> impl Iterator<Item = A::Network> + Clone + '_ {
        self.iter().flat_map(Range::networks)
    }

    /// The range that holds every address of `wanted`, if there is one.
    #[must_use]
    pub fn enclosing(&self, wanted: Range<A>) -> Option<Range<A>> {
        let after = self.ranges.partition_point(|range| range.first() <= wanted.first());
        let candidate = self.ranges.get(after.checked_sub(1)?)?;
        candidate.covers(wanted).then_some(*candidate)
    }

    /// The addresses that are not in `other`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len());
        let mut holes = other.iter().peekable();
        for range in self.iter() {
            let mut rest = Some(range);
            while let (Some(left), Some(hole)) = (rest, holes.peek()) {
                if hole.first() > left.last() {
                    break;
                }
                if let Some(before) = hole.first().previous() {
                    ranges.extend(Range::new(left.first(), before));
                }
                rest = hole
                    .last()
                    .next()
                    .and_then(|after| Range::new(after.max(left.first()), left.last()));
                // A hole that reaches beyond this range may also cut the next one.
                if hole.last() > left.last() {
                    break;
                }
                holes.next();
            }
            ranges.extend(rest);
        }
        Self { ranges }
    }

    /// The addresses that are in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len().min(other.ranges.len()));
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
            ranges.extend(our.intersection(*their));
            if our.last() < their.last() {
                ours.next();
            } else {
                theirs.next();
            }
        }
        Self { ranges }
    }

    /// The number of networks of the given prefix that fill the set exactly; `None` for 2^128,
    /// which does not fit.
    ///
    /// # Errors
    ///
    /// The first network of the set that is smaller than such a network.
    pub fn count_of_prefix(&self, prefix: u8) -> Result<Option<u128>, A::Network> {
        let mut count = Some(0_u128);
        for network in self.networks() {
            let bits = prefix.checked_sub(network.into().prefix_len()).ok_or(network)?;
            let pieces = 1_u128.checked_shl(bits.into());
            count = count.and_then(|count| count.checked_add(pieces?));
        }
        Ok(count)
    }

    /// Splits the set into networks of the given prefix, ascending. Call [`Self::count_of_prefix`]
    /// first to see that it divides evenly.
    pub fn split(&self, prefix: u8) -> impl Iterator<Item = A::Network> + Clone + '_ {
        self.iter().flat_map(move |range| range.split(prefix))
    }
}

/// Addresses of both families.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// The IPv4 half.
    pub v4: Ranges<u32>,
    /// The IPv6 half.
    pub v6: Ranges<u128>,
}

impl Set {
    /// All addresses of the families.
    #[must_use]
    pub fn everything(families: &[Family]) -> Self {
        let mut set = Self::default();
        for family in families {
            match family {
                Family::Ipv4 => set.v4 = vec![Range::ALL].into(),
                Family::Ipv6 => set.v6 = vec![Range::ALL].into(),
            }
        }
        set
    }

    /// Whether it holds no address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// The fewest networks that hold exactly these addresses: IPv4 before IPv6, ascending.
    pub fn networks(&self) -> impl Iterator<Item = IpNet> + Clone + '_ {
        let v4 = self.v4.networks().map(IpNet::V4);
        v4.chain(self.v6.networks().map(IpNet::V6))
    }

    /// The ranges, ascending, IPv4 before IPv6.
    pub fn ranges(&self) -> impl Iterator<Item = IpRange> + Clone + '_ {
        let v4 = self.v4.iter().map(IpRange::V4);
        v4.chain(self.v6.iter().map(IpRange::V6))
    }

    /// The network of the set within the IPv4-mapped addresses, if printing the set would give one:
    /// its text is read as IPv4.
    ///
    /// No range that is read ends inside that block, so a set holds all of it or nothing.
    #[must_use]
    pub fn mapped_network(&self) -> Option<Ipv6Net> {
        let around = self.v6.enclosing(IPV4_MAPPED)?;
        around.networks().find(|network| IPV4_MAPPED.covers(Range::of(*network)))
    }

    /// The addresses that are not in `other`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        Self { v4: self.v4.subtract(&other.v4), v6: self.v6.subtract(&other.v6) }
    }

    /// The addresses that are in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersect(&other.v4), v6: self.v6.intersect(&other.v6) }
    }
}

impl FromIterator<IpRange> for Set {
    fn from_iter<T: IntoIterator<Item = IpRange>>(ranges: T) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for range in ranges {
            match range {
                IpRange::V4(range) => v4.push(range),
                IpRange::V6(range) => v6.push(range),
            }
        }
        Self { v4: v4.into(), v6: v6.into() }
    }
}

impl FromIterator<IpNet> for Set {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        networks.into_iter().map(IpRange::from).collect()
    }
}
