//! Splits a command line into words as a shell would, for text that never reaches a shell.

use std::borrow::Cow;
use std::ops::Range;

use super::spelling;

/// A word without its quotes, and its span.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// Splits a command line into words. Blanks separate words, and `'…'` and `"…"` keep them together.
/// A backslash escapes a blank, a quote or a backslash; before anything else it is part of a
/// Windows path. `;`, `|`, `&`, `<` and `>` end the command.
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
    /// A quote was opened and never closed.
    pub(super) is_open: bool,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, is_open: false }
    }

    /// Where the next word would begin.
    pub(super) fn position(&self) -> usize {
        self.at
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + (rest.len() - rest.trim_start().len());
        let mut chars = self.text.get(start..)?.char_indices().peekable();
        let mut word = String::new();
        let mut quote = None;
        let mut end = self.text.len();
        let mut is_quoted = false;
        while let Some((index, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            match (quote, c) {
                (Some(open), _) if c == open => quote = None,
                (None, '"' | '\'') => {
                    quote = Some(c);
                    is_quoted = true;
                }
                (None | Some('"'), '\\') if next.is_some_and(is_escapable) => {
                    word.extend(chars.next().map(|(_, next)| next));
                }
                (None, _) if c.is_whitespace() || matches!(c, ';' | '|' | '&' | '<' | '>') => {
                    end = start + index;
                    break;
                }
                _ => word.push(c),
            }
        }
        self.is_open = quote.is_some();
        self.at = end;
        let is_word = !word.is_empty() || is_quoted;
        (is_word && !self.is_open).then_some(Word { text: word, span: start..end })
    }
}

fn is_escapable(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '\\')
}

/// Longer than any command line that a log announces.
pub(super) const COMMAND_BYTES: usize = 4096;
/// The furthest that a quotation may begin before a command in it.
const QUOTED_BYTES: usize = 1024;

/// The arguments of the command whose first word begins at `start` and ends at `arguments`, and
/// where the command ends: at the end of its quotation (`"Log in with ssh …"`), or of the line.
pub(super) fn arguments(text: &str, start: usize, arguments: usize) -> (Cow<'_, str>, usize, bool) {
    let rest = spelling::head(text.get(arguments..).unwrap_or_default(), COMMAND_BYTES);
    let before = spelling::tail(text.get(..start).unwrap_or_default(), QUOTED_BYTES);
    // The word may be a path; then the quote stands before the whole path.
    let path = before.trim_end_matches(|c: char| !c.is_whitespace() && !is_quote(c));
    if let Some(bytes) = typographic_end(path, rest) {
        let inner = rest.get(..bytes).unwrap_or_default();
        return (Cow::Borrowed(inner), arguments + bytes, true);
    }
    let until = text.get(..arguments).map(|text| spelling::tail(text, QUOTED_BYTES));
    match until.and_then(open_quote) {
        Some(Quote::Escaped) if let Some(bytes) = rest.find("\\\"") => {
            let inner = rest.get(..bytes).unwrap_or_default();
            (Cow::Borrowed(inner), arguments + bytes + 2, true)
        }
        Some(Quote::Plain(quote)) if path.ends_with(quote) || rest.contains(quote) => {
            let (inner, bytes) = quoted(rest, quote);
            (inner, arguments + bytes, true)
        }
        _ => (Cow::Borrowed(rest), arguments + rest.len(), false),
    }
}

/// Where the quotation ends that opens with a typographic quote just before a command. Which quotes
/// pair depends on the language: `„…“`, `“…”`, `«…»`, `»…«`.
fn typographic_end(before: &str, rest: &str) -> Option<usize> {
    const PAIRS: [(char, &str); 9] = [
        ('„', "“”"),
        ('“', "”“"),
        ('‚', "‘’"),
        ('‘', "’‘"),
        ('«', "»"),
        ('»', "«»"),
        ('‹', "›"),
        ('「', "」"),
        ('『', "』"),
    ];
    let opening = before.chars().next_back()?;
    let (_, closing) = PAIRS.iter().find(|(open, _)| *open == opening)?;
    rest.find(|c| closing.contains(c))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Plain(char),
    /// `\"`, as in JSON within JSON.
    Escaped,
}

/// The quote that is open at the end of the text. A quote after a letter or digit opens nothing:
/// `it's`, `12"`.
fn open_quote(text: &str) -> Option<Quote> {
    // Most lines have no quote, but a line may name many programs.
    memchr::memchr3(b'"', b'\'', b'`', text.as_bytes())?;
    let mut open = None;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (open, c) {
            (None, '\\') if chars.next_if_eq(&'"').is_some() => open = Some(Quote::Escaped),
            (Some(Quote::Escaped), '\\') if chars.next_if_eq(&'"').is_some() => open = None,
            (Some(Quote::Plain('"')), '\\') => {
                chars.next();
            }
            (Some(Quote::Plain(quote)), _) if c == quote => open = None,
            (None, _) if is_quote(c) && !before.is_alphanumeric() => open = Some(Quote::Plain(c)),
            _ => {}
        }
        before = c;
    }
    open
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// The text between a quote and its end, with the escapes of that quote undone (`\"` in JSON and
/// shells), and its length including the end. Without an end, the rest.
pub(super) fn quoted(text: &str, quote: char) -> (Cow<'_, str>, usize) {
    let mut has_escape = false;
    let mut chars = text.char_indices();
    let mut end = (text.len(), text.len());
    while let Some((index, c)) = chars.next() {
        if c == quote {
            end = (index, index + c.len_utf8());
            break;
        }
        if c == '\\' && quote == '"' {
            has_escape = true;
            chars.next();
        }
    }
    let inner = text.get(..end.0).unwrap_or_default();
    let inner = if has_escape {
        Cow::Owned(inner.replace("\\\"", "\"").replace("\\\\", "\\"))
    } else {
        Cow::Borrowed(inner)
    };
    (inner, end.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_shells_do() {
        for (line, words) in [
            ("ssh -i \"/k/a b.pem\" u@h", vec!["ssh", "-i", "/k/a b.pem", "u@h"]),
            ("-o'User ada' a\\ b", vec!["-oUser ada", "a b"]),
            (r"-i C:\keys\id.ppk u@h", vec!["-i", r"C:\keys\id.ppk", "u@h"]),
            ("u@h; id", vec!["u@h"]),
            ("u@h</code>", vec!["u@h"]),
            ("'' x", vec!["", "x"]),
            ("a \"b", vec!["a"]),
            ("  ", vec![]),
        ] {
            let split = Words::new(line).map(|word| word.text).collect::<Vec<_>>();
            assert_eq!(split, words, "{line}");
        }
    }

    #[test]
    fn a_command_ends_with_its_quotation() {
        for (text, expected) in [
            (r#"{"log":"Connect: ssh u@h","n":1}"#, " u@h"),
            (r#"{\"log\":\"Connect: ssh u@h\",\"n\":1}"#, " u@h"),
            ("run 'cd /x && ssh u@h' now", " u@h"),
            ("it's 12\" wide: ssh u@h \"x", " u@h \"x"),
            ("'ssh u@h", " u@h"),
            ("a 'b ssh u@h", " u@h"),
        ] {
            let start = text.find("ssh").unwrap();
            assert_eq!(arguments(text, start, start + 3).0, expected, "{text}");
        }
    }

    #[test]
    fn a_quote_ends_at_its_like() {
        assert_eq!(quoted(r#"ssh -i \"a b\" u@h", x"#, '"'), ("ssh -i \"a b\" u@h".into(), 19));
        assert_eq!(quoted("ssh u@h` x", '`'), ("ssh u@h".into(), 8));
        assert_eq!(quoted("never", '"'), ("never".into(), 5));
    }
}
