//! Sentences: users that are named in passing, ends of clusters, lines about the reader.

use std::num::NonZeroU16;

use super::label;
use super::spelled;
use crate::target::{User, parse_port};

/// What a cluster is called when it ends.
const SUBJECTS: &[&str] = &[
    "cluster",
    "node",
    "nodes",
    "instance",
    "instances",
    "machine",
    "server",
    "vm",
    "job",
    "host",
    "session",
    "system",
    "head",
    "master",
    "container",
    "pod",
    "environment",
];
/// What a line that says so has in it.
const STEMS: [&str; 9] = [
    "terminat",
    "stopp",
    "restart",
    "shut",
    "deleted",
    "destroyed",
    "preempted",
    "deallocated",
    "reclaimed",
];
/// Words that say the end is not now.
const NOT_NOW: &[&str] = &[
    "will", "when", "if", "unless", "before", "until", "to", "can", "may", "not", "never", "once",
    "after",
];

/// Words of lines about what did not work.
const FAILURES: [&str; 19] = [
    "failed",
    "failure",
    "invalid",
    "denied",
    "attempt",
    "attempts",
    "refused",
    "cannot",
    "unable",
    "error",
    "closed",
    "rejected",
    "unreachable",
    "timeout",
    "timed",
    "lost",
    "reset",
    "down",
    "route",
];

/// Whether the line says that a cluster was terminated, stopped, restarted or shut down.
pub(super) fn says_end(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if !STEMS.iter().any(|stem| lower.contains(stem)) {
        return false;
    }
    let words = spelled::words(text);
    let words = words.iter().map(String::as_str).collect::<Vec<_>>();
    let end = words.iter().enumerate().position(|(at, word)| match *word {
        "terminated" | "terminating" | "stopped" | "stopping" | "restarted" | "restarting"
        | "shutdown" => true,
        "shut" | "shutting" => words.get(at + 1) == Some(&"down"),
        _ => false,
    });
    let Some(end) = end else { return says_gone(&words) };
    let named =
        words.iter().filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())).count();
    let is_about_cluster = named <= 4 || words.iter().any(|word| SUBJECTS.contains(word));
    let before = words.get(end.saturating_sub(4)..end).unwrap_or_default();
    is_about_cluster && !before.iter().any(|word| NOT_NOW.contains(word))
}

/// Whether the words say that a cluster was deleted and the like. Files are deleted, too: here it is named just before.
fn says_gone(words: &[&str]) -> bool {
    let gone = words.iter().position(|word| {
        matches!(*word, "deleted" | "destroyed" | "preempted" | "deallocated" | "reclaimed")
    });
    let Some(gone) = gone else { return false };
    let mut before = words.iter().take(gone).rev();
    let subject = before.find(|word| {
        !matches!(**word, "was" | "is" | "has" | "been" | "being" | "successfully" | "now")
    });
    subject.is_some_and(|word| SUBJECTS.contains(word) && *word != "session" && *word != "job")
}

/// Whether the addresses in the line are those of who reads the log or logged in.
pub(super) fn is_about_reader(text: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "last login",
        "ssh_connection",
        "ssh_client",
        "accepted publickey",
        "accepted password",
        "accepted keyboard-interactive",
        "your current ip",
        "my current ip",
        "connection from",
    ];
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    SIGNS.iter().any(|sign| lower.contains(sign))
}

/// Whether the line is about a session that can only watch.
pub(super) fn says_read_only(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["read only", "read-only", "readonly"].iter().any(|sign| lower.contains(sign))
}

/// Whether it is the user of a session that can only watch, such as tmate's `ro-…`.
pub(super) fn is_watcher(user: &User) -> bool {
    user.as_str().starts_with("ro-")
}

/// The port that a sentence names: `on port 2222`, `(port 2222)`, not `web port 8080`.
pub(super) fn port(text: &str) -> Option<NonZeroU16> {
    let words = text.split_whitespace().collect::<Vec<_>>();
    words.iter().enumerate().find_map(|(at, word)| {
        let word = word.trim_start_matches(['(', '[', ',']);
        if !matches!(word, "port" | "Port") {
            return None;
        }
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let is_its_own = before.is_none_or(|before| {
            let word = before.to_ascii_lowercase();
            matches!(
                word.as_str(),
                "on" | "at" | "the" | "and" | "with" | "using" | "use" | "via" | "ssh" | "tcp"
            ) || before.ends_with([',', ';', ')', ']', '-'])
                || before.parse::<std::net::IpAddr>().is_ok()
                || before.contains('.')
        });
        let number = words.get(at + 1).filter(|_| is_its_own)?;
        parse_port(spelled::without_sentence_end(number)).ok()
    })
}

/// Whether the line is about something that did not work.
pub(super) fn is_failure(text: &str) -> bool {
    spelled::words(text).iter().any(|word| FAILURES.contains(&word.as_str()))
}

/// Whether a sentence says how to log in.
pub(super) fn is_about_login(text: &str) -> bool {
    let words = spelled::words(text);
    let is_login =
        words.windows(2).any(|pair| {
            matches!(pair.first().map(String::as_str), Some("log" | "sign" | "logon"))
                && matches!(pair.get(1).map(String::as_str), Some("in" | "into" | "on" | "onto"))
        }) || words.iter().any(|word| matches!(word.as_str(), "ssh" | "login" | "connect"));
    is_login && !words.iter().any(|word| FAILURES.contains(&word.as_str()))
}

/// What stands before the address that a line ends with, where the line says that this is what is connected to.
pub(super) fn before_last_host(line: &str) -> Option<&str> {
    let (before, host) = line.rsplit_once(' ')?;
    host.parse::<std::net::IpAddr>().ok()?;
    let mut words = before.split_whitespace().rev();
    let is_goal = words.next() == Some("to")
        && words.next().is_some_and(|verb| {
            ["connect", "connecting"].iter().any(|it| verb.eq_ignore_ascii_case(it))
        });
    is_goal.then_some(before)
}

/// The user that a sentence names without a colon: `log in as ada`, `with user ada`, `username ada`.
pub(super) fn user(text: &str) -> Option<Result<User, crate::TargetError>> {
    let words = text.split_whitespace().collect::<Vec<_>>();
    let bare = |word: &&str| spelled::words(word).join(" ");
    for (at, word) in words.iter().enumerate() {
        let is_named = matches!(bare(word).as_str(), "user" | "username" | "login");
        let before = words.get(at.saturating_sub(8)..at).unwrap_or_default();
        let is_as = bare(word) == "as"
            && before.iter().any(|word| {
                matches!(
                    bare(word).as_str(),
                    "log"
                        | "login"
                        | "logged"
                        | "connect"
                        | "connecting"
                        | "authenticating"
                        | "ssh"
                        | "sign"
                )
            });
        // "login name ada", "the user called ada".
        let has_filler =
            is_named && words.get(at + 1).is_some_and(|next| matches!(*next, "name" | "called"));
        let at = at + usize::from(has_filler);
        let next = words.get(at + 1).filter(|_| is_named || is_as);
        let Some(next) = next else { continue };
        let name = spelled::without_sentence_end(next).trim_matches(['\'', '"', '`']);
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_number || label::is_word(&name.to_ascii_lowercase()) || name.contains('@') {
            continue;
        }
        // A word of the sentence is no user: only one that is quoted, or ends the phrase, or goes on with where.
        let behind = words.get(at + 2).map(bare);
        let ends = *next != name
            || matches!(
                behind.as_deref(),
                None | Some(
                    "at" | "on"
                        | "to"
                        | "and"
                        | "with"
                        | "host"
                        | "public"
                        | "using"
                        | "via"
                        | "in"
                        | "ip"
                        | "address"
                        | "master"
                        | "the"
                        | "for"
                )
            );
        let ends =
            ends || words.get(at + 2).is_some_and(|word| word.parse::<std::net::IpAddr>().is_ok());
        if ends {
            return Some(name.parse());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_cluster_is_told_from_talk_of_it() {
        for (text, ends) in [
            ("[2026-03-06T09:30:00Z]: Cluster terminated", true),
            ("Instance i-0abc was shut down", true),
            ("Shutting down.", true),
            ("2026-03-06 restarted", true),
            ("The cluster will be terminated in 24 hours", false),
            ("If the job is stopped, log in again", false),
            ("solver restarted from checkpoint with 12 new parameters", false),
            ("shutter speed of the node", false),
            ("Cluster deleted.", true),
            ("The instance has been preempted", true),
            ("Temporary files of the node were deleted", false),
            ("Job output deleted", false),
        ] {
            assert_eq!(says_end(text), ends, "{text}");
        }
    }

    #[test]
    fn ports_are_named_in_sentences() {
        for (text, expected) in [
            ("at 203.0.113.7 on port 2222.", Some(2222)),
            ("203.0.113.7 (port 2222)", Some(2222)),
            ("host 203.0.113.7, port 2222", Some(2222)),
            ("web port 8080", None),
            ("on port x", None),
            ("on port 70000", None),
        ] {
            assert_eq!(port(text).map(NonZeroU16::get), expected, "{text}");
        }
    }

    #[test]
    fn users_are_named_in_sentences() {
        for (text, name) in [
            ("Connect to 203.0.113.7 as ubuntu", Some("ubuntu")),
            ("You can log in as 'ada' at 203.0.113.7.", Some("ada")),
            ("user ada on host 203.0.113.7", Some("ada")),
            ("ssh to 203.0.113.7 with username ada.", Some("ada")),
            ("user time 0.3 s", None),
            ("as soon as possible", None),
            ("the user interface at 203.0.113.7", None),
        ] {
            assert_eq!(user(text).map(|user| user.unwrap().to_string()).as_deref(), name, "{text}");
        }
    }
}
