//! The one line that `-N` keeps on a terminal: how long, how many, how much.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use tokio::time::{Instant, interval};

use crate::forward::{Traffic, Tunnels};
use crate::notices;
use crate::terminal::{Size, Terminal};

/// How often the line is drawn.
const EVERY: Duration = Duration::from_secs(1);

/// Draws until it is dropped; does nothing where standard error is no terminal.
pub(super) async fn show(place: &str, tunnels: &Tunnels, quiet: bool) {
    if quiet || !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let _erase = Erase;
    let terminal = Terminal::open().ok();
    let since = Instant::now();
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        let state = (since.elapsed(), tunnels.listening().count(), tunnels.traffic());
        let (long, short) = (line(place, state), short_line(place, state));
        let size = terminal.as_ref().and_then(|terminal| terminal.size().ok());
        notices::draw(fitting(&long, &short, size.unwrap_or(Size::VT100)));
    }
}

/// Leaves the terminal's line empty.
pub(super) struct Erase;

impl Drop for Erase {
    fn drop(&mut self) {
        notices::erase();
    }
}

/// How long the line has been up, how many forwards there are, and what they carried.
type State = (Duration, usize, Traffic);

fn line(place: &str, state: State) -> String {
    let (up, forwards, Traffic { open, total, sent, received }) = state;
    format!(
        "connected to {place} {}, {}, {open} of {total} connections open, {} sent, {} received",
        clock(up),
        counted(forwards),
        amount(sent),
        amount(received)
    )
}

/// The same in fewer words.
fn short_line(place: &str, state: State) -> String {
    let (up, forwards, Traffic { open, total, sent, received }) = state;
    format!(
        "{place} {}, {}, {open} of {total} open, {} sent, {} received",
        clock(up),
        counted(forwards),
        amount(sent),
        amount(received)
    )
}

/// Hours, minutes and seconds.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn counted(forwards: usize) -> String {
    format!("{forwards} forward{}", if forwards == 1 { "" } else { "s" })
}

/// As much of a text as a line of the terminal holds: of two lines only the second could be drawn
/// over.
pub(super) fn cut(text: &str, size: Size) -> String {
    let most = usize::try_from(size.columns).unwrap_or(usize::MAX).saturating_sub(1);
    text.chars().take(most).collect()
}

/// The longer text where a line of the terminal holds it, else as much of the shorter one as it
/// holds: of two lines only
/// the second could be drawn over.
fn fitting<'a>(long: &'a str, short: &'a str, size: Size) -> &'a str {
    let most = usize::try_from(size.columns).unwrap_or(usize::MAX).saturating_sub(1);
    if long.chars().count() <= most {
        return long;
    }
    short.char_indices().nth(most).map_or(short, |(end, _)| short.get(..end).unwrap_or_default())
}

/// Bytes as people count them: `999 B`, `1.0 kB`, `12.3 MB`.
fn amount(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < units.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, units.get(unit).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_count() {
        for (bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_999, "999.9 kB"),
            (1_000_000, "1.0 MB"),
            (12_345_678, "12.3 MB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(amount(bytes), shown);
        }
    }

    #[test]
    fn a_line_fits() {
        for (columns, shown) in
            [(80, "up with node7"), (14, "up with node7"), (13, "node7"), (5, "node"), (1, "")]
        {
            let size = Size { columns, ..Size::VT100 };
            assert_eq!(fitting("up with node7", "node7", size), shown);
        }
    }

    #[test]
    fn the_line_counts() {
        let traffic = Traffic { open: 2, total: 14, sent: 1_200_000, received: 999 };
        assert_eq!(
            line("node7:22", (Duration::from_secs(3_723), 1, traffic)),
            "connected to node7:22 1:02:03, 1 forward, 2 of 14 connections open, 1.2 MB sent, 999 B received"
        );
        assert_eq!(
            short_line("node7:22", (Duration::from_secs(59), 2, traffic)),
            "node7:22 0:00:59, 2 forwards, 2 of 14 open, 1.2 MB sent, 999 B received"
        );
    }
}
