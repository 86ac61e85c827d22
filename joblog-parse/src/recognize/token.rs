//! Splits lines into words and signs, with the kind of value that a word may be.

use std::net::Ipv6Addr;

use super::parsed_line::is_host_name;
use crate::target::{Host, User};

/// The longest IPv6 address, and a colon after it.
const V6_BYTES: usize = 40;
/// How many double colons of a line may belong to an address.
const MOST_COLONS: usize = 8;

/// A word or a sign.
#[derive(Debug)]
pub(super) struct Token<'a> {
    /// The place of its line among the lines.
    pub(super) line: usize,
    pub(super) text: &'a str,
    pub(super) kind: Kind,
}

/// What a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name that a user may have.
    Name,
    /// An address, or a name with a domain.
    Host,
    /// Only digits.
    Number,
    Other,
}

/// Adds the words and signs of a line, about so many at most.
pub(super) fn push_tokens<'a>(
    line: usize,
    text: &'a str,
    most: usize,
    tokens: &mut Vec<Token<'a>>,
) {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let (mut rest, start) = (text.trim_start_matches(is_gap), tokens.len());
    while let Some(first) = rest.chars().next()
        && tokens.len() < start + most
    {
        let length = if let Some(length) = v6_bytes(rest) {
            tokens.push(Token {
                line,
                text: rest.get(..length).unwrap_or_default(),
                kind: Kind::Host,
            });
            length
        } else {
            let run = run(rest, is_part);
            let length = run.max(first.len_utf8());
            let word = rest.get(..length).unwrap_or_default();
            let text = if run == 0 { word } else { trimmed(word) };
            if !text.is_empty() {
                tokens.push(Token { line, text, kind: kind(text) });
            }
            length
        };
        rest = rest.get(length..).unwrap_or_default().trim_start_matches(is_gap);
    }
}

/// Whether a line names a host; faster than to look for one among its words.
pub(super) fn names_host(text: &str) -> bool {
    let is_host = |word: &str| word.contains('.') && kind(trimmed(word)) == Kind::Host;
    if text.split(|c| !is_part(c) || is_unspaced(c)).any(is_host) {
        return true;
    }
    let mut places = text.match_indices("::").map(|(at, _)| at).take(MOST_COLONS);
    places.any(|at| {
        let before = text.get(..at).unwrap_or_default();
        let start = before.trim_end_matches(|c: char| c.is_ascii_hexdigit() || c == ':').len();
        let is_start = !before.get(..start).is_some_and(|it| it.ends_with(char::is_alphanumeric));
        is_start && text.get(start..).and_then(v6_bytes).is_some()
    })
}

/// A word without the signs around it.
fn trimmed(word: &str) -> &str {
    word.trim_matches(['.', '+', '-'])
}

/// How many bytes of the start of a text are of one word: characters of words, and either all of
/// a script without spaces or none, because `请登录node7.example.org` has two words.
pub(super) fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    let is_first_unspaced = text.starts_with(is_unspaced);
    let end = text.find(|c| !is_part(c) || is_unspaced(c) != is_first_unspaced);
    end.unwrap_or(text.len())
}

/// Whether it is a Chinese, Japanese or Korean character (Han, Kana or Hangul), whose words are
/// not, or not always, between spaces.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-')
}

/// How long the IPv6 address is with which a text begins.
fn v6_bytes(text: &str) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == ':';
    let end = text.char_indices().take(V6_BYTES + 1).find(|(_, c)| !is_part(*c));
    let run = text.get(..end.map_or(text.len().min(V6_BYTES + 1), |(at, _)| at))?;
    let run = if run.ends_with("::") { run } else { run.trim_end_matches(':') };
    let is_address = run.contains("::") || run.matches(':').count() == 7;
    // `std::fmt` and `a::b` are none.
    let is_whole = !text.get(run.len()..)?.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
    (is_address && is_whole && has_digit && run.parse::<Ipv6Addr>().is_ok()).then_some(run.len())
}

fn kind(word: &str) -> Kind {
    let is_v4 = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        Kind::Number
    } else if is_v4(word) && word.parse::<Host>().is_ok() || is_host_name(word) {
        Kind::Host
    } else if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !word.contains('+')
        && word.parse::<User>().is_ok()
    {
        Kind::Name
    } else {
        Kind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_a_host() {
        for (line, expected) in [
            ("step 0.123 done", false),
            ("see results.csv.", false),
            ("node a.example.org.", true),
            ("[203.0.113.7]", true),
            ("at 12:30:05", false),
            ("std::fmt::Write", false),
            ("(2001:db8::7)", true),
        ] {
            assert_eq!(names_host(line), expected, "{line}");
        }
    }

    #[test]
    fn words_without_spaces_end_where_the_script_does() {
        let mut tokens = Vec::new();
        push_tokens(0, "请用ada登录node7.example.org。", 40, &mut tokens);
        let texts: Vec<_> = tokens.iter().map(|token| token.text).collect();
        assert_eq!(texts, ["请用", "ada", "登录", "node7.example.org", "。"]);
        assert!(names_host("请登录203.0.113.7"));
    }

    #[test]
    fn words_have_kinds() {
        let mut tokens = Vec::new();
        push_tokens(
            0,
            "Log in: ada@203.0.113.7, port 2222 ([2001:db8::7] a.example.org) é.",
            40,
            &mut tokens,
        );
        let kinds: Vec<_> = tokens.iter().map(|token| (token.text, token.kind)).collect();
        let (name, host, other) = (Kind::Name, Kind::Host, Kind::Other);
        assert_eq!(
            kinds,
            [
                ("Log", name),
                ("in", name),
                (":", other),
                ("ada", name),
                ("@", other),
                ("203.0.113.7", host),
                (",", other),
                ("port", name),
                ("2222", Kind::Number),
                ("(", other),
                ("[", other),
                ("2001:db8::7", host),
                ("]", other),
                ("a.example.org", host),
                (")", other),
                ("é", other),
            ]
        );
    }
}
