//! Decodes a stream of UTF-16; unpaired surrogates become U+FFFD.

use std::char::{REPLACEMENT_CHARACTER, decode_utf16};
use std::io::{self, Read};

use contract::encoding::Encoding;

/// Bytes read from the source at a time.
const RAW_BYTES: usize = 64 * 1024;
/// Units that are examined together, because most blocks are ASCII.
const BLOCK: usize = 32;

/// The text so far, which may end within a unit or within a pair of surrogates.
pub(super) struct Utf16 {
    encoding: Encoding,
    /// The first byte of a unit whose second has not arrived.
    odd: Option<u8>,
    /// The first half of a pair.
    high: Option<u16>,
    raw: Vec<u8>,
    /// Decoded bytes, and how many of them have been read.
    text: Vec<u8>,
    from: usize,
}

impl Utf16 {
    /// A text that begins with these bytes.
    pub(super) fn new(encoding: Encoding, head: &[u8]) -> Self {
        let (raw, text) = (Vec::new(), Vec::new());
        let mut new = Self { encoding, odd: None, high: None, raw, text, from: 0 };
        new.decode(head);
        new
    }

    /// Reads from the source unless there is decoded text left. An end is not final: the source
    /// may have grown at the next call.
    pub(super) fn read(&mut self, source: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
        while self.from == self.text.len() {
            let mut raw = std::mem::take(&mut self.raw);
            raw.resize(RAW_BYTES, 0);
            let read = source.read(&mut raw);
            self.decode(raw.get(..*read.as_ref().unwrap_or(&0)).unwrap_or_default());
            self.raw = raw;
            if read? == 0 {
                return Ok(0);
            }
        }
        let read = self.text.get(self.from..).unwrap_or_default().read(out)?;
        self.from += read;
        Ok(read)
    }

    /// Replaces the text by that of these bytes, which follow those before.
    fn decode(&mut self, mut bytes: &[u8]) {
        self.text.clear();
        self.from = 0;
        if let (Some(first), Some((second, rest))) = (self.odd, bytes.split_first()) {
            self.odd = None;
            self.push(self.encoding.unit([first, *second]));
            bytes = rest;
        }
        let (pairs, odd) = bytes.as_chunks::<2>();
        let (blocks, rest) = pairs.as_chunks::<BLOCK>();
        for block in blocks {
            self.push_block(&block.map(|pair| self.encoding.unit(pair)));
        }
        for pair in rest {
            self.push(self.encoding.unit(*pair));
        }
        self.odd = odd.first().copied().or(self.odd);
    }

    fn push_block(&mut self, block: &[u16; BLOCK]) {
        if self.high.is_none() && block.iter().fold(0, |all, unit| all | unit) < 0x80 {
            self.text.extend(block.map(|unit| unit.to_le_bytes()[0]));
            return;
        }
        self.text.reserve(BLOCK * 3);
        for unit in block {
            self.push(*unit);
        }
    }

    fn push(&mut self, unit: u16) {
        // Spelled out, because most text of other alphabets comes this way.
        let [low, high] = unit.to_le_bytes();
        match unit {
            _ if self.high.is_some() => self.push_surrogate(unit),
            0..0x80 => self.text.push(low),
            0x80..0x800 => {
                let first = 0xc0 | (high << 2) | (low >> 6);
                self.text.extend_from_slice(&[first, 0x80 | (low & 0x3f)]);
            }
            0xd800..0xe000 => self.push_surrogate(unit),
            _ => {
                let second = 0x80 | ((high << 2) & 0x3f) | (low >> 6);
                self.text.extend_from_slice(&[0xe0 | (high >> 4), second, 0x80 | (low & 0x3f)]);
            }
        }
    }

    /// A surrogate, or what follows one.
    #[cold]
    fn push_surrogate(&mut self, unit: u16) {
        let is_high = (0xd800..0xdc00).contains(&unit);
        let pending = self.high.take();
        // A second high surrogate does not complete the first, but may begin a pair itself.
        let units = pending.into_iter().chain((!is_high).then_some(unit));
        for c in decode_utf16(units) {
            let c = c.unwrap_or(REPLACEMENT_CHARACTER);
            self.text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.high = is_high.then_some(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type ToBytes = fn(u16) -> [u8; 2];

    fn decoded(units: &[u16], to_bytes: ToBytes, encoding: Encoding, at_once: usize) -> String {
        let bytes: Vec<u8> = units.iter().copied().flat_map(to_bytes).collect();
        let mut text = Vec::new();
        let mut chunks = bytes.chunks(at_once);
        let mut decoder = Utf16::new(encoding, chunks.next().unwrap_or_default());
        text.extend_from_slice(&decoder.text);
        for chunk in chunks {
            decoder.decode(chunk);
            text.extend_from_slice(&decoder.text);
        }
        String::from_utf8(text).unwrap()
    }

    /// The standard library is the judge, for every way of arriving.
    #[test]
    fn text_is_that_of_the_standard_library_however_it_arrives() {
        let ascii: Vec<u16> = "a log line of plain ASCII, long enough for blocks\r\n"
            .repeat(3)
            .encode_utf16()
            .collect();
        let mixed: Vec<u16> = "Grüße \u{1f600}\u{10ffff} 日本語".encode_utf16().collect();
        let broken = [0xd800, 0xd800, 0xdc00, 0xdc00, 0x41, 0xd83d, 0x42, 0xdfff, 0];
        let every: Vec<u16> = (0..=u16::MAX).collect();
        for units in
            [&ascii[..], &mixed, &broken, &every, &[&ascii[..], &broken, &mixed, &ascii].concat()]
        {
            let expected = String::from_utf16_lossy(units);
            for at_once in [1, 2, 3, 5, 64, 4096] {
                let little = decoded(units, u16::to_le_bytes, Encoding::Utf16Le, at_once);
                let big = decoded(units, u16::to_be_bytes, Encoding::Utf16Be, at_once);
                assert_eq!((little, big), (expected.clone(), expected.clone()), "{at_once}");
            }
        }
    }

    #[test]
    fn an_unfinished_pair_is_awaited() {
        let mut decoder = Utf16::new(Encoding::Utf16Le, b"a\0\x3d\xd8\0");
        assert_eq!(decoder.text, b"a");
        decoder.decode(b"\xde");
        assert_eq!(decoder.text, "\u{1f600}".as_bytes());
    }
}
