//! The phrases of a line: its words in pairs, those near the names of a login, and what these names
//! themselves say. They tell what words alone do not: `log in to <host>` from `<host> logged in`.

use super::names::{HOST, Names, USER};
use super::split::{DOMAIN, NAME, NUMBER};
use super::{LINE_WORDS, split};
use crate::recognize::token::{Kind, Token, push_tokens};
use crate::target::{Host, Target};

/// Stands for an address that is not of the login.
const ADDRESS: &str = "<address>";
/// Stands for both ends of a line.
const END: &str = "|";
/// Between two words with another one between them.
const SKIP: &str = " _ ";
/// Between two words with signs and values between them, if any.
const NEXT_WORD: &str = " + ";
/// Between a name of the login and a word near it.
const NEAR: &str = " ~ ";
/// How many words before a name are near it, and how many after it.
const NEAR_BEFORE: usize = 4;
const NEAR_AFTER: usize = 3;
/// How many labels of a host's name are its domain, which says nothing.
const DOMAIN_LABELS: usize = 2;

/// Whether it is a phrase, not a word.
pub(super) fn is_phrase(name: &str) -> bool {
    name.contains(' ') || name.split_once('=').is_some_and(|(before, _)| !before.is_empty())
}

/// A word or a phrase as a person reads it; `None` if it has signs or the values of others in it.
pub(super) fn shown(name: &str) -> Option<String> {
    let is_shown = |part: &str| split::is_word(part) || [HOST, USER].contains(&part);
    let separators = [SKIP, NEAR, NEXT_WORD].map(str::trim);
    let parts = || name.split(' ').filter(|part| !separators.contains(part));
    let gap = if name.contains(SKIP) || name.contains(NEAR) { " … " } else { " " };
    parts().all(is_shown).then(|| parts().collect::<Vec<_>>().join(gap))
}

/// Calls with each phrase of a line in lower case.
pub(super) fn each(line: &str, names: &Names, mut call: impl FnMut(&str)) {
    let mut tokens = Vec::new();
    push_tokens(0, line, LINE_WORDS, &mut tokens);
    if tokens.is_empty() {
        return;
    }
    let mut words = vec![END];
    for token in &tokens {
        push_words(token, names, &mut words);
    }
    words.push(END);
    let mut phrase = String::new();
    let mut say = |first: &str, between: &str, second: &str| {
        phrase.clear();
        phrase.push_str(first);
        phrase.push_str(between);
        phrase.push_str(second);
        call(&phrase);
    };
    for (at, word) in words.iter().enumerate() {
        let after = words.get(at + 1..).unwrap_or_default();
        if let Some(next) = after.first() {
            say(word, " ", next);
        }
        if let Some(second) = after.get(1) {
            say(word, SKIP, second);
        }
        if split::is_word(word)
            && let Some(next) = after.iter().find(|next| split::is_word(next))
        {
            say(word, NEXT_WORD, next);
        }
        if [HOST, USER].contains(word) {
            let before = words.get(at.saturating_sub(NEAR_BEFORE)..at).unwrap_or_default();
            for near in before {
                say(near, NEAR, word);
            }
            for near in after.iter().take(NEAR_AFTER) {
                say(word, NEAR, near);
            }
        }
    }
}

/// Calls with what the names of a login say: `root` and `login` other than `postgres` and `db`.
pub(super) fn each_of_names(target: &Target, mut call: impl FnMut(&str)) {
    call(&format!("user={}", target.user.as_str().to_lowercase()));
    if let Some(port) = target.port {
        call(&format!("port={port}"));
    }
    let Host::Name(name) = &target.host else { return call("host=<address>") };
    call("host=<domain>");
    let name = name.to_lowercase();
    let labels: Vec<_> = name.split('.').collect();
    for label in labels.iter().take(labels.len().saturating_sub(DOMAIN_LABELS).max(1)) {
        for word in label.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
            call(&format!("host={word}"));
        }
    }
}

/// Adds a token's words, or what stands for it.
fn push_words<'a>(token: &Token<'a>, names: &Names, words: &mut Vec<&'a str>) {
    let text = token.text;
    if text == names.host {
        return words.push(HOST);
    }
    if text == names.user {
        return words.push(USER);
    }
    match token.kind {
        Kind::Host if text.contains(':') || !text.contains(char::is_alphabetic) => {
            words.push(ADDRESS);
        }
        Kind::Host => words.push(DOMAIN),
        Kind::Number => words.push(NUMBER),
        _ if text.contains(|c: char| c.is_ascii_digit()) => words.push(NAME),
        _ if text.contains(char::is_alphabetic) => {
            words.extend(text.split(['_', '+', '-', '.']).filter(|piece| !piece.is_empty()));
        }
        _ => words.push(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(line: &str) -> Vec<String> {
        let mut phrases = Vec::new();
        let target = "ada@a.example.org:2222".parse().unwrap();
        each(line, &Names::of(&target), |phrase| phrases.push(phrase.to_owned()));
        phrases
    }

    #[test]
    fn words_are_paired_with_those_after_them() {
        assert_eq!(
            phrases("node_up: go"),
            [
                "| node",
                "| _ up",
                "node up",
                "node _ :",
                "node + up",
                "up :",
                "up _ go",
                "up + go",
                ": go",
                ": _ |",
                "go |"
            ]
        );
        assert!(phrases("  ").is_empty());
    }

    #[test]
    fn names_of_the_login_and_values_are_kinds() {
        let phrases = phrases("join ada@a.example.org (203.0.113.7, b.example.org, 17, n17) now");
        for expected in [
            "<user> @",
            "<user> _ <host>",
            "join ~ <host>",
            "<host> ~ <address>",
            "<domain> ,",
            "<number> ,",
            "<name> )",
            "join + now",
        ] {
            assert!(phrases.iter().any(|phrase| phrase == expected), "{expected}: {phrases:?}");
        }
    }

    #[test]
    fn phrases_are_shown_as_a_person_reads_them() {
        for (name, expected) in [
            ("ready", Some("ready")),
            ("log in", Some("log in")),
            ("log + in", Some("log in")),
            ("join _ <host>", Some("join … <host>")),
            ("host=login", Some("host=login")),
            ("| log", None),
            ("logge…", None),
            ("in <number>", None),
        ] {
            assert_eq!(shown(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn names_say_something_but_the_domain_does_not() {
        let said = |target: &str| {
            let mut said = Vec::new();
            each_of_names(&target.parse().unwrap(), |phrase| said.push(phrase.to_owned()));
            said.join(" ")
        };
        let expected = "user=root port=2222 host=<domain> host=login host=gpu";
        assert_eq!(said("root@login2-gpu.site.example:2222"), expected);
        assert_eq!(said("root@203.0.113.7"), "user=root host=<address>");
    }
}
