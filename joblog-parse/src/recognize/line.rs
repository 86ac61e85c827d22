//! Whole lines: commands that go on in the next line, what a line is about, and what was read of it already.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

use super::command::{self, Outcome};
use super::field;
use super::join::Ids;
use super::label::Label;
use crate::target::Host;

/// What a line without any hit must have to say something about the lines around it: about which job they are, a port, an
/// object that begins or ends.
const STRUCTURE: [&str; 16] = [
    "job", "Job", "JOB", "luster", "LUSTER", "nstance", "i-0", "port", "Port", "PORT", "dentity",
    "roxy", "JUMP", "ump_", "\":", "\" :",
];

/// A command is put together from so many lines and bytes at the most.
const MOST_LINES: usize = 24;
const MOST_BYTES: usize = 16 * 1024;

/// A line that goes on in the next one, or may.
#[derive(Debug)]
pub(super) struct Unfinished {
    /// The lines as they stand.
    lines: Vec<(u64, String)>,
    /// The command so far, in one line.
    joined: String,
    /// What the first line has before its command, its digits as zeros.
    prefix: String,
    /// Whether the last line ends with a sign that says so.
    is_announced: bool,
}

/// What reading a line comes to.
pub(super) enum Read<'a> {
    Whole(Vec<(u64, Cow<'a, str>)>),
    Unfinished(Unfinished),
}

impl Unfinished {
    /// The lines one by one, when they are no command together.
    pub(super) fn lines(self) -> impl Iterator<Item = (u64, String)> {
        let first = self.lines.first().map(|(number, _)| *number).unwrap_or_default();
        let joined = is_finished(&self.joined).then(|| vec![(first, self.joined)]);
        joined.unwrap_or(self.lines).into_iter()
    }
}

/// Whether a line without any hit may matter to those around it.
pub(super) fn may_matter(line: &[u8]) -> bool {
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| Searcher::new(STRUCTURE));
    let is_bare =
        line.iter().all(|byte| byte.is_ascii_whitespace() || b"{}[],|-+=_".contains(byte));
    is_bare || searcher.as_ref().is_none_or(|searcher| searcher.find(line).is_some())
}

/// Puts a line behind the unfinished one before it.
pub(super) fn continued(previous: Option<Unfinished>, number: u64, text: &str) -> Read<'_> {
    let Some(mut previous) = previous else { return first(number, text) };
    let line = without_prefix(text, &previous.prefix);
    let line = without_prompt(line.trim_matches(is_frame));
    let (line, is_announced) = without_continuation(line);
    let joined = format!("{} {}", previous.joined, line.trim());
    let is_full = previous.lines.len() >= MOST_LINES || joined.len() > MOST_BYTES;
    let is_going_on =
        is_announced || (is_unfinished(&joined) && line.trim_start().starts_with('-'));
    if is_going_on && !is_full {
        previous.lines.push((number, text.to_owned()));
        previous.joined = joined;
        previous.is_announced = is_announced;
        return Read::Unfinished(previous);
    }
    if previous.is_announced || is_finished(&joined) {
        let first = previous.lines.first().map_or(number, |(number, _)| *number);
        return Read::Whole(vec![(first, Cow::Owned(joined))]);
    }
    let mut lines =
        previous.lines().map(|(number, text)| (number, Cow::Owned(text))).collect::<Vec<_>>();
    match first(number, text) {
        Read::Whole(rest) => {
            lines.extend(rest);
            Read::Whole(lines)
        }
        Read::Unfinished(_) => {
            lines.push((number, Cow::Borrowed(text)));
            Read::Whole(lines)
        }
    }
}

fn first(number: u64, text: &str) -> Read<'_> {
    let framed = text.trim_matches(is_frame);
    let (line, is_announced) = without_continuation(framed);
    let Some(start) = command_start(line) else {
        return Read::Whole(vec![(number, Cow::Borrowed(text))]);
    };
    if !is_announced && !is_unfinished(line) {
        return Read::Whole(vec![(number, Cow::Borrowed(text))]);
    }
    Read::Unfinished(Unfinished {
        lines: vec![(number, text.to_owned())],
        joined: line.trim_end().to_owned(),
        prefix: shape(line.get(..start).unwrap_or_default()),
        is_announced,
    })
}

fn command_start(line: &str) -> Option<usize> {
    command::find(line, 0).map(|found| found.span.start)
}

/// Whether the line holds a command that lacks its destination.
fn is_unfinished(line: &str) -> bool {
    command::find(line, 0).is_some_and(|found| found.outcome == Outcome::Unfinished)
}

fn is_finished(line: &str) -> bool {
    command::find(line, 0).is_some_and(|found| matches!(found.outcome, Outcome::Target(_)))
}

fn is_frame(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '*' | '#')
}

/// The line without the prompt for a further line: `> ` (POSIX), `>> ` (PowerShell), `More? ` (cmd).
fn without_prompt(line: &str) -> &str {
    [">>", ">", "More?"].iter().find_map(|prompt| line.strip_prefix(prompt)).unwrap_or(line)
}

/// The line without a sign that it goes on: backslash (POSIX), backtick (PowerShell), caret (cmd).
fn without_continuation(line: &str) -> (&str, bool) {
    let trimmed = line.trim_end();
    match trimmed.strip_suffix(['\\', '`', '^']) {
        Some(rest) if rest.is_empty() || rest.ends_with(char::is_whitespace) => (rest, true),
        _ => (line, false),
    }
}

fn shape(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// The line without the beginning it shares with the first one, such as a timestamp.
fn without_prefix<'a>(line: &'a str, prefix: &str) -> &'a str {
    let is_same = |((_, ours), theirs): &((usize, char), char)| {
        *ours == *theirs || (ours.is_ascii_digit() && *theirs == '0')
    };
    let shared = line.char_indices().zip(prefix.chars()).take_while(is_same);
    let blank = shared.filter(|((_, c), _)| c.is_whitespace()).last();
    blank.and_then(|((at, c), _)| line.get(at + c.len_utf8()..)).unwrap_or(line)
}

/// Whether the host is an address or has a domain, and so can't be a word of a sentence.
pub(super) fn is_dotted(host: &Host) -> bool {
    match host {
        Host::Name(name) => name.contains('.'),
        Host::V4(_) | Host::V6(..) => true,
    }
}

/// Puts blanks in the place of what was read.
pub(super) fn blank(text: &mut Cow<'_, str>, span: Range<usize>) {
    let bytes = span.len();
    if text.get(span.clone()).is_some() {
        text.to_mut().replace_range(span, &" ".repeat(bytes));
    }
}

/// What a line names by job, cluster and machine: in fields, or as in `[job 1234]` and `i-0abc`.
pub(super) fn ids(text: &str) -> Ids {
    let mut ids = Ids::default();
    for field in field::fields(text) {
        let place = match field.label {
            Label::Job => &mut ids.job,
            Label::Cluster => &mut ids.cluster,
            Label::Machine => &mut ids.machine,
            _ => continue,
        };
        place.get_or_insert_with(|| field.value.chars().take(64).collect());
    }
    let mut words = text
        .split(|c: char| c.is_whitespace() || "[](){}<>,;:=\"'".contains(c))
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        let next = words.peek().map(|next| next.trim_start_matches('#')).filter(|next| is_id(next));
        let place = match word.to_ascii_lowercase().as_str() {
            "job" => &mut ids.job,
            "cluster" => &mut ids.cluster,
            _ => {
                if ids.machine.is_none() && word.strip_prefix("i-").is_some_and(is_id) {
                    ids.machine = Some(word.to_owned());
                }
                continue;
            }
        };
        if place.is_none() {
            *place = next.map(str::to_owned);
        }
    }
    ids
}

/// A number, or a short name with a digit in it.
fn is_id(word: &str) -> bool {
    (1..=64).contains(&word.len())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && word.parse::<std::net::IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_beginning_is_dropped() {
        for (line, prefix, rest) in [
            ("[2026-03-06T12:05Z]: -p 22", "[0000-00-00T00:00Z]: ", "-p 22"),
            ("[2026-03-06T12:05Z]: -p 22", "[0000-00-00T00:00Z]: Connect: ", "-p 22"),
            ("  -p 22", "Connect: ", "  -p 22"),
            ("web_1  | -p 22", "web_0  | ", "-p 22"),
        ] {
            assert_eq!(without_prefix(line, prefix), rest, "{line}");
        }
    }

    #[test]
    fn ids_are_read_from_fields_and_words() {
        let read = ids("[job 1234] cluster_id=c-9 instance i-0abc1 up");
        assert_eq!(read.job.as_deref(), Some("1234"));
        assert_eq!(read.cluster.as_deref(), Some("c-9"));
        assert_eq!(read.machine.as_deref(), Some("i-0abc1"));
        assert!(ids("Job username on the system: ada").is_empty());
    }
}
