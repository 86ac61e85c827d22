//! JSON as every tool writes it: one object per line, ASCII only.

use std::fmt::Write as _;

use serde::Serialize;

/// One object and a line feed. Characters beyond ASCII become `\u` escapes, which survive every
/// code page.
#[must_use]
pub fn line(object: &impl Serialize) -> String {
    // The serialized types have string keys and no field whose serialization can fail.
    let json = serde_json::to_string(object).unwrap_or_default();
    let mut line = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            line.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(line, "\\u{unit:04x}");
            }
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_ascii_everything_is_escaped() {
        assert_eq!(line(&"Jos\u{e9} \u{1f511}\n"), "\"Jos\\u00e9 \\ud83d\\udd11\\n\"\n");
    }
}
