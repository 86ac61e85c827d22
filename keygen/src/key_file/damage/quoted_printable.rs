//! Quoted-printable (RFC 2045 §6.7), as in mail that was not decoded.

use zeroize::Zeroizing;

/// Decodes a text; `None` if nothing in it is quoted.
pub(super) fn decoded(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // A key has `=` only at its end, so these sequences show that the text is quoted.
    let is_quoted = text.windows(3).any(|it| matches!(it, b"=3D" | b"=2B" | b"=2D" | b"=2F"));
    let is_folded = text.windows(3).filter(|it| is_soft_break(it)).count() > 1;
    if !is_quoted && !is_folded {
        return None;
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'=' {
            plain.push(*first);
            continue;
        }
        match tail {
            [b'\n', after @ ..] | [b'\r', b'\n', after @ ..] => rest = after,
            [high, low, after @ ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    plain.push(high << 4 | low);
                    rest = after;
                }
                _ => plain.push(b'='),
            },
            _ => plain.push(b'='),
        }
    }
    Some(plain)
}

/// Whether an `=` at the end of a line joins it with the next: after a key's own `=`, the next line
/// is END.
fn is_soft_break(three: &[u8]) -> bool {
    matches!(three, [b'=', b'\n', next] if *next != b'-' && !next.is_ascii_whitespace())
        || three == b"=\r\n"
}

/// A hexadecimal digit; mail uses capitals.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_decoded_and_nothing_else() {
        for (text, expected) in [
            ("Aw=3D=3D\n", "Aw==\n"),
            ("a=\nb=\nc=2B", "abc+"),
            ("a=3D\r\nb=\r\nc", "a=\r\nbc"),
            ("=3Dx=", "=x="),
        ] {
            let decoded = decoded(text.as_bytes()).expect(text);
            assert_eq!(decoded.as_slice(), expected.as_bytes(), "{text}");
        }
        for text in ["Aw==\n-----END", "Aw==", "", "=3d"] {
            assert!(decoded(text.as_bytes()).is_none(), "{text}");
        }
    }
}
