//! Whether a word looks like the name of an account.

use crate::recognize::cue::Cue;
use crate::recognize::parsed_line::{Kind, ParsedLine, Signs};
use crate::target::Host;

/// The shape of a word as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// Not a name: a word of the vocabulary, a number, a placeholder.
    None,
    /// Letters only, like most words.
    Plain,
    /// With digits or underscores, or a well-known account.
    Account,
}

/// The shape of the word.
pub(super) fn of(line: &ParsedLine<'_>, at: usize) -> Shape {
    let Some(token) = line.tokens.get(at) else { return Shape::None };
    // `jane.doe` may be a name, just as `example.org` may.
    if !matches!(token.what, Kind::Word | Kind::Host(Host::Name(_), None)) {
        return Shape::None;
    }
    let cues = line.cues(at);
    if cues == [Cue::Known] {
        return if is_person(line, at) { Shape::None } else { Shape::Account };
    }
    let word = token.text;
    // Names of accounts are in ASCII, words of a language need not be.
    if !word.is_ascii() {
        return Shape::None;
    }
    // `ssh-keyscan` is a program.
    if word.starts_with("ssh-") {
        return Shape::None;
    }
    // `self.client.connect(…)` is code.
    if word.matches('.').count() > 1 || line.text.get(token.span.end..).is_some_and(is_call) {
        return Shape::None;
    }
    let is_placeholder = is_placeholder(word)
        || (token.is_known && (cues.len() < 2 || says_name(cues)) && !is_numbered_user(word, cues));
    // `ssh_user - 'ada'` names a setting.
    let behind = line.gap_behind(at);
    let is_setting = !cues.is_empty()
        && word.contains('_')
        && !token.gap.has(Signs::SIGN)
        && (behind.has(Signs::SIGN) || behind.has(Signs::DASH));
    // `controller_ip` names the kind of a value.
    let is_label = word.contains('_') && matches!(cues.last(), Some(Cue::Host | Cue::Port));
    if is_placeholder || is_setting || is_label || is_number(word) {
        return Shape::None;
    }
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let has_joint = word.contains('_') || (word.contains('-') && has_digit);
    let begins_low = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let is_dotted = word.contains('.');
    if (has_digit && begins_low || has_joint) && !is_dotted && !is_technical(word) {
        return Shape::Account;
    }
    Shape::Plain
}

/// `user_9931`, `hpcuser07`
pub(super) fn is_numbered_user(word: &str, cues: &[Cue]) -> bool {
    word.ends_with(|c: char| c.is_ascii_digit())
        && cues.iter().all(|cue| matches!(cue, Cue::User | Cue::Account))
}

/// Whether an article makes the word a person: `ask your admin`, but not `the root account`.
fn is_person(line: &ParsedLine<'_>, at: usize) -> bool {
    const ARTICLES: [&str; 6] = ["the", "an", "a", "our", "your", "their"];
    let nouns = [Cue::User, Cue::UserName, Cue::Account, Cue::Login];
    let before = at.checked_sub(1).and_then(|before| line.tokens.get(before));
    before.is_some_and(|token| ARTICLES.iter().any(|it| token.text.eq_ignore_ascii_case(it)))
        && line.tokens.get(at).is_some_and(|token| token.gap == Signs::BLANK)
        && !line.has_any(at + 1, &nouns)
}

/// How far into a function's arguments a comma is looked for.
const CALL_CHARS: usize = 80;

/// Whether arguments of a function follow a word: `connect(host, **options)`, `close()`.
fn is_call(behind: &str) -> bool {
    behind.strip_prefix('(').is_some_and(|arguments| {
        arguments.starts_with([')', '*', '\'', '"'])
            || arguments
                .chars()
                .take(CALL_CHARS)
                .take_while(|c| *c != ')')
                .any(|c| matches!(c, ',' | '='))
    })
}

/// Whether a word of the vocabulary may be a name because a sign precedes it: `user: build`.
pub(super) fn may_be_name(line: &ParsedLine<'_>, at: usize) -> bool {
    let is_thing = |cue: &Cue| {
        matches!(
            cue,
            Cue::Foreign
                | Cue::Other
                | Cue::Action
                | Cue::Version
                | Cue::Machine
                | Cue::Main
                | Cue::Job
                | Cue::Cluster
                | Cue::Compute
                | Cue::Known
        )
    };
    let cues = line.cues(at);
    let word = line.tokens.get(at).map_or("", |token| token.text);
    !cues.is_empty()
        && cues.iter().all(is_thing)
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
}

/// Whether a word that is a small word in one of the languages may be a name
/// because it is the whole value of a key: `user=pam`, `user: una`.
pub(super) fn may_be_any_name(line: &ParsedLine<'_>, at: usize) -> bool {
    let cues = line.cues(at);
    let word = line.tokens.get(at).map_or("", |token| token.text);
    let is_small =
        |cue: &Cue| matches!(cue, Cue::Function | Cue::At | Cue::Of | Cue::With | Cue::As);
    word.len() > 2
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && (matches!(cues, [cue] if is_small(cue)) || word == "pam")
        && !["the", "this", "that", "not", "here", "see", "below", "above"].contains(&word)
}

/// `your_username`, `user_name`: the words describe the value.
fn says_name(cues: &[Cue]) -> bool {
    let is_noun = |cue: &Cue| {
        matches!(cue, Cue::User | Cue::UserName | Cue::Account | Cue::Login | Cue::Name | Cue::Id)
    };
    cues.iter().all(is_noun)
        || cues.iter().any(|cue| matches!(cue, Cue::Your | Cue::Example | Cue::Function))
}

/// `USERNAME`, `<name>`, `xxx`: words in capitals are placeholders.
fn is_placeholder(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_capital = !word.bytes().any(|byte| byte.is_ascii_lowercase()) && word.is_ascii();
    let is_told = || {
        let word = word.to_ascii_lowercase();
        ["your", "changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me"]
            .iter()
            .any(|it| word.contains(it))
    };
    (is_capital && letters > 1 && !word.bytes().any(|byte| byte.is_ascii_digit()))
        || is_told()
        || word.len() < 2 && !word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Times, versions, sizes: `0m1.2s`, `2026-09-14T07`, `10.2`.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    word.starts_with(|c: char| c.is_ascii_digit())
        && (letters <= 1
            || digits > letters && word.contains([':', '.', '-']) && !word.contains('_'))
        || letters == 0
        || word.contains(':')
}

/// Names of things that have digits: `x86_64`, `v2.1`, `i-0abc`, `job-17`, `id_rsa`.
fn is_technical(word: &str) -> bool {
    const BEGINNINGS: [&str; 20] = [
        "x86",
        "amd64",
        "arm64",
        "i-0",
        "id_",
        "sha",
        "md5",
        "ipv",
        "job-",
        "job_",
        "node",
        "http",
        "utf",
        "cuda",
        "gpu",
        "cpu",
        "eth",
        "tty",
        "vm-",
        "instance-",
    ];
    let lower = word.to_ascii_lowercase();
    BEGINNINGS.iter().any(|it| lower.starts_with(it))
        || lower
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
