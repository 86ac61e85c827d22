//! The status line of `-N` on a terminal: duration, connections, bytes.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use tokio::time::{Instant, interval};

use crate::forward::{Forward, Traffic, Tunnels};
use crate::notices;
use crate::terminal::{self, Size, Terminal};

/// The interval between updates.
const EVERY: Duration = Duration::from_secs(1);

/// Draws the line until dropped; does nothing if standard error is not a terminal.
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
        if terminal::is_in_background() {
            continue;
        }
        let state = State {
            up: since.elapsed(),
            forwards: forwards(tunnels.listening()),
            traffic: tunnels.traffic(),
            failed: tunnels.failed(),
        };
        let (long, short) = (line(place, &state), short_line(place, &state));
        let size = terminal.as_ref().and_then(|terminal| terminal.size().ok());
        notices::draw(fitting(&long, &short, size.unwrap_or(Size::VT100)));
    }
}

/// Clears the line when dropped.
pub(super) struct Erase;

impl Drop for Erase {
    fn drop(&mut self) {
        notices::make_room();
    }
}

/// What the line shows.
struct State {
    up: Duration,
    forwards: String,
    traffic: Traffic,
    failed: u64,
}

fn line(place: &str, state: &State) -> String {
    let State { up, forwards, traffic: Traffic { open, total, sent, received }, .. } = state;
    format!(
        "connected to {place} {}, {forwards}, {open} of {total} connections open{}, {} sent, {} received",
        clock(*up),
        failed(state),
        amount(*sent),
        amount(*received)
    )
}

/// The same, shorter.
fn short_line(place: &str, state: &State) -> String {
    let State { up, forwards, traffic: Traffic { open, total, sent, received }, .. } = state;
    format!(
        "{place} {}, {forwards}, {open} of {total} open{}, {} sent, {} received",
        clock(*up),
        failed(state),
        amount(*sent),
        amount(*received)
    )
}

fn failed(state: &State) -> String {
    if state.failed == 0 { String::new() } else { format!(", {} failed", state.failed) }
}

/// An address for the browser, or the number of forwards.
fn forwards<'a>(listening: impl Iterator<Item = &'a Forward>) -> String {
    let (mut count, mut url) = (0, None);
    for forward in listening {
        count += 1;
        url = url.or_else(|| forward.url());
    }
    match url {
        Some(url) if count == 1 => url,
        Some(url) => format!("{url} and {} more", count - 1),
        None => counted(count),
    }
}

/// Hours, minutes and seconds.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn counted(forwards: usize) -> String {
    format!("{forwards} forward{}", if forwards == 1 { "" } else { "s" })
}

/// Cuts a text to one line of the terminal: of two lines only the second could be drawn over.
pub(super) fn cut(text: &str, size: Size) -> String {
    text.chars().take(room(size)).collect()
}

/// How many columns the line may have. After it the terminal shows `^C`, which must not wrap
/// either.
fn room(size: Size) -> usize {
    usize::try_from(size.columns).unwrap_or(usize::MAX).saturating_sub(3)
}

/// The long text if it fits on the terminal's line, else the short one, cut to fit: of two lines
/// only the second could be drawn over.
fn fitting<'a>(long: &'a str, short: &'a str, size: Size) -> &'a str {
    let most = room(size);
    if long.chars().count() <= most {
        return long;
    }
    short.char_indices().nth(most).map_or(short, |(end, _)| short.get(..end).unwrap_or_default())
}

/// A number of bytes in readable units: `999 B`, `1.0 kB`, `12.3 MB`.
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
    use crate::forward::{Direction, spec};

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
    fn the_line_fits_the_terminal() {
        for (columns, shown) in
            [(80, "up with node7"), (16, "up with node7"), (15, "node7"), (7, "node"), (3, "")]
        {
            let size = Size { columns, ..Size::VT100 };
            assert_eq!(fitting("up with node7", "node7", size), shown);
        }
    }

    #[test]
    fn the_line_counts() {
        let traffic = Traffic { open: 2, total: 14, sent: 1_200_000, received: 999 };
        let state = |seconds, forwards: &str, failed| State {
            up: Duration::from_secs(seconds),
            forwards: forwards.to_owned(),
            traffic,
            failed,
        };
        assert_eq!(
            line("node7:22", &state(3_723, "1 forward", 0)),
            "connected to node7:22 1:02:03, 1 forward, 2 of 14 connections open, 1.2 MB sent, 999 B received"
        );
        assert_eq!(
            short_line("node7:22", &state(59, "http://localhost:8888", 3)),
            "node7:22 0:00:59, http://localhost:8888, 2 of 14 open, 3 failed, 1.2 MB sent, 999 B received"
        );
    }

    #[test]
    fn what_looks_like_the_web_is_named_as_a_browser_takes_it() {
        for (specs, shown) in [
            (&["8888:localhost:8888"][..], "http://localhost:8888"),
            (&["9000:node7:443"], "https://localhost:9000"),
            (&["*:8080:localhost:80", "5432:db:5432"], "http://localhost:8080 and 1 more"),
            (&["[::1]:8080:localhost:80"], "http://[::1]:8080"),
            (&["5432:db:5432"], "1 forward"),
            (&["5432:db:5432", "5433:db:5432"], "2 forwards"),
        ] {
            let specs = specs.iter().map(|it| spec::local(it).unwrap());
            let specs: Vec<Forward> = specs.map(|it| spec::typed(Direction::Local, &it)).collect();
            assert_eq!(forwards(specs.iter()), shown);
        }
    }
}
