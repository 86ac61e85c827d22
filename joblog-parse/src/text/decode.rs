//! Decodes any text to UTF-8; the first bytes show byte order marks and UTF-16.

use std::io::{self, Read};

use contract::encoding::{Encoding, HEAD_BYTES};

use super::utf16::Utf16;

/// Reads a source as UTF-8. Invalid UTF-8 passes unchanged; invalid UTF-16 becomes U+FFFD.
///
/// The end of the file is not final: a later read continues where the file has grown.
pub(crate) struct Utf8Reader<R> {
    source: R,
    state: State,
}

enum State {
    /// Still collecting the first bytes.
    Head(Vec<u8>),
    /// UTF-8; returns the rest of the first bytes before the source's.
    Plain(Vec<u8>),
    Utf16(Box<Utf16>),
}

impl<R: Read> Utf8Reader<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, state: State::Head(Vec::new()) }
    }

    pub(crate) fn source(&self) -> &R {
        &self.source
    }

    pub(crate) fn source_mut(&mut self) -> &mut R {
        &mut self.source
    }

    /// Determines the encoding once there are enough bytes, or no more for now.
    fn read_head(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let State::Head(head) = &mut self.state else { return Ok(0) };
        let mut chunk = [0; HEAD_BYTES];
        let room = HEAD_BYTES - head.len();
        let read = self.source.read(chunk.get_mut(..room).unwrap_or_default())?;
        head.extend(chunk.iter().take(read));
        if head.is_empty() || (read > 0 && head.len() < HEAD_BYTES && is_undecided(head)) {
            return if read == 0 { Ok(0) } else { self.read_head(out) };
        }
        self.state = state_for(head);
        self.read(out)
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Head(_) => self.read_head(out),
            State::Plain(head) if head.is_empty() => self.source.read(out),
            State::Plain(head) => {
                let read = head.as_slice().read(out)?;
                head.drain(..read);
                Ok(read)
            }
            State::Utf16(utf16) => utf16.read(&mut self.source, out),
        }
    }
}

/// Whether more bytes could change the decision.
fn is_undecided(head: &[u8]) -> bool {
    head.len() < 3 || head.contains(&0)
}

fn state_for(head: &[u8]) -> State {
    let (encoding, from) = Encoding::of(head);
    let head = head.get(from..).unwrap_or_default();
    match encoding {
        Encoding::Utf8 => State::Plain(head.to_vec()),
        _ => State::Utf16(Box::new(Utf16::new(encoding, head))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns its bytes one at a time, like the slowest pipe.
    struct OneByteAtATime<'a>(&'a [u8]);

    impl Read for OneByteAtATime<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let read = self.0.len().min(out.len()).min(1);
            self.0.take(read as u64).read(out)?;
            self.0 = &self.0[read..];
            Ok(read)
        }
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn every_encoding_comes_out_as_utf8_however_it_arrives() {
        let text = "Public IP: 203.0.113.7 \u{1f600}\r\nä";
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf16(&format!("\u{feff}{text}"), u16::to_le_bytes),
            utf16(&format!("\u{feff}{text}"), u16::to_be_bytes),
        ] {
            let mut whole = String::new();
            Utf8Reader::new(bytes.as_slice()).read_to_string(&mut whole).unwrap();
            let mut dripped = String::new();
            Utf8Reader::new(OneByteAtATime(&bytes)).read_to_string(&mut dripped).unwrap();
            assert_eq!((whole.as_str(), dripped.as_str()), (text, text));
        }
    }

    #[test]
    fn utf16_without_a_mark_is_told_by_its_zeros() {
        let text = "Username: ada, IP 203.0.113.7, and a text that is longer than the head";
        for bytes in [utf16(text, u16::to_le_bytes), utf16(text, u16::to_be_bytes)] {
            let mut read = String::new();
            Utf8Reader::new(bytes.as_slice()).read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn short_and_zero_filled_input_passes_unchanged() {
        for bytes in [&b""[..], b"a", b"ab", b"\0\0\0\0\0\0\0\0ssh", b"a\0b\0cdefgh"] {
            let mut read = Vec::new();
            Utf8Reader::new(bytes).read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes);
        }
    }
}
