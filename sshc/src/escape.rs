//! Text from a server on its way to the user's terminal, with nothing in it that a terminal obeys.

use std::borrow::Cow;

/// One line, whatever is in it: control characters and what changes direction are escaped.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_plain(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_debug());
        }
    }
    Cow::Owned(shown)
}

/// Several lines; line ends stay, everything else is as for [`line`].
pub(crate) fn lines(text: &str) -> String {
    let mut shown: String = text.lines().flat_map(|row| [line(row), Cow::Borrowed("\n")]).collect();
    if !text.ends_with('\n') {
        shown.pop();
    }
    shown
}

/// Quotes and backslashes are left alone, unlike in `escape_debug` as a whole.
fn is_plain(character: char) -> bool {
    matches!(character, '"' | '\'' | '\\') || character.escape_debug().len() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown_instead() {
        for (text, shown) in [
            ("Password: ", "Password: "),
            ("it's \"fine\" \\o/", "it's \"fine\" \\o/"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\rb", "a\\rb"),
            ("user\u{202e}txt", "user\\u{202e}txt"),
            ("grüße", "grüße"),
        ] {
            assert_eq!(line(text), shown);
        }
        assert_eq!(lines("Welcome\r\n\u{7}ring\nlast"), "Welcome\n\\u{7}ring\nlast");
    }
}
