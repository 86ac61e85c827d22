//! PuTTY's encoding of names and values in the registry.

use std::fmt::Write as _;

/// A registry value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// `REG_SZ`.
    Text(String),
    /// `REG_DWORD`.
    Number(u32),
}

impl Value {
    /// Decodes a value of the registry type `kind`; `None` for types that PuTTY does not write.
    pub(super) fn decode(kind: u32, data: &[u8]) -> Option<Self> {
        const REG_SZ: u32 = 1;
        const REG_DWORD: u32 = 4;
        match kind {
            REG_SZ => {
                let (pairs, _) = data.as_chunks::<2>();
                let units = pairs.iter().copied().map(u16::from_le_bytes);
                // A terminating zero is usual, but not guaranteed.
                let units: Vec<_> = units.take_while(|&unit| unit != 0).collect();
                Some(Self::Text(String::from_utf16_lossy(&units)))
            }
            REG_DWORD => data.first_chunk().map(|bytes| Self::Number(u32::from_le_bytes(*bytes))),
            _ => None,
        }
    }
}

/// A name as PuTTY writes it in a registry key: special bytes become `%` and two hex digits.
pub(super) fn escape(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for (at, byte) in bytes_of(name).into_iter().enumerate() {
        let plain = matches!(byte, b'!'..=b'~') && !b"\\*?%".contains(&byte);
        if plain && (byte != b'.' || at > 0) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// PuTTY stores the bytes of the system's code page; in Western Europe those are Latin-1.
fn bytes_of(name: &str) -> Vec<u8> {
    let latin: Result<Vec<_>, _> = name.chars().map(u8::try_from).collect();
    latin.unwrap_or_else(|_| name.as_bytes().to_vec())
}

/// Reverses [`escape`].
pub(super) fn unescape(escaped: &str) -> String {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.split_at_checked(2);
        match digits.and_then(|(two, more)| Some((u8::from_str_radix(two, 16).ok()?, more))) {
            Some((byte, more)) => {
                bytes.push(byte);
                rest = more;
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect())
}

/// The pairs of a map: `key=value,key=value`. A backslash takes away the meaning of the next
/// character. `None` if a pair has no key.
pub(super) fn map(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let (mut key, mut value) = (String::new(), None::<String>);
    let mut chars = text.chars().chain([',']);
    while let Some(c) = chars.next() {
        match c {
            ',' if key.is_empty() && value.is_none() => {}
            ',' if key.is_empty() => return None,
            ',' => pairs.push((std::mem::take(&mut key), value.take().unwrap_or_default())),
            '=' if value.is_none() => value = Some(String::new()),
            c => {
                let c = if c == '\\' { chars.next()? } else { c };
                value.as_mut().unwrap_or(&mut key).push(c);
            }
        }
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        for (kind, data, expected) in [
            (1, &b"h\0i\0\0\0"[..], text("hi")),
            (1, b"h\0i\0", text("hi")),
            (1, b"h\0\0\0i\0", text("h")),
            (1, b"", text("")),
            (4, &[0x16, 0, 0, 0], Some(Value::Number(22))),
            (4, &[0x16, 0], None),
            (3, &[0x16, 0, 0, 0], None),
        ] {
            assert_eq!(Value::decode(kind, data), expected, "{kind} {data:?}");
        }
    }

    #[test]
    fn names() {
        for (name, escaped) in [
            ("cluster", "cluster"),
            ("My Cluster", "My%20Cluster"),
            (".hidden.x", "%2Ehidden.x"),
            ("a*b?c%d\\e", "a%2Ab%3Fc%25d%5Ce"),
            ("caf\u{e9}", "caf%E9"),
            ("[::1]~", "[::1]~"),
        ] {
            assert_eq!(escape(name), escaped);
            assert_eq!(unescape(escaped), name);
        }
        assert_eq!(unescape("100%"), "100%");
        assert_eq!(unescape("%zz"), "%zz");
    }

    #[test]
    fn maps() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        for (text, expected) in [
            ("", vec![]),
            ("L80=a:80", vec![pair("L80", "a:80")]),
            ("L80=a:80,D1080=,", vec![pair("L80", "a:80"), pair("D1080", "")]),
            ("a\\=b=c\\,d=e", vec![pair("a=b", "c,d=e")]),
            ("D1080", vec![pair("D1080", "")]),
        ] {
            assert_eq!(map(text), Some(expected), "{text}");
        }
        assert_eq!(map("=x"), None);
    }
}
