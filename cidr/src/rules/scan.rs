//! A list of entries as text: lines, separators and comments, and the position of each entry.
//!
//! Entries are separated by commas, blanks and line ends (LF, CRLF or a lone CR); `#` begins a
//! comment.

use super::Leniency;
use super::entry;
use super::entry::error::EntryError;
use crate::range::IpRange;

/// An invalid entry and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub fault: EntryError,
    /// The entry as written.
    pub text: String,
    /// Counted from 1.
    pub line: u64,
    /// In characters, counted from 1.
    pub column: u64,
}

impl Refusal {
    /// The same refusal, for a text with `lines` more lines before it.
    pub(crate) fn after(self, lines: u64) -> Self {
        Self { line: self.line + lines, ..self }
    }
}

/// The longest part of a refused entry that a message quotes, in bytes.
const QUOTED: usize = 64;

/// A run of whole lines and the position in it.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    rest: &'a [u8],
    leniency: Leniency,
    line: u64,
    line_start: &'a [u8],
}

impl<'a> Piece<'a> {
    /// Reads `text` as lines numbered from 1.
    #[must_use]
    pub fn new(text: &'a [u8], leniency: Leniency) -> Self {
        Self { rest: text, leniency, line: 1, line_start: text }
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the next entry is invalid.
    pub fn next_entry(&mut self) -> Result<Option<IpRange>, Refusal> {
        self.skip_separators();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let start = self.rest;
        match self.entry() {
            Ok(entry) => Ok(Some(entry)),
            Err(fault) => Err(self.refusal(fault, start)),
        }
    }

    /// How many lines have ended so far.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.line - 1
    }

    /// Reads the entry that starts here, which may be three words long: `address mask`, `first -
    /// last`.
    fn entry(&mut self) -> Result<IpRange, EntryError> {
        let (first, after_first) = word(self.rest);
        self.rest = after_first;
        if !matches!(after_first, [b' ' | b'\t', ..]) {
            return entry::parse(first, self.leniency);
        }
        let (second, after_second) = word(skip_blanks(after_first));
        if let Some(first) = first.strip_suffix(b"-") {
            self.rest = after_second;
            return entry::parse_range(first, second);
        }
        match second {
            b"-" => {
                let (last, after_last) = word(skip_blanks(after_second));
                self.rest = after_last;
                entry::parse_range(first, last)
            }
            [b'-', last @ ..] => {
                self.rest = after_second;
                entry::parse_range(first, last)
            }
            _ => match entry::parse_blank_netmask(first, second, self.leniency) {
                Some(network) => {
                    self.rest = after_second;
                    network
                }
                None => entry::parse(first, self.leniency),
            },
        }
    }

    fn skip_separators(&mut self) {
        loop {
            self.rest = match self.rest {
                [b' ' | b'\t' | b',', rest @ ..] => rest,
                [b'\r', b'\n', rest @ ..] | [b'\n' | b'\r', rest @ ..] => {
                    self.line += 1;
                    self.line_start = rest;
                    rest
                }
                [b'#', rest @ ..] => {
                    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                    rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or_default().1
                }
                _ => return,
            }
        }
    }

    fn refusal(&self, fault: EntryError, start: &[u8]) -> Refusal {
        let before = self.line_start.len() - start.len();
        let column =
            self.line_start.iter().take(before).filter(|byte| begins_a_character(**byte)).count();
        let length = start.len() - self.rest.len();
        let quoted = start.get(..length.min(QUOTED)).unwrap_or(start);
        let mut text = contract::shown(&*String::from_utf8_lossy(quoted));
        if length > QUOTED {
            text.push('…');
        }
        Refusal { fault, text, line: self.line, column: column as u64 + 1 }
    }
}

/// All remaining entries of a piece.
///
/// # Errors
///
/// Same as [`Piece::next_entry`].
pub fn entries(piece: &mut Piece<'_>) -> Result<Vec<IpRange>, Refusal> {
    let mut entries = Vec::new();
    while let Some(entry) = piece.next_entry()? {
        entries.push(entry);
    }
    Ok(entries)
}

fn begins_a_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b',' | b'\n' | b'\r' | b'#');
    let end = text.iter().position(ends).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or_default()
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    text.get(blanks..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Vec<String>, (u64, u64, String)> {
        entries(&mut Piece::new(text.as_bytes(), Leniency::default()))
            .map(|entries| entries.iter().map(ToString::to_string).collect())
            .map_err(|refusal| (refusal.line, refusal.column, refusal.text))
    }

    #[test]
    fn separators_and_comments() {
        for (text, expected) in [
            ("", &[][..]),
            ("# nothing here", &[]),
            ("10.0.0.1,10.0.0.2", &["10.0.0.1", "10.0.0.2"]),
            ("10.0.0.1, 10.0.0.2,\n", &["10.0.0.1", "10.0.0.2"]),
            ("10.0.0.1 10.0.0.2\t2001:db8::1", &["10.0.0.1", "10.0.0.2", "2001:db8::1"]),
            ("10.0.0.1\r\n10.0.0.2\r10.0.0.3\n\n", &["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
            ("10.0.0.1# mine, 10.0.0.9\n10.0.0.2", &["10.0.0.1", "10.0.0.2"]),
            ("10.0.0.0 255.0.0.0", &["10.0.0.0/8"]),
            ("10.0.0.0  \t 255.255.255.0 10.0.0.1", &["10.0.0.0/24", "10.0.0.1"]),
            ("10.0.0.0,255.0.0.0", &["10.0.0.0", "255.0.0.0"]),
            ("10.0.0.0\n255.0.0.0", &["10.0.0.0", "255.0.0.0"]),
            ("10.0.0.1 - 10.0.0.2", &["10.0.0.1-10.0.0.2"]),
            ("10.0.0.1- 10.0.0.2", &["10.0.0.1-10.0.0.2"]),
            ("10.0.0.1 -10.0.0.2, 10.0.0.7", &["10.0.0.1-10.0.0.2", "10.0.0.7"]),
            ("10.0.0.1 240.0.0.0", &[]),
        ] {
            if text == "10.0.0.1 240.0.0.0" {
                assert_eq!(read(text), Err((1, 1, text.to_owned())), "host bits of a /4");
            } else {
                assert_eq!(
                    read(text),
                    Ok(expected.iter().map(|&entry| entry.to_owned()).collect()),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn refusals_name_line_column_and_text() {
        for (text, line, column, quoted) in [
            ("10.1", 1, 1, "10.1"),
            ("10.0.0.1\n10.0.0.2, 10.1 # x", 2, 11, "10.1"),
            ("10.0.0.1\r\n\r\n  nonsense", 3, 3, "nonsense"),
            ("10.0.0.1\r\r10.1", 3, 1, "10.1"),
            ("# \u{fc}\u{fc}\n\u{fc}.1", 2, 1, "\u{fc}.1"),
            ("10.0.0.1,\u{202e}1", 1, 10, "\\u{202e}1"),
            ("0.0.0.0 0.0.0.0", 1, 1, "0.0.0.0 0.0.0.0"),
            ("10.0.0.0 255.0.255.0", 1, 1, "10.0.0.0 255.0.255.0"),
            ("10.0.0.1 -", 1, 1, "10.0.0.1 -"),
            ("10.0.0.1 - # 10.0.0.2", 1, 1, "10.0.0.1 - "),
            ("10.0.0.1\n- 10.0.0.2", 2, 1, "- 10.0.0.2"),
        ] {
            let (read_line, read_column, read_text) = read(text).expect_err(text);
            assert_eq!((read_line, read_column), (line, column), "{text:?}");
            assert_eq!(read_text.trim_end(), quoted.trim_end(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = entries(&mut Piece::new(&text, Leniency::default()));
        }

        #[test]
        fn entries_survive_any_separator(
            list in proptest::collection::vec((any::<u32>(), "[,\n\r]{1,3}|, |\r\n|#x\n"), 1..20)
        ) {
            let mut text = String::new();
            for (address, separator) in &list {
                text.push_str(&std::net::Ipv4Addr::from(*address).to_string());
                text.push_str(separator);
            }
            let expected: Vec<_> = list.iter().map(|(address, _)| std::net::Ipv4Addr::from(*address).to_string()).collect();
            prop_assert_eq!(read(&text), Ok(expected));
        }
    }
}
