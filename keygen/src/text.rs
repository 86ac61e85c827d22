//! Key files as text, whatever wrote them: byte-order marks, UTF-16, CRLF and lone CR, code-page comments.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};
use zeroize::Zeroizing;

/// The bytes without a byte-order mark; UTF-16 (which PowerShell 5.1 writes) becomes UTF-8, anything else stays as it is.
pub(crate) fn without_mark(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == encoding_rs::UTF_8 => {
            Zeroizing::new(bytes.get(mark..).unwrap_or_default().to_vec())
        }
        Some((encoding, _)) => {
            Zeroizing::new(encoding.decode_with_bom_removal(bytes).0.into_owned().into_bytes())
        }
        None => Zeroizing::new(bytes.to_vec()),
    }
}

/// The lines of a text, ended by LF, CRLF or CR, with their numbers from 1.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
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

/// A comment for people: UTF-8 where it is, else Windows' code page 1252, which takes every byte.
pub(crate) fn comment(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Text from outside that goes to a terminal or into an error: control and bidi characters escaped.
pub(crate) fn shown(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '"' || c == '\'' || c == '\\' {
                c.to_string()
            } else {
                c.escape_debug().to_string()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ending_ends_a_line() {
        let found: Vec<_> = lines(b"a\r\nb\rc\n\nd").collect();
        let expected: [(u32, &[u8]); 5] = [(1, b"a"), (2, b"b"), (3, b"c"), (4, b""), (5, b"d")];
        assert_eq!(found, expected);
    }

    #[test]
    fn marks_go_and_utf_16_becomes_utf_8() {
        assert_eq!(**without_mark(b"\xef\xbb\xbfkey"), *b"key");
        assert_eq!(**without_mark(b"\xff\xfek\0\xe9\0"), *"k\u{e9}".as_bytes());
        assert_eq!(**without_mark(b"\xfe\xff\0k"), *b"k");
        assert_eq!(**without_mark(b"k\xe9"), *b"k\xe9");
    }

    #[test]
    fn comments_are_utf_8_or_code_page_1252() {
        assert_eq!(comment("Jos\u{e9}".as_bytes()), "Jos\u{e9}");
        assert_eq!(comment(b"Jos\xe9 \x80"), "Jos\u{e9} \u{20ac}");
    }
}
