//! Text as editors, shells and PowerShell 5.1 leave it: UTF-8 or UTF-16, with or without a byte
//! order mark, lines ended by LF, CRLF or a lone CR.
//!
//! Tools that read streams too large for memory decode them piece by piece, with the parts of
//! [`Encoding`].

use std::borrow::Cow;
use std::cmp::Ordering;
use std::io::{self, ErrorKind, Read};

/// How many bytes of a text [`Encoding::of`] examines. Examining more does not make it more
/// accurate.
pub const HEAD_BYTES: usize = 64;

/// How characters are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, and any encoding that shares ASCII with it.
    Utf8,
    /// UTF-16, the less significant byte first: PowerShell 5.1's `>`.
    Utf16Le,
    /// UTF-16, the more significant byte first.
    Utf16Be,
}

impl Encoding {
    /// The encoding of a text that begins with these bytes, and the length of its byte order mark
    /// (0 if it has none).
    ///
    /// UTF-16 without a mark is recognised by the zero in each pair of bytes that holds an ASCII
    /// character, and must consist of whole pairs. One or two NULs within other text do not make it
    /// UTF-16.
    #[must_use]
    pub fn of(head: &[u8]) -> (Self, usize) {
        match head {
            [0xef, 0xbb, 0xbf, ..] => (Self::Utf8, 3),
            [0xff, 0xfe, ..] => (Self::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Self::Utf16Be, 2),
            _ => (unmarked(head.get(..HEAD_BYTES).unwrap_or(head)), 0),
        }
    }

    /// The bytes that announce the encoding.
    #[must_use]
    pub fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xef\xbb\xbf",
            Self::Utf16Le => b"\xff\xfe",
            Self::Utf16Be => b"\xfe\xff",
        }
    }

    /// The UTF-16 unit that is stored as these two bytes. UTF-8 has no units; do not ask for them.
    #[inline]
    #[must_use]
    pub fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Self::Utf16Be => u16::from_be_bytes(pair),
            Self::Utf16Le | Self::Utf8 => u16::from_le_bytes(pair),
        }
    }

    /// Decodes stored UTF-16 without its mark. An unpaired surrogate and half a unit at the end
    /// become U+FFFD. The result is never reallocated, so that a secret is copied only once.
    #[must_use]
    pub fn decode_utf16(self, stored: &[u8]) -> String {
        let (pairs, half) = stored.as_chunks::<2>();
        // A UTF-16 unit takes at most three bytes in UTF-8, and so does U+FFFD.
        let mut text = String::with_capacity((pairs.len() + 1) * 3);
        let units = pairs.iter().map(|pair| self.unit(*pair));
        let characters =
            char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER));
        characters.for_each(|character| text.push(character));
        if !half.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        text
    }

    /// Whether the last byte of a text completes a line feed.
    fn ends_line(self, text: &[u8]) -> bool {
        let whole_units = text.len().is_multiple_of(2);
        match self {
            Self::Utf8 => text.ends_with(b"\n"),
            Self::Utf16Le => whole_units && text.ends_with(b"\n\0"),
            Self::Utf16Be => whole_units && text.ends_with(b"\0\n"),
        }
    }
}

fn unmarked(head: &[u8]) -> Encoding {
    let (pairs, []) = head.as_chunks::<2>() else { return Encoding::Utf8 };
    let count = |is: fn(u8) -> bool| {
        let first = pairs.iter().filter(|[first, _]| is(*first)).count();
        (first, pairs.iter().filter(|[_, second]| is(*second)).count())
    };
    // In most other alphabets the more significant byte is not a printable character either.
    let (zeros, small) = (count(|byte| byte == 0), count(|byte| byte < 0x20));
    let (encoding, high) = match zeros.1.cmp(&zeros.0) {
        Ordering::Greater => (Encoding::Utf16Le, small.1),
        Ordering::Less => (Encoding::Utf16Be, small.0),
        Ordering::Equal => return Encoding::Utf8,
    };
    let is_no_utf8 = str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
    let units = || pairs.iter().map(|pair| encoding.unit(*pair));
    // The examined head may end inside a surrogate pair.
    let cut = units().next_back().is_some_and(|unit| (0xd800..0xdc00).contains(&unit));
    let whole = pairs.len() - usize::from(cut);
    let mut characters = char::decode_utf16(units().take(whole));
    let is_text =
        characters.all(|it| it.is_ok_and(|it| !matches!(it, '\0' | '\u{fffe}' | '\u{ffff}')));
    if is_text && (high * 2 >= pairs.len() || is_no_utf8) { encoding } else { Encoding::Utf8 }
}

/// Decodes a whole text to UTF-8 without its mark. Bytes that are not UTF-16 stay as they are;
/// UTF-16 is decoded as by [`Encoding::decode_utf16`].
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    let (encoding, mark) = Encoding::of(bytes);
    let text = bytes.get(mark..).unwrap_or_default();
    if encoding == Encoding::Utf8 {
        return Cow::Borrowed(text);
    }
    Cow::Owned(encoding.decode_utf16(text).into_bytes())
}

/// The lines of a text, ended by LF, CRLF or CR, with their numbers from 1.
pub fn lines(text: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = Some(text);
    let lines = std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
            rest = None;
            return Some(text);
        };
        let (line, ending) = text.split_at(end);
        rest = ending.strip_prefix(b"\r\n").or_else(|| ending.get(1..));
        Some(line)
    });
    (1..).zip(lines)
}

/// Reads one line with its line ending, as stored, and not a byte more, because the rest belongs to
/// another program. Appends to `line`; returns false if the input ends before any byte.
///
/// A lone CR does not end the line: telling it from CRLF would mean reading the next byte.
///
/// # Errors
/// What reading fails with; [`ErrorKind::InvalidData`] after `most` bytes without an end.
pub fn read_first_line(input: &mut impl Read, most: usize, line: &mut Vec<u8>) -> io::Result<bool> {
    while let Some(byte) = next_byte(input)? {
        if line.len() == most {
            let words = format!("the first line is longer than {} KiB", most >> 10);
            return Err(io::Error::new(ErrorKind::InvalidData, words));
        }
        line.push(byte);
        // An incomplete pair says nothing about the encoding.
        let pairs = line.get(..line.len() & !1).unwrap_or_default();
        if matches!(byte, b'\n' | 0) && Encoding::of(pairs).0.ends_line(line) {
            break;
        }
    }
    Ok(!line.is_empty())
}

fn next_byte(input: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    loop {
        match input.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(byte.first().copied()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // On Windows, reading a pipe whose writer has closed it gives this error.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
