//! Text files from other programs: a Windows editor, PowerShell's `>`, an old script.
//!
//! Turns bytes into text and back into the same bytes, and text into lines.
//! [`known_hosts`](crate::known_hosts) and [`config`](crate::config) interpret the lines.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use contract::encoding;

/// How a file stores its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Unicode {
        form: encoding::Encoding,
        has_mark: bool,
    },
    /// Not UTF-8: each byte stands for the character with its number, so that nothing is lost.
    Latin1,
}

impl Encoding {
    /// The text of a whole file without its byte order mark, and its encoding.
    pub(crate) fn decode(bytes: &[u8]) -> (String, Self) {
        let (form, mark) = encoding::Encoding::of(bytes);
        let encoding = Self::Unicode { form, has_mark: mark > 0 };
        let utf8 = encoding::decode(bytes);
        match str::from_utf8(&utf8) {
            Err(_) if form == encoding::Encoding::Utf8 && mark == 0 => {
                (bytes.iter().copied().map(char::from).collect(), Self::Latin1)
            }
            _ => (String::from_utf8_lossy(&utf8).into_owned(), encoding),
        }
    }

    /// The same for a file that is to be changed: refuses one that would not be written back
    /// unchanged.
    pub(crate) fn decode_to_change(bytes: &[u8]) -> io::Result<(String, Self)> {
        let (text, encoding) = Self::decode(bytes);
        if encoding.encode_file(&text) == bytes {
            Ok((text, encoding))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "the text is damaged"))
        }
    }

    /// Encodes text as a part of a file, without a byte order mark.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let Self::Unicode { form, .. } = self else {
            return text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
        };
        match form {
            encoding::Encoding::Utf8 => text.as_bytes().to_vec(),
            encoding::Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            encoding::Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// Encodes text as a whole file.
    pub(crate) fn encode_file(self, text: &str) -> Vec<u8> {
        let mark = match self {
            Self::Unicode { form, has_mark: true } => form.mark(),
            _ => b"",
        };
        [mark, &self.encode(text)].concat()
    }
}

/// Everything in an open file; an error if that is more than `most` bytes.
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

/// The decoded text of a file of at most `most` bytes; `None` if there is no such file.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Option<String>> {
    Ok(read_bytes(path, most)?.map(|bytes| Encoding::decode(&bytes).0))
}

/// The bytes of such a file.
pub(crate) fn read_bytes(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // A program that rewrites the file holds an exclusive lock meanwhile. On file systems without
    // locks there is nothing to wait for.
    let _ = file.lock_shared();
    read_to_end(&mut file, most).map(Some)
}

/// The lines of a text, each with its LF, CRLF or lone CR.
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
            b"a\0\n\0",
            b"\0a\0\n",
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
        /// Only files marked as Unicode but with invalid contents cannot be written back unchanged.
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
