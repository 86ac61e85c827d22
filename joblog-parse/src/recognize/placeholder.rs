//! Names that a reader must replace, and what a log says about replacing them.

use super::command_line::Outcome;
use super::cue::{self, Cue};
use super::spelling;

/// How names begin that a reader must replace.
const PLACEHOLDERS: [&str; 14] = [
    "myuser",
    "myname",
    "my_name",
    "your-",
    "your_",
    "yourname",
    "youruser",
    "yourhost",
    "the-host",
    "the-server",
    "the-address",
    "the-cluster",
    "my-user",
    "username",
];

/// Whether it is like `USER@HOST` or `your-name@the-host`: such words are placeholders.
pub(super) fn is_placeholder(outcome: &Outcome) -> bool {
    let Outcome::Target(target) = outcome else { return false };
    let is_capital = |text: &str| text.len() > 1 && text.bytes().all(|it| it.is_ascii_uppercase());
    let host = target.host.to_string();
    let is_yours = |text: &str| {
        let text = text.to_ascii_lowercase();
        PLACEHOLDERS.iter().any(|it| text.starts_with(it))
    };
    if is_yours(target.user.as_str()) || !target.host.is_address() && is_yours(&host) {
        return true;
    }
    // `benutzer@rechner.example.com`
    let names_kind = |text: &str, kinds: &[Cue]| {
        cue::of_word(&spelling::folded(text)).is_some_and(|cue| kinds.contains(&cue))
    };
    let first = host.split('.').next().unwrap_or_default();
    if !target.host.is_address()
        && names_kind(target.user.as_str(), &[Cue::User, Cue::UserName, Cue::Name])
        && names_kind(first, &[Cue::Machine, Cue::Host])
    {
        return true;
    }
    is_capital(target.user.as_str())
        && host.bytes().all(|it| !it.is_ascii_lowercase())
        && !target.host.is_address()
}

/// The words of a line that asks the reader to replace some of them: `replace "user" by your name`.
pub(super) fn replaced(text: &str) -> Option<Vec<&str>> {
    const VERBS: [&str; 9] = [
        "eplace ", "ersetze", "emplace", "ustitu", "eemplac", "ostitu", "ervang", "astąp",
        "ubstitu",
    ];
    let is_asked = VERBS.iter().any(|verb| text.contains(verb));
    let words = || text.split(|c: char| c.is_whitespace() || "\"'`“”„«»,;:()@<>".contains(c));
    is_asked.then(|| words().filter(|word| !word.is_empty()).collect())
}

/// Whether a line asks the reader to replace what stands before it: `replace both by your own
/// values`.
pub(super) fn replaces_all(text: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "eplace both ",
        "eplace them ",
        "eplace these ",
        "ubstitute your own",
        "with your own values",
        "by your own values",
        "durch Ihre eigenen",
        "par vos propres",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}
