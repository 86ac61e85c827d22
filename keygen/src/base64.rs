//! Base64 in key files, where blanks are ignored.

use data_encoding::BASE64;
use zeroize::Zeroizing;

/// Decodes the text.
pub(crate) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()));
    BASE64.decode(&digits).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_do_not_count() {
        for text in ["YWI=", " Y W\tI\r\n=\n"] {
            assert_eq!(decode(text.as_bytes()).expect(text).as_slice(), b"ab");
        }
        for text in ["Y", "YWI", "YW!I", "YWI==", "Y=WI", "YWJ="] {
            assert!(decode(text.as_bytes()).is_none(), "{text}");
        }
    }
}
