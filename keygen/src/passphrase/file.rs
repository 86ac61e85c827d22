//! Reads a passphrase from the first line of a file. Reads no byte of standard input after that
//! line.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use contract::encoding::Encoding;
use zeroize::Zeroizing;

use super::platform;
use crate::defaults::MAX_PASSPHRASE_LINE;
use crate::error::Error;
use crate::text;

/// The first line of a file, or of standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let source = if path == Path::new("-") { platform::standard_input() } else { File::open(path) };
    first_line(source?)
}

fn first_line(mut source: impl Read) -> Result<Zeroizing<Vec<u8>>, Error> {
    // One allocation of the final size, because growing would leave copies.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_PASSPHRASE_LINE));
    contract::encoding::read_first_line(&mut source, MAX_PASSPHRASE_LINE, &mut bytes)?;
    let text = text::without_mark(&bytes);
    match contract::encoding::lines(&text).next() {
        _ if !may_be_text(&bytes) => Err(Error::NulInPassphrase),
        Some((_, line)) if !line.is_empty() => super::typed(line),
        _ => Err(Error::EmptyPassphrase),
    }
}

/// Whether NULs among the bytes belong to UTF-16. The encoding of a text may be guessed, that of a
/// passphrase may not: a NUL typed into UTF-8 would make it another passphrase.
fn may_be_text(bytes: &[u8]) -> bool {
    let (encoding, mark) = Encoding::of(bytes);
    if mark > 0 || !bytes.contains(&0) {
        return true;
    }
    let (pairs, half) = bytes.as_chunks::<2>();
    let (line_feed, high) = match encoding {
        Encoding::Utf8 => return false,
        Encoding::Utf16Le => ([b'\n', 0], 1),
        Encoding::Utf16Be => ([0, b'\n'], 0),
    };
    let ends_line = pairs.last() == Some(&line_feed);
    let is_alphabet = pairs.iter().all(|pair| pair.get(high).is_some_and(|byte| *byte < 0x20));
    half.is_empty() && (ends_line || is_alphabet && !bytes.ends_with(b"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_taken_and_the_rest_is_left() {
        let table: [(&[u8], &[u8], &[u8]); 11] = [
            (b"sesam\nrest", b"sesam", b"rest"),
            (b"sesam\r\nrest", b"sesam", b"rest"),
            (b"sesam\rrest", b"sesam", b""),
            (b"sesam", b"sesam", b""),
            (b"\xef\xbb\xbfsesam\nrest", b"sesam", b"rest"),
            (b"\xff\xfe\n\x01\n\0r\0", "\u{10a}".as_bytes(), b"r\0"),
            (b"\xfe\xff\0s\0\r\0\nrest", b"s", b"rest"),
            (b"s\0e\0s\0\n\0rest", b"ses", b"rest"),
            (b"s\0e\0s\0\r\0\n\0rest", b"ses", b"rest"),
            (b"s\0e\0s\0", b"ses", b""),
            (b"\0s\0e\0s\0\nrest", b"ses", b"rest"),
        ];
        for (input, expected, expected_rest) in table {
            let mut source = input;
            let line = first_line(&mut source).expect("a line");
            assert_eq!((line.as_slice(), source), (expected, expected_rest), "{input:?}");
        }
    }

    #[test]
    fn what_nothing_can_type_is_refused() {
        for bytes in [&b"a\0b\n"[..], b"ab\0c\0", b"a\0\0b\n", b"\0\n", b"abc\0\n"] {
            assert!(first_line(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn no_line_and_an_endless_one_are_refused() {
        assert!(matches!(first_line(&b""[..]), Err(Error::EmptyPassphrase)));
        assert!(matches!(first_line(&b"\nsesam\n"[..]), Err(Error::EmptyPassphrase)));
        assert!(matches!(first_line(std::io::repeat(b'x')), Err(Error::Io(_))));
    }
}
