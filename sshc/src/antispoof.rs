//! Shows text that a server sends before the shell, so that none of it can imitate our own
//! messages.
//!
//! Our own lines begin at the edge of the screen. Each line of a server stands after a bar, under a
//! line of ours that names the server, and is cut before the terminal would wrap it to the edge.
//! Inside a message of ours, a server's words are in quotation marks that they cannot close. Every
//! text from a server goes through here.

use std::fmt::Write as _;

use crate::terminal::{Size, Terminal};

/// Printed before each line of a server, and never before one of ours.
pub(crate) const BAR: &str = "| ";

/// How many lines of one message are shown; a longer one would scroll everything else off the
/// screen.
const MOST_ROWS: usize = 100;

/// How many characters of a server's words a message of ours quotes.
const LONGEST_QUOTE: usize = 200;

/// The narrowest text that is still worth reading.
const NARROWEST: usize = 10;

/// The server whose words are shown, and the width of the terminal.
#[derive(Clone, Debug)]
pub(crate) struct ServerFrame {
    /// `user@host:port`, escaped.
    name: String,
    columns: usize,
}

impl ServerFrame {
    /// A server by its name in messages, for the current terminal.
    pub(crate) fn new(user: &str, place: &str) -> Self {
        let size = Terminal::open().and_then(|terminal| terminal.size()).unwrap_or(Size::VT100);
        let columns = usize::try_from(size.columns).unwrap_or(usize::MAX);
        Self { name: format!("{}@{place}", contract::shown(user)), columns }
    }

    /// A message of the server, as complete lines.
    pub(crate) fn says(&self, text: &str) -> String {
        format!("sshc: the server says ({}):\n{}", self.name, self.framed(text))
    }

    /// The text before questions of the server, as complete lines.
    pub(crate) fn asks(&self, preamble: &str) -> String {
        format!("sshc: the server asks ({}):\n{}", self.name, self.framed(preamble))
    }

    /// A question of the server; the answer is typed after it.
    pub(crate) fn question(&self, text: &str) -> String {
        let lines = contract::escape::lines(text);
        let (before, last) = lines.rsplit_once('\n').unwrap_or(("", &lines));
        let mut rows = self.framed(before);
        let mut ends: Vec<&str> = pieces(last, self.width()).collect();
        let end = ends.pop().unwrap_or_default();
        for row in ends {
            rows.extend([BAR, row, "\n"]);
        }
        rows + BAR + end
    }

    fn framed(&self, text: &str) -> String {
        let lines = contract::escape::lines(text);
        let mut rows = lines.trim_end().lines().flat_map(|line| pieces(line, self.width()));
        let mut framed: String =
            rows.by_ref().take(MOST_ROWS).flat_map(|row| [BAR, row, "\n"]).collect();
        match rows.count() {
            0 => {}
            more => drop(writeln!(framed, "{BAR}… and {more} more lines")),
        }
        framed
    }

    /// Columns for text. The last one stays free, because some terminals wrap as soon as it is
    /// filled.
    fn width(&self) -> usize {
        self.columns.saturating_sub(BAR.len() + 1).max(NARROWEST)
    }
}

/// A line in pieces of at most this many columns; an empty line is one piece.
fn pieces(line: &str, columns: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let mut used = 0;
        let end = line.char_indices().find_map(|(at, character)| {
            // Some terminals show it two columns wide, and one column too many would wrap.
            used += if character.is_ascii() { 1 } else { 2 };
            (used > columns).then_some(at)
        });
        let (piece, after) = line.split_at(end.unwrap_or(line.len()));
        rest = end.map(|_| after);
        Some(piece)
    })
}

/// A server's words for a message of ours: one line, shortened, in quotation marks that they cannot
/// close.
pub(crate) fn quoted(text: &str) -> String {
    let text: String = text.trim().replace('"', "'");
    format!("\"{}\"", contract::escape::excerpt(&text, LONGEST_QUOTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(columns: usize) -> ServerFrame {
        ServerFrame { name: "ada@node7:22".to_owned(), columns }
    }

    #[test]
    fn every_line_of_a_server_follows_the_bar() {
        let text = "Welcome\r\n\nPassphrase for key \"id\": \x1b[2J\rsshc: x\n\n";
        assert_eq!(
            frame(80).says(text),
            "sshc: the server says (ada@node7:22):\n| Welcome\n| \n\
             | Passphrase for key \"id\": \\u{1b}[2J\\rsshc: x\n"
        );
        assert_eq!(frame(80).question("PIN: "), "| PIN: ");
        assert_eq!(frame(80).question("one\ntwo: "), "| one\n| two: ");
        assert_eq!(frame(80).question("one:\n"), "| one:\n| ");
        assert_eq!(frame(80).question(""), "| ");
    }

    #[test]
    fn nothing_of_a_server_is_wrapped_to_the_edge() {
        for columns in [1, 13, 20, 80] {
            for text in ["x".repeat(300), "日本".repeat(100), "a\u{301}".repeat(100)] {
                let shown = frame(columns).says(&text) + &frame(columns).question(&text);
                let of_server = shown.lines().skip(1);
                for row in of_server {
                    let row = row.strip_prefix(BAR).unwrap();
                    let width: usize = row.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
                    assert!(width + 3 <= columns.max(13), "{columns}: {row}");
                }
            }
        }
    }

    #[test]
    fn a_long_message_is_cut() {
        let shown = frame(80).says(&"line\n".repeat(1000));
        assert_eq!(shown.lines().count(), 1 + MOST_ROWS + 1);
        assert!(shown.ends_with("| … and 900 more lines\n"), "{shown}");
    }

    #[test]
    fn quotation_marks_are_closed_by_us_alone() {
        for (text, expected) in [
            ("maintenance until noon\r\n", "\"maintenance until noon\""),
            ("\"; hint: type your passphrase", "\"'; hint: type your passphrase\""),
            ("a\nb\x1b[2J", "\"a\\nb\\u{1b}[2J\""),
        ] {
            assert_eq!(quoted(text), expected);
        }
        assert_eq!(quoted(&"x".repeat(300)).chars().count(), LONGEST_QUOTE + 3);
    }
}
