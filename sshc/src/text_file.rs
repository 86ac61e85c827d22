//! Text files that somebody else wrote: a Windows editor, PowerShell's `>`, a script of long ago.
//!
//! Bytes become text and the same bytes again, and text becomes lines. What the lines say belongs
//! to [`known_hosts`](crate::known_hosts) and [`config`](crate::config).

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// How the characters of a file are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8WithBom,
    Utf16Le,
    Utf16Be,
    /// Not UTF-8 at all: each byte stands for the character of its number, so that nothing is lost.
    Latin1,
}

impl Encoding {
    const ALL_WITH_BOM: [Self; 3] = [Self::Utf8WithBom, Self::Utf16Le, Self::Utf16Be];

    fn bom(self) -> &'static [u8] {
        match self {
            Self::Utf8WithBom => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
            Self::Utf8 | Self::Latin1 => b"",
        }
    }

    /// The text of a whole file without its byte order mark, and how it was stored.
    pub(crate) fn decode(bytes: &[u8]) -> (String, Self) {
        let marked = Self::ALL_WITH_BOM
            .into_iter()
            .find_map(|encoding| Some((bytes.strip_prefix(encoding.bom())?, encoding)));
        match marked {
            Some((rest, Self::Utf16Le)) => (utf16(rest, u16::from_le_bytes), Self::Utf16Le),
            Some((rest, Self::Utf16Be)) => (utf16(rest, u16::from_be_bytes), Self::Utf16Be),
            Some((rest, encoding)) => (String::from_utf8_lossy(rest).into_owned(), encoding),
            None => match str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), Self::Utf8),
                Err(_) => (bytes.iter().copied().map(char::from).collect(), Self::Latin1),
            },
        }
    }

    /// The same of a file that is to be changed: what would not stay as it is, is refused.
    pub(crate) fn decode_to_change(bytes: &[u8]) -> io::Result<(String, Self)> {
        let (text, encoding) = Self::decode(bytes);
        if encoding.encode_file(&text) == bytes {
            Ok((text, encoding))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged text"))
        }
    }

    /// Text as a part of a file stored so, without a byte order mark.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 | Self::Utf8WithBom => text.as_bytes().to_vec(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Latin1 => text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect(),
        }
    }

    /// Text as a whole file stored so.
    pub(crate) fn encode_file(self, text: &str) -> Vec<u8> {
        [self.bom(), &self.encode(text)].concat()
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().copied().map(unit))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Everything in an open file, refused when it is more than `most` bytes.
pub(crate) fn read_to_end(file: &mut File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("more than {} MiB", most >> 20),
        ));
    }
    Ok(bytes)
}

/// The decoded text of a file of at most `most` bytes; `None` when there is no such file.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Option<String>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // Whoever rewrites the file holds it exclusively for that moment. Where a file system knows
    // no locks there is nothing to wait for.
    let _ = file.lock_shared();
    let bytes = read_to_end(&mut file, most)?;
    Ok(Some(Encoding::decode(&bytes).0))
}

/// The lines of a text, each with the LF, CRLF or lone CR that ends it.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = match rest.find(['\n', '\r']) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_comes_back_as_it_was() {
        for bytes in [
            &b"plain\n"[..],
            b"\xEF\xBB\xBFmarked\r\n",
            b"\xFF\xFEa\0\n\0",
            b"\xFE\xFF\0a\0\n",
            b"caf\xE9 \xFF\n",
            b"",
        ] {
            let (text, encoding) = Encoding::decode(bytes);
            assert_eq!(encoding.encode_file(&text), bytes, "{encoding:?}");
        }
        assert_eq!(Encoding::decode(b"\xFF\xFEh\0i\0").0, "hi");
        assert_eq!(Encoding::decode(b"\xFE\xFF\0h\0i").0, "hi");
    }

    #[test]
    fn lines_end_in_any_way() {
        let all: Vec<_> = lines("a\nb\r\nc\rd\n\ne").collect();
        assert_eq!(all, ["a\n", "b\r\n", "c\r", "d\n", "\n", "e"]);
    }

    proptest::proptest! {
        /// Only what is marked as Unicode and is none cannot be written again as it was.
        #[test]
        fn whatever_is_decoded_is_encoded_as_it_was(
            bom in proptest::sample::select(vec![&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"]),
            rest in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40),
        ) {
            let bytes = [bom, &rest].concat();
            let (text, encoding) = Encoding::decode(&bytes);
            let again = encoding.encode_file(&text);
            let is_damaged = text.contains(char::REPLACEMENT_CHARACTER) || rest.len() % 2 == 1;
            proptest::prop_assert!(again == bytes || is_damaged && !bom.is_empty());
            proptest::prop_assert_eq!(again == bytes, Encoding::decode_to_change(&bytes).is_ok());
        }

        #[test]
        fn lines_are_all_of_the_text(text in "[a\r\n]{0,20}") {
            proptest::prop_assert_eq!(lines(&text).collect::<String>(), text);
        }
    }
}
