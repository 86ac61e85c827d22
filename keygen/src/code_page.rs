//! Windows code page 1252, in which PuTTY for Windows writes comments and passphrases in Western
//! Europe.
//!
//! As in the WHATWG's Encoding Standard, the five bytes without a character are control characters,
//! so every text can be decoded. A crate that knows all encodings would add 110 kB of tables, which
//! cannot be compressed, to every program.

use zeroize::Zeroizing;

/// The characters of the bytes from 0x80 to 0x9f; those of all other bytes have the same number.
const FROM_0X80: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The longest character of the code page in UTF-8, in bytes.
const LONGEST: usize = 3;

/// The text of these bytes.
pub(crate) fn decode(bytes: &[u8]) -> String {
    // It may be secret, and a string that grows would leave copies behind.
    let mut text = String::with_capacity(bytes.len() * LONGEST);
    text.extend(bytes.iter().map(|byte| {
        let special = byte.checked_sub(0x80).and_then(|at| FROM_0X80.get(usize::from(at)));
        special.copied().unwrap_or(char::from(*byte))
    }));
    text
}

/// The bytes of this text, if the code page has all of its characters.
pub(crate) fn encode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    for c in text.chars() {
        let byte = match FROM_0X80.iter().position(|special| *special == c) {
            Some(at) => u8::try_from(at).ok()? + 0x80,
            None => u8::try_from(c).ok().filter(|byte| !(0x80..0xa0).contains(byte))?,
        };
        bytes.push(byte);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        assert_eq!(encode(&decode(&all)), Some(Zeroizing::new(all)));
    }

    #[test]
    fn characters_are_those_of_the_code_page() {
        let cases: [(&[u8], &str); 5] = [
            (b"plain", "plain"),
            (b"Jos\xe9", "José"),
            (b"\x80 \x9f \x93\x94", "€ Ÿ “”"),
            (b"\x81\x8d\x8f\x90\x9d", "\u{81}\u{8d}\u{8f}\u{90}\u{9d}"),
            (b"\xa0\xff", "\u{a0}ÿ"),
        ];
        for (bytes, text) in cases {
            assert_eq!(decode(bytes), text);
            assert_eq!(encode(text), Some(Zeroizing::new(bytes.to_vec())), "{text}");
        }
    }

    #[test]
    fn other_characters_have_no_bytes() {
        for text in ["Łukasz", "\u{80}", "\u{9f}", "k\u{1f511}"] {
            assert_eq!(encode(text), None, "{text}");
        }
    }
}
