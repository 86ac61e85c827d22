//! The smallest widening of a set to a given number of networks.
//!
//! Any cover of the set by networks is a cut through the binary tree of its networks. The cheapest
//! cut of every size is found from the leaves up: a fork either becomes one network, or its
//! allowance is divided between its two halves.

use super::{Ranges, Set};
use crate::address::Address;
use crate::range::Range;

/// A set that was widened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widened {
    /// Everything requested, and more.
    pub set: Set,
    /// How many addresses were added.
    pub added: u128,
}

/// Both families need widening together, but IPv4 and IPv6 addresses cannot be weighed against each
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BothFamilies;

impl Set {
    /// The set of at most `limit` networks that holds this one and adds the fewest addresses.
    ///
    /// # Errors
    ///
    /// When the set has more networks than that and both families.
    pub fn widen(self, limit: usize) -> Result<Widened, BothFamilies> {
        if self.networks().nth(limit).is_none() {
            return Ok(Widened { set: self, added: 0 });
        }
        match (self.v4.is_empty(), self.v6.is_empty()) {
            (false, false) => Err(BothFamilies),
            (false, true) => {
                let (v4, added) = self.v4.widen(limit);
                Ok(Widened { set: Self { v4, ..Self::default() }, added })
            }
            (true, _) => {
                let (v6, added) = self.v6.widen(limit);
                Ok(Widened { set: Self { v6, ..Self::default() }, added })
            }
        }
    }
}

impl<A: Address> Ranges<A> {
    /// Like [`Set::widen`]; `limit` is less than the number of networks, and not zero.
    fn widen(&self, limit: usize) -> (Self, u128) {
        let networks: Vec<_> = self.networks().map(Range::of).collect();
        let tree = Tree::above(&networks, limit);
        let limit = limit.min(tree.added.len());
        let added = limit.checked_sub(1).and_then(|at| tree.added.get(at)).copied().unwrap_or(0);
        let mut chosen = Vec::with_capacity(limit);
        tree.root.cut(limit, &mut chosen);
        (chosen.into(), added)
    }
}

/// How many addresses one, two, three … networks over a part of the set add to it.
struct Tree<A> {
    root: Node<A>,
    added: Vec<u128>,
    covered: u128,
}

/// The smallest network around a part of the set.
struct Node<A> {
    network: Range<A>,
    fork: Option<Box<Fork<A>>>,
}

struct Fork<A> {
    low: Node<A>,
    high: Node<A>,
    /// For one, two, three … networks, how many of them go to the low half. Zero means that the
    /// fork becomes one network itself.
    low_share: Vec<usize>,
}

impl<A: Address> Tree<A> {
    fn above(networks: &[Range<A>], limit: usize) -> Self {
        let (Some(first), Some(last)) = (networks.first(), networks.last()) else {
            let root = Node { network: Range::ALL, fork: None };
            return Self { root, added: Vec::new(), covered: 0 };
        };
        if networks.len() == 1 {
            let root = Node { network: *first, fork: None };
            return Self { root, added: vec![0], covered: size_less_one(*first).wrapping_add(1) };
        }
        let around = Range::spanning(first.first(), last.last());
        // The lowest address of the upper half.
        let free = A::FAMILY.bits() - (around.last() - around.first()).leading_zeros();
        let middle = around.last() & !A::low_bits(free - 1);
        let halves = networks.partition_point(|network| network.first() < middle);
        let (low, high) = networks.split_at_checked(halves).unwrap_or_default();
        Self::fork(around, Self::above(low, limit), Self::above(high, limit), limit)
    }

    fn fork(around: Range<A>, low: Self, high: Self, limit: usize) -> Self {
        let most = (low.added.len() + high.added.len()).min(limit);
        let covered = low.covered + high.covered;
        let mut added = vec![u128::MAX; most];
        let mut low_share = vec![0; most];
        if let Some(one) = added.first_mut() {
            *one = size_less_one(around) - (covered - 1);
        }
        for (low_count, low_added) in (1..).zip(&low.added) {
            let sums = added.iter_mut().zip(&mut low_share).skip(low_count);
            for ((sum, share), high_added) in sums.zip(&high.added) {
                if low_added + high_added < *sum {
                    *sum = low_added + high_added;
                    *share = low_count;
                }
            }
        }
        let fork = Fork { low: low.root, high: high.root, low_share };
        Self { root: Node { network: around, fork: Some(Box::new(fork)) }, added, covered }
    }
}

impl<A: Address> Node<A> {
    /// Adds the `count` networks that cover this part most closely.
    fn cut(&self, count: usize, chosen: &mut Vec<Range<A>>) {
        let fork = self.fork.as_ref().and_then(|fork| {
            let share = fork.low_share.get(count.checked_sub(1)?)?;
            (*share > 0).then_some((fork, *share))
        });
        match fork {
            Some((fork, share)) => {
                fork.low.cut(share, chosen);
                fork.high.cut(count - share, chosen);
            }
            None => chosen.push(self.network),
        }
    }
}

fn size_less_one<A: Address>(network: Range<A>) -> u128 {
    (network.last() - network.first()).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::range::IpRange;
    use crate::rules::{Input, Reading, read_set};

    fn widen(rules: &str, limit: usize) -> Result<(Vec<String>, u128), BothFamilies> {
        let set = read_set(&[Input::Text(rules.into())], &Reading::default()).unwrap();
        let widened = set.widen(limit)?;
        Ok((widened.set.networks().map(|network| network.to_string()).collect(), widened.added))
    }

    #[test]
    fn the_cheapest_cut() {
        for (rules, limit, expected, added) in [
            ("10.0.0.0/24,10.0.2.0/24", 2, &["10.0.0.0/24", "10.0.2.0/24"][..], 0),
            ("10.0.0.0/24,10.0.2.0/24", 1, &["10.0.0.0/22"], 512),
            ("10.0.0.0/24,10.0.2.0/24,192.0.2.1", 2, &["10.0.0.0/22", "192.0.2.1/32"], 512),
            ("10.0.0.1,10.0.0.2,10.0.0.4,10.0.0.5", 2, &["10.0.0.0/30", "10.0.0.4/31"], 2),
            ("0.0.0.0,255.255.255.255", 1, &["0.0.0.0/0"], (1 << 32) - 2),
            ("::,8000::", 1, &["::/0"], u128::MAX - 1),
            ("10.0.0.0/8,2001:db8::/32", 2, &["10.0.0.0/8", "2001:db8::/32"], 0),
        ] {
            let expected = expected.iter().map(|&network| network.to_owned()).collect();
            assert_eq!(widen(rules, limit), Ok((expected, added)), "{rules} to {limit}");
        }
        assert_eq!(widen("10.0.0.0/8,2001:db8::/32", 1), Err(BothFamilies));
    }

    /// The networks inside 10.0.0.0/28, each with the addresses it holds as bits.
    fn all_networks() -> Vec<u16> {
        let bits = |size: u32, at: u32| ((1_u32 << size) - 1) << (at * size);
        let sizes = [16, 8, 4, 2, 1].into_iter();
        sizes
            .flat_map(|size| (0..16 / size).map(move |at| u16::try_from(bits(size, at)).unwrap()))
            .collect()
    }

    fn fewest_added(wanted: u16, covered: u16, limit: usize, networks: &[u16]) -> u32 {
        let Some(missing) = (0..16).find(|bit| wanted & !covered & (1 << bit) != 0) else {
            return (covered & !wanted).count_ones();
        };
        if limit == 0 {
            return u32::MAX;
        }
        let choices = networks.iter().filter(|network| **network & (1 << missing) != 0);
        choices
            .map(|network| fewest_added(wanted, covered | network, limit - 1, networks))
            .min()
            .unwrap_or(u32::MAX)
    }

    proptest! {
        #[test]
        fn no_other_choice_adds_less(wanted in 1..=u16::MAX, limit in 1..6_usize) {
            let addresses = (0..16_u32).filter(|bit| wanted & (1 << bit) != 0);
            let ranges: Vec<_> = addresses.map(|bit| Range::single(0x0a00_0000 + bit)).collect();
            let set = Set { v4: ranges.into(), ..Set::default() };
            let Widened { set: wide, added } = set.clone().widen(limit).unwrap();
            prop_assert!(wide.networks().count() <= limit);
            prop_assert!(set.subtract(&wide).is_empty());
            let more: u32 = wide.subtract(&set).networks().map(|network| match network.into() {
                IpRange::V4(range) => range.last() - range.first() + 1,
                IpRange::V6(_) => 0,
            }).sum();
            prop_assert_eq!(u128::from(more), added);
            prop_assert_eq!(more, fewest_added(wanted, 0, limit, &all_networks()));
        }
    }
}
