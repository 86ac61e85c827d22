//! Lines about the cluster as a whole or about the reader of the log: the cluster's end, and
//! addresses of visitors.

mod no_longer;
mod no_machine;

use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

use super::command;
use super::command_line::Outcome;
use super::cue::Cue;
use super::line as lines;
use super::parsed_line::{Kind, ParsedLine, Signs};
use super::spelling;
use crate::target::Host;
pub(super) use no_longer::says_no_longer;

/// Words for a cluster in lines about its end.
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
/// Stems of words that say that it ended.
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
/// Words that say that the end is not now.
const NOT_NOW: &[&str] = &[
    "will",
    "bude",
    "budou",
    "будет",
    "будут",
    "zostanie",
    "zostaną",
    "sera",
    "seront",
    "será",
    "serán",
    "sarà",
    "verrà",
    "auto",
    "when",
    "if",
    "unless",
    "before",
    "until",
    "to",
    "can",
    "may",
    "not",
    "never",
    "once",
    "after",
];

/// Whether the line says that a cluster was terminated, stopped, restarted or shut down.
pub(super) fn says_end(text: &str) -> bool {
    if !has_stem(text) {
        return false;
    }
    let words = spelling::words(text);
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

/// Whether the text contains one of the stems, in lower case, capitalised or in capitals.
fn has_stem(text: &str) -> bool {
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| {
        let capital = |stem: &str| {
            let (first, rest) = stem.split_at_checked(1).unwrap_or_default();
            first.to_ascii_uppercase() + rest
        };
        let forms = STEMS
            .iter()
            .flat_map(|stem| [(*stem).to_owned(), capital(stem), stem.to_ascii_uppercase()]);
        Searcher::new(forms)
    });
    searcher.as_ref().is_none_or(|searcher| searcher.find(text).is_some())
}

/// Whether the words say that a cluster was deleted or similar. Because files are deleted too, the
/// cluster must be named just before.
fn says_gone(words: &[&str]) -> bool {
    let gone = words.iter().position(|word| {
        matches!(*word, "deleted" | "destroyed" | "preempted" | "deallocated" | "reclaimed")
    });
    let Some(gone) = gone else { return false };
    let mut before = words.iter().take(gone).rev();
    let subject = before.find(|word| {
        !matches!(**word, "was" | "is" | "has" | "been" | "being" | "successfully" | "now")
            && !word.bytes().any(|byte| byte.is_ascii_digit())
    });
    subject.is_some_and(|word| SUBJECTS.contains(word) && *word != "session" && *word != "job")
}

/// The machines that a line says are gone: destroyed, preempted, unreachable. `None` in the list
/// stands for all machines so far, if the line names only the cluster.
pub(super) fn gone(line: &ParsedLine<'_>) -> Option<Vec<Option<Host>>> {
    if !may_say_gone(line) {
        return None;
    }
    let said = (0..line.tokens.len()).filter(|at| says_gone_at(line, *at)).take(MOST_GONE);
    said.filter_map(|at| gone_at(line, at)).reduce(|mut all, more| {
        all.extend(more);
        all
    })
}

/// The most words for what is gone read in one line.
const MOST_GONE: usize = 4;

/// The machines that are gone as one word says.
fn gone_at(line: &ParsedLine<'_>, at: usize) -> Option<Vec<Option<Host>>> {
    let sentence = line.sentence(at);
    let stamp = lines::stamp_bytes(line.text);
    let stamped = line.tokens.partition_point(|token| token.span.end <= stamp).min(at);
    let start = sentence.start.max(at.saturating_sub(GONE_WORDS)).max(stamped);
    let mut hosts = Vec::new();
    let mut goes_on = true;
    let mut is_plain = true;
    for word in start..sentence.end.min(at + GONE_WORDS) {
        let other = [Cue::Compound, Cue::Key, Cue::User, Cue::Conditional, Cue::From];
        let is_aside = line.tokens.get(word).is_some_and(|token| token.bracket > 0);
        let is_old = line
            .tokens
            .get(word)
            .is_some_and(|token| ["old", "former", "previous"].contains(&token.text));
        let is_other = word < at && !is_aside && !is_old && line.has_any(word, &other);
        let is_later = line.tokens.get(word).is_some_and(|token| {
            (word < at && NOT_NOW.contains(&token.text))
                || token.text.starts_with("retry")
                || token.text == "waiting"
        });
        if is_other || is_later {
            return None;
        }
        let Some(token) = line.tokens.get(word) else { break };
        // `203.0.113.7 was destroyed, use 203.0.113.8`
        if word > at
            && !hosts.is_empty()
            && (token.gap.has(Signs::COMMA) || token.gap.has(Signs::SIGN))
        {
            break;
        }
        match &token.what {
            Kind::Host(host, _) => hosts.push(Some(host.clone())),
            Kind::Junk => {
                let place = token.text.rsplit_once('@').and_then(|(_, place)| place.parse().ok());
                hosts.extend(place.map(Some));
            }
            _ => {}
        }
        // After a comma and in fields like `id=6001`, the words are still about the same things.
        let is_field = line.tokens.get(word + 1).is_some_and(|value| value.gap.has(Signs::SIGN));
        // `destroyed at 17:05 on the user's request`
        let is_reason = word > at && ["on", "by", "upon", "because", "due"].contains(&token.text);
        goes_on &= word <= at || !token.gap.has(Signs::COMMA) && !is_field && !is_reason;
        if !goes_on {
            continue;
        }
        is_plain &= token.gap.has(Signs::BLANK) || word == start;
        // `instance 88123`
        // `cluster of run 92`
        let is_id = word > start && line.has_any(word - 1, &[Cue::Machine, Cue::Cluster])
            || word > start + 1 && line.has(word - 2, Cue::Of);
        let is_all = word > start
            && line.tokens.get(word - 1).is_some_and(|it| it.text.eq_ignore_ascii_case("all"));
        let is_time = word > at && token.text.contains([':', '/', '.', '-']);
        let is_count = token.text.bytes().any(|byte| byte.is_ascii_digit()) && !is_time;
        is_plain &= is_id || is_all || !is_count;
        let is_stopped = token.text == "stopped";
        is_plain &=
            is_stopped || !line.has_any(word, &[Cue::Compute, Cue::Other, Cue::Job, Cue::Word]);
    }
    if hosts.is_empty() {
        let names_machine =
            (start..at).any(|word| line.has_any(word, &[Cue::Machine, Cue::Main, Cue::Cluster]));
        // `clusters terminate themselves`
        let is_done = !line
            .tokens
            .get(at)
            .is_some_and(|token| token.text.ends_with("ing") || token.text.ends_with("ate"));
        let is_all = is_plain && is_done && names_machine && !line.has(at, Cue::Failure);
        return is_all.then(|| vec![None]);
    }
    Some(hosts)
}

/// The name of a cluster or machine that a line says is gone: `cluster west deleted`.
pub(super) fn gone_name(line: &ParsedLine<'_>) -> Option<String> {
    if !may_say_gone(line) {
        return None;
    }
    let gone = (1..line.tokens.len()).find(|at| says_gone_at(line, *at))?;
    let is_machine = |at: usize| line.has_any(at, &[Cue::Machine, Cue::Cluster, Cue::Main]);
    let passed = ["was", "is", "has", "been", "now"];
    let text = |at: usize| line.tokens.get(at).map_or("", |token| token.text);
    let name = (gone.saturating_sub(4)..gone).rev().find(|at| !passed.contains(&text(*at)))?;
    let stamp = lines::stamp_bytes(line.text);
    let first = line.tokens.partition_point(|token| token.span.end <= stamp);
    // `west-2: removed` is all that the line says of its speaker.
    let is_speaker = name + 1 == gone && gone == first && gone + 1 == line.tokens.len();
    let is_first = first == name || is_speaker && text(name).contains(|c: char| c.is_ascii_digit());
    let has_noun = name.checked_sub(1).is_some_and(is_machine);
    // `m-441 contract ended, machine is gone`: the first word is what the line is about.
    let is_subject = is_machine(name)
        && first < name
        && text(first).contains(|c: char| c.is_ascii_digit())
        && line.tokens.get(first + 1).is_some_and(|next| next.gap == Signs::BLANK);
    let name = if is_subject { first } else { name };
    let is_named = (is_subject || is_first || has_noun)
        && line.cues(name).is_empty()
        && line.tokens.get(name).is_some_and(|token| token.what == Kind::Word);
    is_named.then(|| text(name).chars().take(NAME_CHARS).collect())
}

/// The longest first label of a host name (RFC 1035 §2.3.4).
const NAME_CHARS: usize = 63;

/// The host of a command if its sentence goes on to say that the host is gone: `(ssh
/// ada@203.0.113.7) was deleted`.
pub(super) fn host_gone(line: &ParsedLine<'_>, found: &command::Found) -> Option<Host> {
    let Outcome::Target(target) = &found.outcome else { return None };
    let next = line.tokens.partition_point(|token| token.span.start < found.span.end);
    let end = if next < line.tokens.len() { line.sentence(next).end } else { next };
    let gone = (next..end).find(|at| says_gone_at(line, *at))?;
    let before = line.tokens.get(next.max(gone.saturating_sub(5))..gone)?;
    let is_later = before.iter().any(|token| NOT_NOW.contains(&token.text))
        || (next..gone).any(|at| line.has_any(at, &[Cue::Conditional, Cue::Key, Cue::User]));
    (!is_later || before.iter().any(|token| token.text == "was")).then(|| target.host.clone())
}

/// The host that ssh could not reach or that refused the login: the job, or the log's author, had
/// tried it.
pub(super) fn unreached(text: &str) -> Option<Host> {
    if let Some((login, _)) = text.split_once(": Permission denied (") {
        let login = login.split_whitespace().next_back()?;
        return login.split_once('@').and_then(|(_, host)| host.parse().ok());
    }
    if let Some((before, rest)) = text.split_once("ssh: connect to host ") {
        let is_word = before.ends_with(char::is_alphanumeric);
        return rest.split_whitespace().next()?.parse().ok().filter(|_| !is_word);
    }
    unreached_in_library(text)
}

/// The host that the network library of a program could not reach.
fn unreached_in_library(text: &str) -> Option<Host> {
    const BEGINNINGS: [&str; 5] =
        ["dial tcp ", "onnect to address ", "onnect to host ", "onnection to ", "onnecting to "];
    const ENDS: [&str; 6] =
        ["timeout", "timed out", "refused", "no route to host", "unreachable", "No route to host"];
    let rest = BEGINNINGS.iter().find_map(|it| text.split_once(it)).map(|(_, rest)| rest)?;
    let word = rest.split_whitespace().next()?.trim_end_matches(':');
    let ends = rest.get(word.len()..)?;
    let bracketed = word.strip_prefix('[').and_then(|it| it.split_once(']'));
    let host = word.rsplit_once(':').filter(|_| word.matches(':').count() == 1);
    let host = bracketed.or(host).map_or(word, |(host, _)| host);
    let host = host.parse::<Host>().ok().filter(Host::is_dotted)?;
    ENDS.iter().any(|end| ends.contains(end)).then_some(host)
}

/// Whether the line is a record's state that says that its machine is gone: `status: deleted`.
pub(super) fn is_state_of_gone(line: &ParsedLine<'_>) -> bool {
    const STATES: [&str; 9] =
        ["status", "state", "zustand", "etat", "estado", "stato", "stan", "stav", "durum"];
    const ERRORS: [&str; 4] = ["error", "fehler", "erreur", "result"];
    const ENDED: [&str; 4] = ["expired", "disabled", "stopped", "inactive"];
    let text = |at: usize| line.tokens.get(at).map_or("", |token| token.text);
    // An object on a line of its own speaks for itself.
    if line.text.contains('{') {
        return false;
    }
    let stamp = lines::stamp_bytes(line.text);
    let behind = line.tokens.partition_point(|token| token.span.end <= stamp);
    [0, behind].into_iter().any(|at| {
        let is_signed = line.tokens.get(at + 1).is_some_and(|next| next.gap.has(Signs::SIGN));
        if !is_signed {
            return false;
        }
        let label = spelling::folded(text(at));
        // `error: authentication failed`
        let is_error = ERRORS.contains(&label.as_str())
            && (at + 1..at + 4).any(|word| line.has(word, Cue::Failure));
        let is_gone = line.has_any(at + 1, &[Cue::Gone, Cue::Failure])
            || ENDED.iter().any(|word| text(at + 1).eq_ignore_ascii_case(word));
        is_error || is_gone && STATES.contains(&label.as_str())
    })
}

/// Whether the line says that everything a tool had made is gone.
pub(super) fn all_gone(text: &str) -> bool {
    let is_gone = text.contains(", it is gone") || text.contains("it is gone now");
    is_gone || text.contains("Destroy complete!") || no_machine::says_over(text)
}

/// How many words on either side of `destroyed` may say what is gone.
const GONE_WORDS: usize = 10;

fn may_say_gone(line: &ParsedLine<'_>) -> bool {
    line.says(&[Cue::Gone])
        || line.text.contains(" respond")
        || line.text.contains(" answer")
        || line.text.contains(" to host")
}

fn says_gone_at(line: &ParsedLine<'_>, at: usize) -> bool {
    if line.has(at, Cue::Gone) {
        // As in `unreachable=0` of a recap.
        let is_counted = line.tokens.get(at + 1).is_some_and(|next| next.gap.has(Signs::EQUALS));
        return !is_counted;
    }
    let is = |at: usize, word: &str| line.tokens.get(at).is_some_and(|token| token.text == word);
    (is(at, "not")
        && line
            .tokens
            .get(at + 1)
            .is_some_and(|next| next.text.starts_with("respond") || next.text == "answer"))
        || (is(at, "to") && is(at + 1, "host") && at > 1 && is(at - 1, "route"))
}

/// Whether the addresses in the line belong to a reader of the log or a user who logged in.
pub(super) fn is_about_reader(text: &str) -> bool {
    const SIGNS: [&str; 10] = [
        "sshd[",
        "last login",
        "ssh_connection=",
        "ssh_client",
        "accepted publickey",
        "accepted password",
        "accepted keyboard-interactive",
        "your current ip",
        "my current ip",
        "connection from",
    ];
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    // Each of the phrases contains one of these, in either case.
    let has_part = [
        "sshd[",
        "ogin",
        "ssh_c",
        "SSH_C",
        "ccepted",
        "urrent",
        "URRENT",
        "onnection",
        "OGIN",
        "SSHD[",
    ];
    let searcher = SEARCHER.get_or_init(|| Searcher::new(has_part));
    if searcher.as_ref().is_some_and(|searcher| searcher.find(text).is_none())
        || !text.bytes().any(|byte| byte.is_ascii_digit())
    {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    SIGNS.iter().any(|sign| lower.contains(sign))
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
}
