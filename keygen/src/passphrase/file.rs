//! A passphrase from a file: its first line. Of standard input no byte behind that line is taken.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::platform;
use crate::error::Error;
use crate::text;

/// The longest first line, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// The first line of a file, or of standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let source = if path == Path::new("-") { platform::standard_input() } else { File::open(path) };
    first_line(source?)
}

#[expect(
    clippy::unbuffered_bytes,
    reason = "a buffer would swallow what belongs to whoever reads on"
)]
fn first_line(source: impl Read) -> Result<Zeroizing<Vec<u8>>, Error> {
    // One allocation of the final size: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_LINE));
    for byte in source.bytes() {
        if bytes.len() == MAX_LINE {
            return Err(Error::LongPassphrase { limit: MAX_LINE });
        }
        bytes.push(byte?);
        if has_line_feed(&bytes) {
            break;
        }
    }
    let text = text::without_mark(&bytes);
    match text::lines(&text).next() {
        Some((_, line)) if !line.is_empty() => Ok(Zeroizing::new(line.to_vec())),
        _ => Err(Error::EmptyPassphrase),
    }
}

/// Whether a line feed ends these bytes, which may be UTF-16 behind a byte order mark. A lone CR does not end the
/// reading: an LF might follow, and could not be put back.
fn has_line_feed(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xfe, text @ ..] => text.len().is_multiple_of(2) && text.ends_with(b"\n\0"),
        [0xfe, 0xff, text @ ..] => text.len().is_multiple_of(2) && text.ends_with(b"\0\n"),
        text => text.ends_with(b"\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_taken_and_the_rest_is_left() {
        let table: [(&[u8], &[u8], &[u8]); 7] = [
            (b"sesam\nrest", b"sesam", b"rest"),
            (b"sesam\r\nrest", b"sesam", b"rest"),
            (b"sesam\rrest", b"sesam", b""),
            (b"sesam", b"sesam", b""),
            (b"\xef\xbb\xbfsesam\nrest", b"sesam", b"rest"),
            (b"\xff\xfe\n\x01\n\0r\0", "\u{10a}".as_bytes(), b"r\0"),
            (b"\xfe\xff\0s\0\r\0\nrest", b"s", b"rest"),
        ];
        for (input, expected, expected_rest) in table {
            let mut source = input;
            let line = first_line(&mut source).expect("a line");
            assert_eq!((line.as_slice(), source), (expected, expected_rest), "{input:?}");
        }
    }

    #[test]
    fn no_line_and_an_endless_one_are_refused() {
        assert!(matches!(first_line(&b""[..]), Err(Error::EmptyPassphrase)));
        assert!(matches!(first_line(&b"\nsesam\n"[..]), Err(Error::EmptyPassphrase)));
        assert!(matches!(first_line(std::io::repeat(b'x')), Err(Error::LongPassphrase { .. })));
    }
}
