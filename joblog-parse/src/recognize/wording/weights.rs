//! The weight of each word in each place, in hundredths: `weights.tsv`, which `cargo xtask weigh`
//! writes.

use std::sync::LazyLock;

use super::{PLACES, Place};

static TABLE: &str = include_str!("weights.tsv");
static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Weights::read(TABLE));

/// The table, read once. Its rows are in the order of the words.
pub(super) struct Weights {
    rows: Vec<(&'static str, [i16; PLACES])>,
}

impl Weights {
    pub(super) fn get() -> &'static Self {
        &WEIGHTS
    }

    fn read(table: &'static str) -> Self {
        let mut rows = Vec::new();
        for line in table.lines().filter(|line| !line.starts_with("# ")) {
            let mut cells = line.split('\t');
            let Some(word) = cells.next() else { continue };
            let weights = [(); PLACES].map(|()| cells.next().and_then(|it| it.parse().ok()));
            rows.push((word, weights.map(Option::unwrap_or_default)));
        }
        rows.sort_unstable();
        Self { rows }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The place of a word in the table.
    pub(super) fn place(&self, word: &str) -> Option<u16> {
        let place = self.rows.binary_search_by_key(&word, |(word, _)| word).ok()?;
        u16::try_from(place).ok()
    }

    pub(super) fn word(&self, place: u16) -> &'static str {
        self.rows.get(usize::from(place)).map_or("", |(word, _)| word)
    }

    pub(super) fn weight(&self, word: u16, place: Place) -> i32 {
        let row = self.rows.get(usize::from(word));
        row.and_then(|(_, weights)| weights.get(place as usize)).map_or(0, |it| i32::from(*it))
    }
}
