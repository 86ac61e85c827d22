//! Lines of which nothing comes, such as a solver's with the word `user` or an address in each.
//!
//! Once several lines in a row have said nothing, a further one that differs from one of them only
//! in its numbers says nothing either, and is not read. The last lines that were left out are kept:
//! they are read when something else follows, because the lines just before a line may explain it.

use std::collections::VecDeque;
use std::net::Ipv4Addr;

use super::Recognizer;
use crate::text::line_filter::Line;

/// No window over the lines before a line is longer.
const WINDOW: usize = 8;
/// The kinds of lines remembered, and the longest of them in bytes.
const MOST_KINDS: usize = 16;
const LINE_BYTES: usize = 256;

/// A line that was left out.
#[derive(Debug, Clone, Default)]
pub(super) struct Skipped {
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
}

/// The kinds of the last lines, of which nothing came.
#[derive(Debug, Clone, Default)]
pub(super) struct RepeatedLines {
    kinds: Vec<Vec<u8>>,
    /// The kind of the present line.
    kind: Vec<u8>,
    /// How many lines in a row said nothing.
    row: usize,
    /// The last of those that were left out.
    skipped: VecDeque<Skipped>,
    /// How many were left out before these.
    lost: u64,
}

impl Recognizer {
    /// Whether nothing that was read waits for the next line.
    pub(super) fn is_quiet(&self) -> bool {
        self.unfinished.is_none()
            && self.awaited.is_none()
            && self.table.is_none()
            && self.portless.is_none()
            && self.parked.is_empty()
            && self.named.is_empty()
            && self.copied.is_empty()
            && !self.asks_login
            && !self.passage.is_due()
            && !self.json.is_nested()
            && !self.json.is_open()
            && self.window.is_quiet()
    }

    /// Reads the last lines that were left out, because they may explain the next one.
    pub(super) fn read_skipped(&mut self) {
        if !self.repeated_lines.has_skipped() {
            return;
        }
        let (lost, skipped) = self.repeated_lines.take_skipped();
        self.offers.pass(lost);
        for line in skipped {
            let (number, bytes) = (line.number, line.bytes.as_slice());
            self.read_line(&Line { number, bytes, follows_gap: false, has_hit: true });
        }
    }
}

impl RepeatedLines {
    /// Whether the line need not be read. If so, it is kept for a while.
    pub(super) fn skips(&mut self, number: u64, line: &[u8]) -> bool {
        self.kind.clear();
        if line.len() > LINE_BYTES || line.trim_ascii().is_empty() {
            return false;
        }
        kind_of(line, &mut self.kind);
        if self.row < WINDOW || !self.kinds.contains(&self.kind) {
            return false;
        }
        // Reuses the memory of the oldest line.
        let is_full = self.skipped.len() >= WINDOW;
        self.lost += u64::from(is_full);
        let oldest = if is_full { self.skipped.pop_front() } else { None };
        let mut kept = oldest.unwrap_or_default();
        kept.number = number;
        kept.bytes.clear();
        kept.bytes.extend_from_slice(line);
        self.skipped.push_back(kept);
        true
    }

    /// Takes the last lines that were left out, and the number of those before them.
    pub(super) fn take_skipped(&mut self) -> (u64, VecDeque<Skipped>) {
        (std::mem::take(&mut self.lost), std::mem::take(&mut self.skipped))
    }

    /// Whether any line was left out since the last one that was read.
    pub(super) fn has_skipped(&self) -> bool {
        !self.skipped.is_empty()
    }

    /// Records whether anything came of the present line.
    pub(super) fn note(&mut self, is_inert: bool) {
        if !is_inert {
            self.row = 0;
            self.kinds.clear();
            return;
        }
        self.row = (self.row + 1).min(WINDOW);
        if self.kind.is_empty() || self.kinds.contains(&self.kind) {
            return;
        }
        if self.kinds.len() >= MOST_KINDS {
            self.kinds.remove(0);
        }
        self.kinds.push(std::mem::take(&mut self.kind));
    }
}

/// Writes what two lines of the same kind have in common: everything but the numbers, and of those
/// whether each may be a port. An address keeps the numbers that make it public or private.
fn kind_of(line: &[u8], kind: &mut Vec<u8>) {
    let mut rest = line;
    while let Some(first) = rest.first() {
        let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
        let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let Some((number, behind)) = rest.split_at_checked(end).filter(|(it, _)| !it.is_empty())
        else {
            kind.push(*first);
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        number_kind(number, kind);
        rest = behind;
    }
}

/// Writes the kind of a run of digits and dots.
fn number_kind(number: &[u8], kind: &mut Vec<u8>) {
    if memchr::memchr_iter(b'.', number).count() >= 3 {
        let address = std::str::from_utf8(number).ok().and_then(|it| it.parse::<Ipv4Addr>().ok());
        match address.map(|address| address.octets()) {
            Some([first, second, ..]) => kind.extend([b'A', first, second]),
            None => kind.extend_from_slice(number),
        }
        return;
    }
    for (at, digits) in number.split(|byte| *byte == b'.').enumerate() {
        if at > 0 {
            kind.push(b'.');
        }
        let value = digits.iter().fold(0_u32, |value, digit| {
            value.saturating_mul(10).saturating_add(u32::from(digit.saturating_sub(b'0')))
        });
        kind.extend(match (digits.len(), value) {
            (0, _) => None,
            (1..=5, 1..=65_535) => Some(b'1'),
            _ => Some(b'9'),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_in_numbers_are_of_one_kind() {
        let kind = |line: &str| {
            let mut kind = Vec::new();
            kind_of(line.as_bytes(), &mut kind);
            kind
        };
        assert_eq!(kind("t = 17.4711000000 s"), kind("t = 3.9870000001 s"));
        assert_eq!(kind("on 10.0.0.9"), kind("on 10.0.7.23"));
        assert_ne!(kind("on 10.0.0.9"), kind("on 198.51.100.9"));
        assert_ne!(kind("on 300.0.0.9"), kind("on 10.0.0.9"));
        assert_ne!(kind("port 2222"), kind("port 70000"));
        assert_ne!(kind("user a"), kind("user b"));
    }

    #[test]
    fn a_line_is_left_out_after_a_row_of_its_kind_until_something_else_comes() {
        let mut repeated_lines = RepeatedLines::default();
        for number in 0..8 {
            assert!(!repeated_lines.skips(number, format!("user time {number}").as_bytes()));
            repeated_lines.note(true);
        }
        for number in 8..28 {
            assert!(repeated_lines.skips(number, b"user time 3"));
        }
        assert!(!repeated_lines.skips(28, b"user: ada"));
        let (lost, skipped) = repeated_lines.take_skipped();
        assert_eq!((lost, skipped.front().map(|line| line.number)), (12, Some(20)));
        repeated_lines.note(false);
        assert!(!repeated_lines.skips(29, b"user time 3"));
    }
}
