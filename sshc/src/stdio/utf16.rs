//! Converts between a Windows console's UTF-16 and SSH's UTF-8, however the text is split.

/// Turns UTF-16 from a console's keyboard into UTF-8. A surrogate without its other half, which a
/// console can be made to send, becomes U+FFFD. A high surrogate at the end of a piece waits for
/// the next piece.
#[derive(Debug, Default)]
pub struct FromUtf16 {
    high: Option<u16>,
}

impl FromUtf16 {
    /// Appends the text of `units` to `utf8`.
    pub fn push(&mut self, units: &[u16], utf8: &mut Vec<u8>) {
        let mut text = String::new();
        let mut rest: Vec<u16> =
            self.high.take().into_iter().chain(units.iter().copied()).collect();
        if let Some(last) = rest.pop_if(|unit| matches!(unit, 0xD800..=0xDBFF)) {
            self.high = Some(last);
        }
        text.extend(
            char::decode_utf16(rest).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
        utf8.extend_from_slice(text.as_bytes());
    }
}

/// Turns output for the screen into UTF-16 for a console. A character split over two writes waits
/// for its rest; invalid UTF-8 becomes U+FFFD.
#[derive(Debug, Default)]
pub struct ToUtf16 {
    /// The first bytes of an incomplete character, at most three.
    begun: Vec<u8>,
}

impl ToUtf16 {
    /// Appends the UTF-16 of `bytes` to `units`.
    pub fn push(&mut self, bytes: &[u8], units: &mut Vec<u16>) {
        self.begun.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.begun);
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => {
                    units.extend(text.encode_utf16());
                    return;
                }
                Err(error) => error,
            };
            let (valid, after) = rest.split_at(error.valid_up_to());
            units.extend(String::from_utf8_lossy(valid).encode_utf16());
            let Some(wrong) = error.error_len() else {
                self.begun = after.to_vec();
                return;
            };
            units.push(0xFFFD);
            rest = after.get(wrong..).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] =
        ["plain", "\u{1b}[A\r", "Gr\u{f6}\u{df}e \u{20ac}", "a\u{1f600}b\u{10ffff}"];

    #[test]
    fn screen_text_survives_every_division() {
        for text in TEXTS {
            let bytes = text.as_bytes();
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let mut decoder = ToUtf16::default();
                    let mut units = Vec::new();
                    for part in [&bytes[..first], &bytes[first..second], &bytes[second..]] {
                        decoder.push(part, &mut units);
                    }
                    assert_eq!(String::from_utf16(&units).unwrap(), text, "{first} {second}");
                }
            }
        }
    }

    #[test]
    fn keyboard_text_survives_every_division() {
        for text in TEXTS {
            let units: Vec<u16> = text.encode_utf16().collect();
            for division in 0..=units.len() {
                let mut decoder = FromUtf16::default();
                let mut bytes = Vec::new();
                decoder.push(&units[..division], &mut bytes);
                decoder.push(&units[division..], &mut bytes);
                assert_eq!(String::from_utf8(bytes).unwrap(), text, "{division}");
            }
        }
    }

    #[test]
    fn invalid_characters_become_the_replacement_character() {
        let screens: &[(&[u8], &str)] = &[
            (b"a\xFFb", "a\u{fffd}b"),
            (b"\xC3(", "\u{fffd}("),
            (b"\xE2\x82x", "\u{fffd}x"),
            (b"\xED\xA0\x80", "\u{fffd}\u{fffd}\u{fffd}"),
        ];
        for (bytes, expected) in screens {
            let mut units = Vec::new();
            ToUtf16::default().push(bytes, &mut units);
            assert_eq!(String::from_utf16(&units).unwrap(), *expected);
        }
        let keyboards: &[(&[u16], &str)] = &[
            (&[0xDC00, 0x61], "\u{fffd}a"),
            (&[0xD800, 0x61], "\u{fffd}a"),
            (&[0xD800, 0xD83D, 0xDE00], "\u{fffd}\u{1f600}"),
        ];
        for (units, expected) in keyboards {
            let mut bytes = Vec::new();
            FromUtf16::default().push(units, &mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), *expected);
        }
    }
}
