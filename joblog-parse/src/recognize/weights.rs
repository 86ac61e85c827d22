//! Tables of learned weights, in hundredths, which `cargo xtask train` writes.

/// A table with so many weights for each word, read once. Its rows are in the order of the words.
pub(super) struct Weights<const N: usize> {
    rows: Vec<(&'static str, [i16; N])>,
}

impl<const N: usize> Weights<N> {
    pub(super) fn read(table: &'static str) -> Self {
        let mut rows = Vec::new();
        for line in table.lines().filter(|line| !line.starts_with("# ")) {
            let mut cells = line.split('\t');
            let Some(word) = cells.next() else { continue };
            let weights = [(); N].map(|()| cells.next().and_then(|it| it.parse().ok()));
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

    /// The weights of the word at this place.
    pub(super) fn of(&self, place: u16) -> [i16; N] {
        self.rows.get(usize::from(place)).map_or([0; N], |(_, weights)| *weights)
    }
}
