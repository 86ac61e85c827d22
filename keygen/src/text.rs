//! Key files as text: secrets that are wiped, and comments in the code page of their time.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use zeroize::Zeroizing;

/// The bytes as UTF-8 without a byte-order mark, as [`contract::text::decode`] has it.
pub(crate) fn without_mark(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(contract::text::decode(bytes).into_owned())
}

/// A comment for people: UTF-8 where it is, else Windows' code page 1252, which takes every byte.
pub(crate) fn comment(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_utf_8_or_code_page_1252() {
        assert_eq!(comment("Jos\u{e9}".as_bytes()), "Jos\u{e9}");
        assert_eq!(comment(b"Jos\xe9 \x80"), "Jos\u{e9} \u{20ac}");
    }
}
