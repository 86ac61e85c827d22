//! The one line that `-N` keeps on a terminal: how long, how many, how much.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use tokio::time::{Instant, interval};

use crate::forward::{Traffic, Tunnels};

/// How often the line is drawn.
const EVERY: Duration = Duration::from_secs(1);

/// Draws until it is dropped; does nothing where standard error is no terminal.
pub(super) async fn show(place: &str, tunnels: &Tunnels, quiet: bool) {
    if quiet || !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let _erase = Erase;
    let since = Instant::now();
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        let text = line(place, since.elapsed(), tunnels.listening().count(), tunnels.traffic());
        // A line that cannot be drawn is missed by nobody.
        let _ = write!(io::stderr(), "\r\x1b[K{text}");
    }
}

/// Leaves the terminal's line empty.
struct Erase;

impl Drop for Erase {
    fn drop(&mut self) {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

fn line(place: &str, up: Duration, forwards: usize, traffic: Traffic) -> String {
    let seconds = up.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let plural = if forwards == 1 { "" } else { "s" };
    format!(
        "connected to {place} {hours}:{minutes:02}:{seconds:02}, {forwards} forward{plural}, \
         {} of {} connections open, {} sent, {} received",
        traffic.open,
        traffic.total,
        amount(traffic.sent),
        amount(traffic.received)
    )
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
    fn the_line_counts() {
        let traffic = Traffic { open: 2, total: 14, sent: 1_200_000, received: 999 };
        assert_eq!(
            line("node7:22", Duration::from_secs(3_723), 1, traffic),
            "connected to node7:22 1:02:03, 1 forward, 2 of 14 connections open, 1.2 MB sent, 999 B received"
        );
    }
}
