//! Decodes UTF-16 text, which `>` writes in PowerShell 5.1, to UTF-8.

use std::io::{self, Read};

use contract::encoding::Encoding;

const BLOCK: usize = 32 * 1024;

/// Reads UTF-16 from `inner` and returns UTF-8. Invalid UTF-16 becomes U+FFFD, which no rule
/// contains.
pub(super) struct Utf16Reader<R> {
    inner: R,
    encoding: Encoding,
    /// Read but not decoded: the first bytes of a character whose rest has not arrived.
    pending: Vec<u8>,
    decoded: io::Cursor<Vec<u8>>,
}

impl<R: Read> Utf16Reader<R> {
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        Self { inner, encoding, pending: Vec::new(), decoded: io::Cursor::default() }
    }

    /// Decodes the next block; returns false at the end.
    fn refill(&mut self) -> io::Result<bool> {
        let wanted = (BLOCK - self.pending.len()) as u64;
        let taken = self.inner.by_ref().take(wanted).read_to_end(&mut self.pending)?;
        let ended = (taken as u64) < wanted;
        if self.pending.is_empty() {
            return Ok(false);
        }
        let whole = if ended { self.pending.len() } else { self.whole_characters() };
        let stored: Vec<u8> = self.pending.drain(..whole).collect();
        self.decoded = io::Cursor::new(self.encoding.decode_utf16(&stored).into_bytes());
        Ok(true)
    }

    /// How many bytes of `pending` come before a character that is not complete yet.
    fn whole_characters(&self) -> usize {
        let (pairs, _) = self.pending.as_chunks::<2>();
        let begins_pair = |stored: &[u8; 2]| matches!(self.encoding.unit(*stored), 0xd800..0xdc00);
        2 * (pairs.len() - usize::from(pairs.last().is_some_and(begins_pair)))
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.decoded.read(buffer)?;
            if read > 0 || buffer.is_empty() || !self.refill()? {
                return Ok(read);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = String::new();
        Utf16Reader::new(bytes, encoding).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn text_longer_than_a_block_with_pairs_across_its_edge() {
        for lead in ["", "x"] {
            let text = format!("{lead}{}", "\u{1f511}10.0.0.1\n".repeat(9_000));
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert!(decode(&little, Encoding::Utf16Le) == text);
            assert!(decode(&big, Encoding::Utf16Be) == text);
        }
    }

    #[test]
    fn broken_text_shows() {
        for (bytes, expected) in [
            (&[b'1', 0, b'0'][..], "1\u{fffd}"),
            (&[0x00, 0xd8], "\u{fffd}"),
            (&[0x00, 0xdc, b'1', 0], "\u{fffd}1"),
            (&[], ""),
        ] {
            assert_eq!(decode(bytes, Encoding::Utf16Le), expected);
        }
    }
}
