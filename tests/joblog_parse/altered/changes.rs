//! Changes to a log that do not change what it says: other names, hosts and ports, another layout,
//! other words for the same, other text around it.

mod layout;
mod words;

use std::collections::HashMap;

use joblog_parse::{Host, Target};

use crate::joblog_parse::random::Random;

/// A log and the login that it announces; `None` for a look-alike.
#[derive(Clone)]
pub(super) struct Log {
    pub(super) text: String,
    pub(super) login: Option<Target>,
}

/// One kind of change; `None` if it cannot be made to this log.
pub(super) type Change = fn(&Log, &mut Random) -> Option<Log>;

/// The changes with their names, the percentage of the announcements that must be understood, and
/// how many of ten thousand logs may give a wrong login.
pub(super) const CHANGES: &[(&str, (usize, usize), Change)] = &[
    ("users", (98, 15), users),
    ("hosts: addresses", (99, 15), addresses),
    ("hosts: names", (98, 15), names),
    ("ports", (99, 20), ports),
    ("stamps", (99, 20), layout::stamps),
    ("speakers", (98, 60), layout::speakers),
    ("indents", (99, 20), layout::indents),
    ("JSON lines", (99, 5), layout::json_lines),
    ("colours", (100, 0), layout::colours),
    ("columns", (99, 40), layout::columns),
    ("line ends", (99, 5), layout::line_ends),
    ("empty lines", (99, 10), layout::empty_lines),
    ("letters: small", (98, 15), words::small_letters),
    ("letters: capital", (96, 70), words::capital_letters),
    ("letters: plain", (96, 90), words::plain_letters),
    ("quotes", (97, 10), words::quotes),
    ("signs", (98, 40), words::signs),
    ("wrapping", (95, 80), words::wrapping),
    ("order", (97, 180), words::order),
    ("nouns", (94, 50), words::nouns),
    ("lines between", (98, 15), layout::lines_between),
];

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The text with each of these words replaced by another one.
fn with_words(text: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part_of_word(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        // A full stop ends a sentence, and is no part of the word before it.
        let word = run.trim_end_matches(['.', '-']);
        out.push_str(&replace(word).unwrap_or_else(|| word.to_owned()));
        out.push_str(run.get(word.len()..).unwrap_or_default());
        let next = after.chars().next().map_or(0, char::len_utf8);
        out.push_str(after.get(..next).unwrap_or_default());
        rest = after.get(next..).unwrap_or_default();
    }
    out
}

/// The log with one word replaced, which must not be a part of other words.
fn with_word(log: &Log, old: &str, new: &str) -> Option<String> {
    let text = with_words(&log.text, |word| (word == old).then(|| new.to_owned()));
    (text != log.text && !text.contains(old)).then_some(text)
}

fn changed(log: &Log, text: String) -> Option<Log> {
    (text != log.text).then(|| Log { text, login: log.login.clone() })
}

/// Each line changed on its own.
fn by_line(log: &Log, change: impl FnMut(&str) -> String) -> Option<Log> {
    let lines = log.text.lines().map(change).collect::<Vec<_>>();
    changed(log, lines.join("\n") + "\n")
}

/// Names of people, of well-known accounts, and words that are also names.
const USERS: [&str; 12] = [
    "visitor", "build", "oracle", "hpc_user", "User12", "mmeier", "ec2-user", "x7f3", "ubuntu",
    "anna.k", "root", "k-tanaka",
];

fn users(log: &Log, random: &mut Random) -> Option<Log> {
    let new = random.of(&USERS);
    if let Some(login) = &log.login {
        let text = with_word(log, login.user.as_str(), new)?;
        let login = Target { user: new.parse().ok()?, ..login.clone() };
        return Some(Log { text, login: Some(login) });
    }
    // The name in the first `name@host`.
    let at = log.text.find('@')?;
    let before = log.text.get(..at)?;
    let begin = before.rfind(|c| !is_part_of_word(c)).map_or(0, |it| it + 1);
    let old = before.get(begin..)?;
    changed(log, with_word(log, old, new)?)
}

fn is_address(word: &str) -> bool {
    word.parse::<std::net::Ipv4Addr>().is_ok_and(|it| !it.is_private() && !it.is_loopback())
}

/// The log with each host for which there is another one.
fn with_hosts(log: &Log, mut other: impl FnMut(&str) -> Option<String>) -> Option<Log> {
    let mut known = HashMap::new();
    if let Some(login) = &log.login {
        let old = login.host.to_string();
        let new = other(&old)?;
        let text = with_word(log, &old, &new)?;
        let login = Target { host: new.parse().ok()?, ..login.clone() };
        return Some(Log { text, login: Some(login) });
    }
    let words = log.text.split(|c| !is_part_of_word(c)).map(|word| word.trim_end_matches('.'));
    for word in words {
        if !known.contains_key(word)
            && let Some(new) = other(word)
        {
            known.insert(word.to_owned(), new);
        }
    }
    changed(log, with_words(&log.text, |word| known.get(word).cloned()))
}

/// Other addresses, also in the place of names.
fn addresses(log: &Log, random: &mut Random) -> Option<Log> {
    let is_announcement = log.login.is_some();
    with_hosts(log, |old| {
        // A name in a look-alike may be what says that it is one.
        let is_host =
            is_address(old) || is_announcement && matches!(old.parse::<Host>(), Ok(Host::Name(_)));
        is_host.then(|| format!("203.0.113.{}", random.below(254) + 1))
    })
}

/// Names in the place of addresses and of other names.
fn names(log: &Log, random: &mut Random) -> Option<Log> {
    let is_announcement = log.login.is_some();
    let forms = [
        "ec2-203-0-113-{}.eu-west-1.compute.amazonaws.com",
        "n{}.orchid-hpc.example.org",
        "cl{}.cloud.example.net",
        "head{}.aero.example.edu",
        "vm-{}.westeurope.cloudapp.azure.com",
    ];
    with_hosts(log, |old| {
        (is_announcement || is_address(old))
            .then(|| random.of(&forms).replace("{}", &(random.below(254) + 1).to_string()))
    })
}

fn ports(log: &Log, random: &mut Random) -> Option<Log> {
    let login = log.login.as_ref()?;
    let old = login.port?.to_string();
    let new = random.of(&["2200", "22022", "10022", "41022", "52201", "222"]);
    let text = with_word(log, &old, new)?;
    let login = Target { port: new.parse().ok(), ..login.clone() };
    Some(Log { text, login: Some(login) })
}
