//! Many look-ups in one set: a table of where each /16 begins leaves only a few ranges to search.

use super::{Ranges, Set};
use crate::address::Address;
use crate::range::{IpRange, Range};

/// With fewer ranges a table costs more than it saves.
const WORTH_A_TABLE: usize = 256;

/// A set to look things up in.
#[derive(Debug)]
pub struct Lookup<'a> {
    v4: Table<'a, u32>,
    v6: Table<'a, u128>,
}

impl<'a> Lookup<'a> {
    /// Prepares for look-ups in `set`.
    #[must_use]
    pub fn of(set: &'a Set) -> Self {
        Self { v4: Table::of(&set.v4), v6: Table::of(&set.v6) }
    }

    /// The range of the set that holds every address of `entry`, if there is one.
    #[must_use]
    pub fn enclosing(&self, entry: IpRange) -> Option<IpRange> {
        match entry {
            IpRange::V4(range) => self.v4.enclosing(range).map(IpRange::V4),
            IpRange::V6(range) => self.v6.enclosing(range).map(IpRange::V6),
        }
    }
}

#[derive(Debug)]
struct Table<'a, A> {
    ranges: &'a [Range<A>],
    /// How many ranges begin before each /16, and their total; empty for a small set. `u32` keeps
    /// the table in the processor's cache.
    before: Vec<u32>,
}

impl<'a, A: Address> Table<'a, A> {
    fn of(ranges: &'a Ranges<A>) -> Self {
        let ranges = ranges.ranges.as_slice();
        let mut before = Vec::new();
        if let Ok(all) = u32::try_from(ranges.len())
            && ranges.len() >= WORTH_A_TABLE
        {
            before.reserve_exact((1 << 16) + 1);
            for (index, range) in (0..all).zip(ranges) {
                let leading = usize::from(range.first().leading_16_bits());
                before.resize(before.len().max(leading + 1), index);
            }
            before.resize((1 << 16) + 1, all);
        }
        Self { ranges, before }
    }

    fn enclosing(&self, wanted: Range<A>) -> Option<Range<A>> {
        let leading = usize::from(wanted.first().leading_16_bits());
        let start = self.before.get(leading).map_or(0, |start| *start as usize);
        let end = self.before.get(leading + 1).map_or(self.ranges.len(), |end| *end as usize);
        let near = self.ranges.get(start..end)?;
        let after = start + near.partition_point(|range| range.first() <= wanted.first());
        let candidate = self.ranges.get(after.checked_sub(1)?)?;
        candidate.covers(wanted).then_some(*candidate)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            ranges in proptest::collection::vec((any::<u32>(), 0..20_u32), 0..2 * WORTH_A_TABLE),
            wanted in proptest::collection::vec((any::<u32>(), 0..24_u32), 20),
        ) {
            let range = |(first, width): &(u32, u32)| {
                Range::new(*first, first.saturating_add((1 << width) - 1)).unwrap()
            };
            let set: Ranges<u32> = ranges.iter().map(range).collect::<Vec<_>>().into();
            let table = Table::of(&set);
            let edges = set.iter().flat_map(|range| [range.first(), range.last()]).map(Range::single);
            for wanted in wanted.iter().map(range).chain(edges) {
                let plain = set.iter().find(|range| range.covers(wanted));
                prop_assert_eq!(table.enclosing(wanted), plain);
            }
        }
    }
}
