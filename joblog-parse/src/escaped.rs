//! Text from outside, made safe to show: every message that quotes a log uses this type.

use std::fmt;

use crate::defaults::SHOWN_CHARS;
use crate::secret;

/// Text from outside, escaped (controls, quotes, bidirectional marks) and shortened to one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Escaped(String);

impl Escaped {
    /// Escapes `text` like [`contract::shown`], hides the secrets in its addresses and keeps the
    /// first 120 characters.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = &*secret::hidden(text);
        // Most texts contain only printable ASCII, which needs no escaping.
        if text.len() <= SHOWN_CHARS && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Self(text.to_owned());
        }
        Self(contract::escape::excerpt(text, SHOWN_CHARS))
    }

    /// The escaped text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Escaped {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Escaped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_bidirectional_marks_are_defused() {
        assert_eq!(Escaped::new("a\x1b[2J\u{202e}b").as_str(), "a\\u{1b}[2J\\u{202e}b");
    }

    #[test]
    fn long_text_is_cut() {
        let shown = Escaped::new(&"x".repeat(5000));
        assert_eq!(shown.as_str(), format!("{}…", "x".repeat(120)));
    }
}
