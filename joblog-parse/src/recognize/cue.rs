//! What a word of a log says about the values around it.
//!
//! The vocabulary is data, in one file per topic, for all languages together. An unknown word says
//! nothing and does no harm.

mod events;
mod filler;
mod login;
mod people;
mod places;
mod services;
mod word_cache;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::spelling;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cue {
    /// A noun for the user: `user`, `Benutzer`.
    User,
    /// A noun that can only mean the user: `username`.
    UserName,
    /// A noun for the user that also has other meanings: `account`.
    Account,
    /// `login`: the user, the host or the verb, depending on the words around it.
    Login,
    Name,
    Id,
    /// A noun for the place: `address`, `host`.
    Host,
    /// A noun for a machine: `node`, `server`.
    Machine,
    /// The machine that people log in to: `master`, `head`.
    Main,
    /// A machine that few people log in to: `compute`.
    Compute,
    Public,
    Private,
    Port,
    /// `connect`, `reach`: what to do with the address.
    Connect,
    /// `ssh` and the programs for it.
    Ssh,
    /// `log`, `sign`: with `in`, the verb.
    Log,
    /// A verb between a noun and its value: `is`, `lautet`.
    Is,
    /// A preposition before a place.
    At,
    As,
    With,
    Of,
    And,
    Function,
    Your,
    /// A word before the address of a visitor: `from`, `client`.
    From,
    /// A service that is not the cluster's login.
    Foreign,
    /// A word for such a service that also has other meanings: it applies to the value next to it,
    /// not to its sentence.
    Other,
    /// An action of a person: `audit`, `submitted`.
    Event,
    /// A key whose value is an action: `action`.
    EventKey,
    /// An action of the job on other machines: `uploading`.
    Action,
    Failure,
    Example,
    /// `look` and `like`: together they introduce an example.
    Look,
    Like,
    Version,
    Conditional,
    /// A word for a machine that no longer exists.
    Gone,
    Ready,
    Job,
    Cluster,
    Key,
    /// A noun that a user noun only qualifies: `user interface`.
    Compound,
    /// A jump host: `jump`, `bastion`.
    Jump,
    /// A well-known account.
    Known,
    /// An ordinary word, which is never a name.
    Word,
}

/// The bit of a cue in a set of them.
pub(super) fn bit(cue: Cue) -> u64 {
    1 << (cue as u64)
}

fn table() -> &'static HashMap<&'static str, Cue> {
    static TABLE: OnceLock<HashMap<&'static str, Cue>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let all = vocabulary()
            .flat_map(|(cue, words)| words.split_ascii_whitespace().map(move |word| (word, *cue)));
        all.collect()
    })
}

/// The words of all topics.
fn vocabulary() -> impl Iterator<Item = &'static (Cue, &'static str)> {
    [people::WORDS, places::WORDS, login::WORDS, services::WORDS, events::WORDS, filler::WORDS]
        .into_iter()
        .flatten()
}

/// The longest cue, and the longest word that is split in two, in bytes.
const WORD_BYTES: usize = 48;

/// The cue of a word in lower case without accents.
pub(super) fn of_word(word: &str) -> Option<Cue> {
    table().get(word).copied()
}

/// Adds the cues of a word to `out`; for words such as `publicIpAddress`, `head_node` or
/// `Benutzername`, those of its parts. Returns whether every part is known.
pub(super) fn of(word: &str, out: &mut Vec<Cue>) -> bool {
    // A word without a letter is a number or nothing, except `@`, which is a preposition.
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic()) && word != "@" {
        return true;
    }
    word_cache::of(word, out, read)
}

/// Words that only their accents distinguish from a conjunction, from `ban` and from `ten`.
const ACCENTED: [(&str, Cue); 8] = [
    ("È", Cue::Is),
    ("É", Cue::Is),
    ("è", Cue::Is),
    ("é", Cue::Is),
    ("bạn", Cue::Your),
    ("Bạn", Cue::Your),
    ("tên", Cue::Name),
    ("Tên", Cue::Name),
];

/// Programs of OpenSSH that log in nowhere.
const PROGRAMS: [&str; 6] =
    ["ssh-copy-id", "ssh-keygen", "ssh-keyscan", "ssh-agent", "ssh-add", "ssh-askpass"];

/// The same without the memo.
fn read(word: &str, out: &mut Vec<Cue>) -> bool {
    if word.len() > 4 * WORD_BYTES {
        return false;
    }
    if is_script_without_blanks(word) {
        return in_script(word, out);
    }
    if let Some(cue) = of_picture(word) {
        out.push(cue);
        return true;
    }
    if let Some((_, cue)) = ACCENTED.iter().find(|(accented, _)| *accented == word) {
        out.push(*cue);
        return true;
    }
    if PROGRAMS.iter().any(|program| word.eq_ignore_ascii_case(program)) {
        return false;
    }
    let mut is_known = true;
    // As in `+AllowUsers`, in a list of changes.
    let whole = spelling::folded(word.trim_start_matches(['+', '-', '~']));
    if let Some(cue) = of_word(&whole) {
        out.push(cue);
        return true;
    }
    let mut before = None;
    for part in spelling::words(word) {
        let part = spelling::folded(&part);
        // `how_to_log_in`
        if before == Some(Cue::Log) && matches!(part.as_str(), "in" | "on") {
            out.push(Cue::At);
            continue;
        }
        let cue = of_word(&part);
        before = cue;
        // One or two letters within a name are not a word of a language.
        if part.len() < 3 && !matches!(part.as_str(), "ip" | "id" | "vm" | "db" | "lm" | "s3") {
            is_known &= part.bytes().all(|byte| byte.is_ascii_digit());
            continue;
        }
        match cue {
            Some(cue) => out.push(cue),
            None => match run_together(&part) {
                Some((first, second)) => out.extend([first, second]),
                None => is_known &= part.bytes().all(|byte| byte.is_ascii_digit()),
            },
        }
    }
    is_known
}

/// Whether a word is a picture of a user, a machine or a port.
pub(super) fn is_picture(word: &str) -> bool {
    of_picture(word).is_some_and(|cue| cue != Cue::Function)
}

/// The cue of a picture before a value. A picture may be made of several: a person at a computer.
fn of_picture(word: &str) -> Option<Cue> {
    let mut chars = word.chars();
    let first = chars.next()?;
    let is_one = chars.all(|c| !c.is_alphanumeric() && !c.is_ascii());
    Some(match first {
        '👤' | '🧑' | '👩' | '👨' | '🙍' | '🙋' | '👥' | '🆔' | '🪪' => {
            Cue::UserName
        }
        '🌐' | '🌍' | '🌎' | '🌏' | '🖥' | '💻' | '📡' | '📍' | '🏠' | '🎯' => {
            Cue::Host
        }
        '🔌' | '🚪' | '⚓' => Cue::Port,
        '🔐' | '🔑' => Cue::Function,
        _ => return None,
    })
    .filter(|_| is_one)
}

/// The cues of a compound word, such as `hostip` or `Masterknoten`, even with a case ending.
fn run_together(word: &str) -> Option<(Cue, Cue)> {
    if word.len() > WORD_BYTES || word.len() < 5 || !word.is_ascii() {
        return None;
    }
    let is_noun = |cue: &Cue| {
        matches!(
            cue,
            Cue::User
                | Cue::UserName
                | Cue::Account
                | Cue::Login
                | Cue::Name
                | Cue::Host
                | Cue::Machine
                | Cue::Main
                | Cue::Public
                | Cue::Private
                | Cue::Port
                | Cue::Ssh
                | Cue::Cluster
                | Cue::Foreign
                | Cue::Other
                | Cue::Version
                | Cue::Id
        )
    };
    let part = |text: &str| of_word(text).filter(is_noun);
    (2..word.len() - 1).find_map(|at| {
        let (first, second) = word.split_at_checked(at)?;
        let first = part(first).or_else(|| part(first.strip_suffix('s')?))?;
        let second = part(second)
            .or_else(|| part(second.strip_suffix('s')?))
            .or_else(|| part(second.strip_suffix("en").or_else(|| second.strip_suffix("es"))?))?;
        Some((first, second))
    })
}

/// Resolves words whose meaning depends on their neighbours: `login node` is a machine, `log in` a
/// verb.
pub(super) fn resolve(cues: &mut [Cue]) {
    for at in 0..cues.len() {
        let before = at.checked_sub(1).and_then(|before| cues.get(before)).copied();
        let next = cues.get(at + 1).copied();
        // `nom d'utilisateur`, `uživatelské jméno`
        let is_of_name = before == Some(Cue::Of)
            && at.checked_sub(2).and_then(|first| cues.get(first)) == Some(&Cue::Name);
        let Some(cue) = cues.get_mut(at) else { continue };
        *cue = match (before, *cue, next) {
            (_, Cue::Login, Some(Cue::Machine | Cue::Host | Cue::Main | Cue::Public)) => Cue::Main,
            (_, Cue::Login, Some(Cue::Port)) => Cue::Ssh,
            (Some(Cue::Name), Cue::User, _)
            | (_, Cue::User, Some(Cue::Name))
            | (Some(Cue::Your), Cue::Id, _) => Cue::UserName,
            (_, Cue::User, _) if is_of_name => Cue::UserName,
            (Some(Cue::Your), Cue::Login, Some(Cue::At)) => Cue::Login,
            (_, Cue::Login, Some(Cue::At | Cue::With | Cue::As)) | (_, Cue::Log, Some(Cue::At)) => {
                Cue::Connect
            }
            (Some(Cue::Look), Cue::Like, _) => Cue::Example,
            (Some(Cue::Login), Cue::Id, _) => Cue::Name,
            (_, Cue::Log, _) => Cue::Word,
            // `ssh client` is the reader's own.
            (Some(Cue::Ssh), Cue::From, _) => Cue::Function,
            (_, cue, _) => cue,
        };
    }
}

/// Whether the text is in a script without spaces between words.
pub(super) fn is_script_without_blanks(text: &str) -> bool {
    text.chars().next().is_some_and(spelling::is_cjk)
}

/// Adds the cues in text without spaces, the longest first.
fn in_script(text: &str, out: &mut Vec<Cue>) -> bool {
    const MOST_CHARS: usize = 8;
    let mut rest = text;
    let mut is_known = true;
    while !rest.is_empty() {
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(MOST_CHARS);
        let ends = ends.collect::<Vec<_>>();
        let found = ends.iter().rev().find_map(|end| {
            let word = rest.get(..*end)?;
            Some((*end, of_word(word)?))
        });
        match found {
            Some((end, cue)) => {
                out.push(cue);
                rest = rest.get(end..).unwrap_or_default();
            }
            None => {
                is_known = false;
                rest = ends.first().and_then(|end| rest.get(*end..)).unwrap_or_default();
            }
        }
    }
    is_known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_what_they_are_however_they_are_written() {
        use Cue::{Host, Machine, Main, Name, Public, User, UserName};
        for (word, expected) in [
            ("publicIpAddress", vec![Public, Host, Host]),
            ("HEAD_NODE", vec![Main, Machine]),
            ("Benutzername", vec![UserName]),
            ("Masterknotens", vec![Main, Machine]),
            ("hostip", vec![Host, Host]),
            ("użytkownika", vec![User]),
            ("ユーザー名は", vec![UserName, Cue::Is]),
            ("マスターノード", vec![Main, Machine]),
            ("사용자", vec![User]),
            ("nœud", vec![Machine]),
            ("tulip", vec![]),
            ("nodename", vec![Machine, Name]),
        ] {
            let mut cues = Vec::new();
            of(word, &mut cues);
            assert_eq!(cues, expected, "{word}");
        }
    }

    #[test]
    fn no_word_is_in_the_table_twice() {
        let mut seen = HashMap::new();
        for (cue, words) in vocabulary() {
            for word in words.split_ascii_whitespace() {
                let other = seen.insert(word, cue);
                assert!(other.is_none(), "{word}: {cue:?} and {other:?}");
            }
        }
    }
}
