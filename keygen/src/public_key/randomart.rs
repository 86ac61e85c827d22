//! The picture of a fingerprint that `ssh-keygen -lv` draws: a bishop's walk over a board of 17 by
//! 9 squares.

use sha2::{Digest as _, Sha256};

const COLUMNS: usize = 17;
const ROWS: usize = 9;
/// Marks from never to often visited, then the marks of the start and the end.
const MARKS: &[u8] = b" .o+=*BOX@%&#/^SE";

/// The picture of a key's SHA-256 fingerprint with a title such as `RSA 3072`; eleven lines, each
/// with a line feed.
pub(super) fn draw(blob: &[u8], title: &str) -> String {
    let mut visits = [[0usize; COLUMNS]; ROWS];
    let (mut column, mut row) = (COLUMNS / 2, ROWS / 2);
    for byte in Sha256::digest(blob) {
        for pair in 0..4 {
            let step = byte >> (2 * pair);
            column = moved(column, step & 1 != 0, COLUMNS);
            row = moved(row, step & 2 != 0, ROWS);
            if let Some(square) = visits.get_mut(row).and_then(|row| row.get_mut(column)) {
                *square = (*square + 1).min(MARKS.len() - 3);
            }
        }
    }
    for (place, mark) in
        [((COLUMNS / 2, ROWS / 2), MARKS.len() - 2), ((column, row), MARKS.len() - 1)]
    {
        if let Some(square) = visits.get_mut(place.1).and_then(|row| row.get_mut(place.0)) {
            *square = mark;
        }
    }
    let mark = |visits: &usize| MARKS.get(*visits).copied().map_or(' ', char::from);
    let rows = visits.iter().map(|row| row.iter().map(mark).collect::<String>());
    let rows = rows.collect::<Vec<_>>().join("|\n|");
    format!("{}|{rows}|\n{}", border(title), border("SHA256"))
}

/// One step forward or back, but not over the edge.
fn moved(place: usize, forward: bool, size: usize) -> usize {
    if forward { (place + 1).min(size - 1) } else { place.saturating_sub(1) }
}

/// `+--[title]--+` with the title in the middle; a spare character goes to the right.
fn border(title: &str) -> String {
    let title = format!("[{title}]");
    let left = (COLUMNS - title.len().min(COLUMNS)) / 2;
    format!(
        "+{}{title}{}+\n",
        "-".repeat(left),
        "-".repeat(COLUMNS.saturating_sub(left + title.len()))
    )
}
