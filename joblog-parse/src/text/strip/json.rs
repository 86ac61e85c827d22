//! Undoes JSON escapes in a log that contains other programs' lines as strings: `{"log":"Username:
//! ada\\n"}`.

use std::borrow::Cow;

/// In a line with a key of JSON, replaces escaped line ends and tabs by blanks, and other escapes
/// by their characters. Quotes and backslashes stay escaped, because they show where a string ends.
pub(super) fn unescaped(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', line).is_none() || memchr::memmem::find(line, b"\":").is_none() {
        return Cow::Borrowed(line);
    }
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        out.extend_from_slice(before);
        let bytes = match escape {
            [_, b'n' | b'r' | b't' | b'b' | b'f', ..] => {
                out.push(b' ');
                2
            }
            [_, b'/', ..] => {
                out.push(b'/');
                2
            }
            [_, b'u', digits @ ..] if push_character(digits, &mut out) => 6,
            _ => {
                let kept = escape.get(..2).unwrap_or(escape);
                out.extend_from_slice(kept);
                kept.len()
            }
        };
        rest = escape.get(bytes..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// Adds the character with these four hexadecimal digits, except a quote, a backslash, half a
/// surrogate pair, or a control character other than ESC.
fn push_character(digits: &[u8], out: &mut Vec<u8>) -> bool {
    let character = digits
        .get(..4)
        .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .and_then(char::from_u32)
        .filter(|c| *c == '\u{1b}' || !(c.is_control() || matches!(c, '"' | '\\')));
    let Some(character) = character else { return false };
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_as_they_were_written() {
        for (line, expected) in [
            (r#"{"log":"Username: ada\n","t":"x"}"#, r#"{"log":"Username: ada ","t":"x"}"#),
            (
                r#"{"a":"C:\\new\\k \"x\" \u0026 \/ \u0022 \u202e \q"}"#,
                "{\"a\":\"C:\\\\new\\\\k \\\"x\\\" & / \\u0022 \u{202e} \\q\"}",
            ),
            (r"ssh -i C:\new\key u@h", r"ssh -i C:\new\key u@h"),
            (r#"{"a":"\"#, r#"{"a":"\"#),
            (r#"{"a":"\u00"#, r#"{"a":"\u00"#),
        ] {
            assert_eq!(String::from_utf8_lossy(&unescaped(line.as_bytes())), expected);
        }
    }
}
