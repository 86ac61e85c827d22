//! Shows bytes from outside to a person: names, comments, banners, paths, lines of a log.
//!
//! Characters that a terminal would obey (ESC, CR, the C1 controls) and characters that reorder or
//! hide text (bidi overrides, zero-width characters) are written as `\u{…}`. A backslash stays a
//! single backslash, because most backslashes are part of a Windows path. Escaping twice gives the
//! same result as escaping once.

use std::ffi::OsStr;

/// Characters that `escape_debug` escapes for Rust source, which a message does not need.
const LITERAL: [char; 3] = ['"', '\'', '\\'];

/// Text or a path from outside, as one line that is safe to show. Bytes that are not UTF-8 become
/// U+FFFD.
#[must_use]
pub fn shown(text: impl AsRef<OsStr>) -> String {
    let text = text.as_ref().to_string_lossy();
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(LITERAL) {
        let (plain, literal) = part.split_at(part.len() - usize::from(part.ends_with(LITERAL)));
        shown.extend(plain.escape_debug());
        shown.push_str(literal);
    }
    shown
}

/// Several lines, such as a server's banner: line ends stay (as LF), everything else as in
/// [`shown`].
#[must_use]
pub fn lines(text: &str) -> String {
    let mut lines: String = text.lines().flat_map(|line| [shown(line), "\n".to_owned()]).collect();
    if !text.ends_with('\n') {
        lines.pop();
    }
    lines
}

/// The first `most` characters of a text as in [`shown`], with `…` in place of the rest.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => shown(text.get(..end).unwrap_or(text)) + "…",
        None => shown(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_spelled_out() {
        for (text, expected) in [
            ("Password: ", "Password: "),
            ("it's \"fine\" \\o/", "it's \"fine\" \\o/"),
            ("C:\\Users\\ada\\new\\id.ppk", "C:\\Users\\ada\\new\\id.ppk"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\rb\tc\nd\0", "a\\rb\\tc\\nd\\0"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("user\u{202e}txt", "user\\u{202e}txt"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("grüße \u{1f600} e\u{301}", "grüße \u{1f600} e\u{301}"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn banners_keep_their_lines() {
        assert_eq!(lines("Welcome\r\n\u{7}ring\nlast"), "Welcome\n\\u{7}ring\nlast");
        assert_eq!(lines("one\n"), "one\n");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(excerpt("äöü", 3), "äöü");
        assert_eq!(excerpt("äöü", 2), "äö…");
        assert_eq!(excerpt("\u{1b}\u{1b}", 1), "\\u{1b}…");
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_is_left(text in any::<String>()) {
            let once = shown(&text);
            let is_obeyed = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
            prop_assert!(!once.contains(is_obeyed));
            prop_assert_eq!(shown(&once), once);
        }
    }
}
