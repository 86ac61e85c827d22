//! Reads the line that names the destination, and no byte after it: the rest of the stream belongs
//! to the remote command.

use std::io::{self, Read};

use contract::encoding;

/// The most bytes in a first line, including its end. A destination has a few dozen.
pub const FIRST_LINE_LIMIT: usize = 64 * 1024;

/// Reads one line from standard input byte by byte, so that nothing after its newline is taken.
/// `None` if the input ends before any byte.
///
/// The line comes without its end, CR and byte order mark. It may be UTF-8, or UTF-16 in either
/// byte order. A lone CR does not end the line: to recognise one, we would have to take the byte
/// after it.
///
/// # Errors
/// The descriptor's error; [`io::ErrorKind::InvalidData`] when the line is not text or exceeds
/// [`FIRST_LINE_LIMIT`].
pub fn read_line_exact() -> io::Result<Option<String>> {
    read_line(&mut super::platform::unbuffered_stdin()?)
}

fn read_line(input: &mut impl Read) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if !encoding::read_first_line(input, FIRST_LINE_LIMIT, &mut line)? {
        return Ok(None);
    }
    let invalid = |reason| Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    match str::from_utf8(&encoding::decode(&line)) {
        Err(_) => invalid("the first line is not UTF-8"),
        Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) && line.len() % 2 == 1 => {
            invalid("the first line ends in half a UTF-16 unit")
        }
        Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
            invalid("the first line is not UTF-16")
        }
        Ok(text) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16le(text: &str) -> Vec<u8> {
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }

    fn utf16be(text: &str) -> Vec<u8> {
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
    }

    #[test]
    fn reads_one_line_and_not_a_byte_more() {
        let cases: &[(Vec<u8>, Option<&str>, &[u8])] = &[
            (b"".to_vec(), None, b""),
            (b"\n".to_vec(), Some(""), b""),
            (b"ada@node7".to_vec(), Some("ada@node7"), b""),
            (b"ada@node7\n\x00\xFFrest".to_vec(), Some("ada@node7"), b"\x00\xFFrest"),
            (b"ada@node7\r\n\nrest".to_vec(), Some("ada@node7"), b"\nrest"),
            (b"\xEF\xBB\xBFada@node7\nrest".to_vec(), Some("ada@node7"), b"rest"),
            (
                [utf16le("ada@n\u{f6}de\r\n"), b"rest".to_vec()].concat(),
                Some("ada@n\u{f6}de"),
                b"rest",
            ),
            (
                [utf16be("ada@n\u{f6}de\n"), b"rest".to_vec()].concat(),
                Some("ada@n\u{f6}de"),
                b"rest",
            ),
            // U+0A00 next to U+000A: the newline must be found at a unit boundary.
            ([utf16le("\u{0a00}\n"), b"x".to_vec()].concat(), Some("\u{0a00}"), b"x"),
            (
                [utf16be("\u{0a00}\u{0a0a}\n"), b"x".to_vec()].concat(),
                Some("\u{0a00}\u{0a0a}"),
                b"x",
            ),
        ];
        for (input, expected, rest) in cases {
            let mut stream = input.as_slice();
            assert_eq!(read_line(&mut stream).unwrap().as_deref(), *expected, "{input:?}");
            assert_eq!(stream, *rest, "{input:?}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_line_of_text() {
        let endless = vec![b'a'; FIRST_LINE_LIMIT + 1];
        for input in [&b"\xC3\n"[..], b"\xFF\xFEa", b"\xFF\xFE\x00\xD8\n\x00", &endless] {
            let error = read_line(&mut &*input).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn the_longest_line_is_accepted() {
        let mut line = vec![b'a'; FIRST_LINE_LIMIT - 1];
        line.push(b'\n');
        assert_eq!(read_line(&mut line.as_slice()).unwrap().unwrap().len(), FIRST_LINE_LIMIT - 1);
    }
}
