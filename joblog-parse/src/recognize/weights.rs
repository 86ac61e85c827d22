//! Tables of learned weights, in hundredths, which `cargo xtask train` writes.
//!
//! A row is a name and up to `N` numbers; those left out are 0. Rows are searched where they stand,
//! sorted by the bytes of their names, because a log needs few of the many.

/// A table with so many weights for each name.
pub(super) struct Weights<const N: usize> {
    rows: &'static str,
}

impl<const N: usize> Weights<N> {
    /// Reads a table with a heading, which ends with an empty line.
    pub(super) fn read(table: &'static str) -> Self {
        Self { rows: table.split_once("\n\n").map_or("", |(_, rows)| rows) }
    }

    /// The place of a name in the table.
    pub(super) fn place(&self, name: &str) -> Option<u32> {
        let rows = self.rows.as_bytes();
        let (mut low, mut high) = (0, rows.len());
        while low < high {
            let middle = low.midpoint(high);
            let before = rows.get(low..middle)?.iter().rposition(|byte| *byte == b'\n');
            let start = before.map_or(low, |at| low + at + 1);
            let rest = rows.get(start..)?;
            let found = rest.get(..rest.iter().position(|byte| *byte == b'\t')?)?;
            match found.cmp(name.as_bytes()) {
                std::cmp::Ordering::Less => {
                    low = start + rest.iter().position(|byte| *byte == b'\n')? + 1;
                }
                std::cmp::Ordering::Equal => return u32::try_from(start).ok(),
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }

    /// The name at this place.
    pub(super) fn name(&self, place: u32) -> &'static str {
        self.cells(place).next().unwrap_or_default()
    }

    /// The weights of the name at this place.
    pub(super) fn of(&self, place: u32) -> [i16; N] {
        let mut cells = self.cells(place).skip(1);
        [(); N].map(|()| cells.next().and_then(|cell| cell.parse().ok()).unwrap_or_default())
    }

    fn cells(&self, place: u32) -> std::str::Split<'static, char> {
        let row = usize::try_from(place).ok().and_then(|start| self.rows.get(start..));
        row.and_then(|row| row.lines().next()).unwrap_or_default().split('\t')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_their_weights() {
        let table =
            Weights::<3>::read("# Of three.\n\n!\t7\na\t-1\t2\na b\t0\t0\t4\nab\t5\nü\t6\n");
        for (name, expected) in [
            ("!", Some([7, 0, 0])),
            ("a", Some([-1, 2, 0])),
            ("a b", Some([0, 0, 4])),
            ("ab", Some([5, 0, 0])),
            ("ü", Some([6, 0, 0])),
            ("", None),
            ("a c", None),
            ("zz", None),
            ("ä", None),
        ] {
            let place = table.place(name);
            assert_eq!(place.map(|place| table.of(place)), expected, "{name}");
            assert!(place.is_none_or(|place| table.name(place) == name), "{name}");
        }
    }
}
