//! Splits a line into the words that have weights: its words in lower case and its signs. A value
//! is data, and only its kind is a word. Where words have no spaces between them, each two
//! characters are one.

use crate::recognize::token;

/// The kinds of values.
pub(super) const NUMBER: &str = "<number>";
pub(super) const NAME: &str = "<name>";
pub(super) const DOMAIN: &str = "<domain>";
const LOGIN: &str = "<login>";

/// How many letters the stem of a longer word has, and the sign after it.
const STEM_CHARS: usize = 5;
const STEM: char = '…';

/// Whether a word stands for all that begin so.
pub(super) fn is_stem(word: &str) -> bool {
    word.ends_with(STEM)
}

/// Whether it is a word, not a sign, the kind of a value or a stem.
pub(super) fn is_word(word: &str) -> bool {
    !word.starts_with('<') && word.contains(char::is_alphabetic) && !is_stem(word)
}

/// The words of a text in order with their stems, about this many at most.
pub(super) fn words(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next()
        && words.len() < most
    {
        let run = token::run(rest, is_part);
        let length = run.max(first.len_utf8());
        let (part, after) = rest.split_at_checked(length).unwrap_or_default();
        if run == 0 {
            words.push(part.to_owned());
        } else {
            push_words(part.trim_matches(['.', '+', '-']), &mut words);
        }
        rest = after.trim_start();
    }
    words
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '+' | '-')
}

/// Adds the kind of a value, or the words of a compound such as `masterPublic_ip`.
fn push_words(part: &str, words: &mut Vec<String>) {
    if part.starts_with(token::is_unspaced) {
        let starts = part.char_indices().map(|(at, _)| at);
        let ends = part.char_indices().map(|(at, c)| at + c.len_utf8());
        let pairs = starts.zip(ends.skip(1)).filter_map(|(start, end)| part.get(start..end));
        let before = words.len();
        words.extend(pairs.map(str::to_owned));
        if words.len() == before {
            words.push(part.to_owned());
        }
    } else if part.is_empty() {
    } else if part.contains('@') {
        words.push(LOGIN.to_owned());
    } else if part.chars().all(|c| c.is_ascii_digit() || c == '.') {
        words.push(NUMBER.to_owned());
    } else if part.contains(|c: char| c.is_ascii_digit()) {
        words.push(NAME.to_owned());
    } else if part.contains('.') {
        words.push(DOMAIN.to_owned());
    } else {
        let pieces = part.split(['_', '+', '-']).flat_map(humps);
        for piece in pieces.filter(|piece| !piece.is_empty()) {
            let word = piece.to_lowercase();
            let stem = word.char_indices().nth(STEM_CHARS).and_then(|(end, _)| word.get(..end));
            words.extend(stem.map(|stem| format!("{stem}{STEM}")));
            words.push(word);
        }
    }
}

/// The words of `masterPublicIp`.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut before = false;
    let mut starts = vec![0];
    for (at, c) in word.char_indices() {
        if before && c.is_uppercase() {
            starts.push(at);
        }
        before = c.is_lowercase();
    }
    let mut ends = starts.clone().into_iter().skip(1).chain([word.len()]).collect::<Vec<_>>();
    ends.reverse();
    starts.into_iter().filter_map(move |start| word.get(start..ends.pop()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_lower_case_and_values_are_kinds() {
        let split = |text: &str| words(text, 20).join(" ");
        assert_eq!(split("Log in as ada@a.example:"), "log in as <login> :");
        assert_eq!(
            split("  masterPublic_ip=203.0.113.7,"),
            "maste… master publi… public ip = <number> ,"
        );
        assert_eq!(split("node07 (hpc.example)."), "<name> ( <domain> )");
        assert_eq!(split("→ Öffnen! ..."), "→ öffne… öffnen !");
        assert_eq!(split("请用ada登录了。"), "请用 ada 登录 录了 。");
    }

    #[test]
    fn a_line_has_only_so_many_words() {
        assert_eq!(words(&"a, ".repeat(9), 5).len(), 5);
    }
}
