//! Whole lines: commands that continue on the next line, what a line is about, and which parts have
//! been read.

use std::borrow::Cow;
use std::ops::Range;

use super::command;
use super::command_line::Outcome;
use super::label::{self, Label};
use super::pairing::Ids;
use super::statements::{Reading, Statement};

/// A longer line without a hit is not about the lines around it.
const MATTERING_BYTES: usize = 512;

/// The most words of a stamp, and blanks between them.
const STAMP_WORDS: usize = 8;

/// The most lines of a command, and then its most bytes.
const MOST_LINES: usize = 24;
const MOST_BYTES: usize = 16 * 1024;

/// A line that continues, or may continue, on the next one.
#[derive(Debug, Clone)]
pub(super) struct Unfinished {
    /// The lines as written.
    lines: Vec<(u64, String)>,
    /// The command so far, on one line.
    joined: String,
    /// The text before the command on the first line, with digits replaced by zeros.
    prefix: String,
    /// Whether the last line ends with a continuation sign.
    is_announced: bool,
}

/// The result of reading a line.
pub(super) enum Read<'a> {
    Whole(Vec<(u64, Cow<'a, str>)>),
    Unfinished(Unfinished),
}

impl Unfinished {
    /// The lines one by one, if they do not form a command together.
    pub(super) fn lines(self) -> impl Iterator<Item = (u64, String)> {
        let first = self.lines.first().map(|(number, _)| *number).unwrap_or_default();
        let joined = is_finished(&self.joined).then(|| vec![(first, self.joined)]);
        joined.unwrap_or(self.lines).into_iter()
    }
}

/// Whether a line without a hit may matter to the lines around it: in other languages, or by a
/// port, a job, a bracket.
pub(super) fn may_matter(line: &[u8]) -> bool {
    line.len() <= MATTERING_BYTES
}

/// The name in a heading, if it names one thing among several: `[b]`, `node2:`.
fn heading(line: &[u8]) -> Option<&str> {
    let line = line.trim_ascii();
    let name = line.strip_suffix(b":").or_else(|| line.strip_prefix(b"[")?.strip_suffix(b"]"))?;
    std::str::from_utf8(name).ok().filter(|name| label::names_one(name))
}

/// The name after `Host` in ssh_config, with only a log's prefix before it; an address is a host by
/// itself.
fn alias(text: &str) -> Option<&str> {
    let (rest, name) = text.trim().rsplit_once(' ')?;
    let before = rest.strip_suffix("Host")?.trim_end();
    let is_prefix = before.is_empty() || before.ends_with([':', ']', '|', '>']);
    (is_prefix && name.parse::<std::net::IpAddr>().is_err()).then_some(name)
}

/// Appends a line to the unfinished one before it.
pub(super) fn continued(previous: Option<Unfinished>, number: u64, text: &str) -> Read<'_> {
    let Some(mut previous) = previous else { return first(number, text) };
    // A collector of logs may add empty lines.
    if previous.is_announced && text.trim().is_empty() {
        return Read::Unfinished(previous);
    }
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

/// Whether the line contains a command without its destination.
fn is_unfinished(line: &str) -> bool {
    command::find(line, 0).is_some_and(|found| found.outcome == Outcome::Unfinished)
}

fn is_finished(line: &str) -> bool {
    command::find(line, 0).is_some_and(|found| matches!(found.outcome, Outcome::Target(_)))
}

fn is_frame(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '*' | '#')
}

/// The line without the prompt for a further line: `> ` (POSIX), `>> ` (PowerShell), `More? `
/// (cmd).
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

/// The list mark at the beginning of the line: `(a)`, `2)`.
pub(super) fn list_mark(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let mark = text.get(start..)?.split_whitespace().next()?;
    let inner = mark.strip_prefix('(').unwrap_or(mark).strip_suffix(')')?;
    let is_mark =
        (1..=2).contains(&inner.len()) && inner.bytes().all(|it| it.is_ascii_alphanumeric());
    is_mark.then_some(start..start + mark.len())
}

/// The length of a log's timestamp, level and so on, before the message.
pub(super) fn stamp_bytes(text: &str) -> usize {
    let mut bytes = 0;
    // Blanks belong to the stamp only if more of it follows them.
    let mut blanks = 0;
    let said = text.trim_end().len();
    for word in text.split_inclusive(' ').take(STAMP_WORDS) {
        // A stamp with nothing after it is the message itself.
        if bytes + blanks + word.len() >= said {
            break;
        }
        let bare = word.trim_end();
        if bare.is_empty() {
            blanks += word.len();
            continue;
        }
        let is_stamp = bare.ends_with([']', ':', '|'])
            || bare.bytes().filter(u8::is_ascii_digit).count() >= 4
                && !bare.contains(['=', '(', '"', '@'])
                && bare.parse::<std::net::IpAddr>().is_err()
            || matches!(bare, "INFO" | "DEBUG" | "NOTICE" | "stdout" | "F")
            || is_level(bare);
        // `    port: 2222` is indented, and no stamp.
        let is_label =
            bytes == 0 && blanks > 0 && !bare.starts_with(|c: char| c == '[' || c.is_ascii_digit());
        if !is_stamp || is_label {
            break;
        }
        bytes += blanks + word.len();
        blanks = 0;
    }
    bytes
}

/// Whether the word opens a stamp with its level, as in `[E 10:02:41]`.
fn is_level(word: &str) -> bool {
    let level = word.strip_prefix('[').unwrap_or_default();
    (1..=5).contains(&level.len()) && level.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether the line is a command printed by a shell's `set -x`.
pub(super) fn is_trace(text: &str) -> bool {
    let said = text.get(stamp_bytes(text)..).unwrap_or_default().trim_start();
    said.trim_start_matches('+').len() < said.len() && said.trim_start_matches('+').starts_with(' ')
}

/// Whether the line introduces an example on the next one.
pub(super) fn introduces_example(text: &str) -> bool {
    let said = text.trim_end().trim_end_matches(':').to_ascii_lowercase();
    // `whichever you like:`
    if said.ends_with(" you like") {
        return false;
    }
    [
        " such as",
        " like",
        " for example",
        " e.g.",
        " for instance",
        " of the form",
        " in the form",
        " in der form",
        " der form",
        " sous la forme",
        " de la forme",
        " de la forma",
        " nella forma",
    ]
    .iter()
    .any(|end| said.ends_with(end))
}

/// The text with every digit replaced by a zero.
pub(super) fn shape(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// The line without the prefix that it shares with the first one, such as a timestamp.
pub(super) fn without_prefix<'a>(line: &'a str, prefix: &str) -> &'a str {
    let is_same = |((_, ours), theirs): &((usize, char), char)| {
        *ours == *theirs || (ours.is_ascii_digit() && *theirs == '0')
    };
    let shared = line.char_indices().zip(prefix.chars()).take_while(is_same);
    let blank = shared.filter(|((_, c), _)| c.is_whitespace()).last();
    blank.and_then(|((at, c), _)| line.get(at + c.len_utf8()..)).unwrap_or(line)
}

/// Replaces what has been read by blanks.
pub(super) fn blank(text: &mut Cow<'_, str>, span: Range<usize>) {
    let bytes = span.len();
    if text.get(span.clone()).is_some() {
        text.to_mut().replace_range(span, &" ".repeat(bytes));
    }
}

/// The job, cluster and machine that a line names: in fields, or as in `[job 1234]` and `i-0abc`.
pub(super) fn ids(text: &str, readings: &[Reading<'_>]) -> Ids {
    let machine = heading(text.as_bytes()).or_else(|| alias(text)).map(str::to_owned);
    let mut ids = Ids { tag: tag(text), machine, ..Ids::default() };
    for reading in readings {
        let (place, value) = match reading.said {
            Statement::Value(Label::Job, value) => (&mut ids.job, value),
            Statement::Value(Label::Cluster, value) => (&mut ids.cluster, value),
            Statement::Value(Label::Machine, value) => (&mut ids.machine, value),
            _ => continue,
        };
        place.get_or_insert_with(|| value.chars().take(64).collect());
    }
    if !may_name_ids(text) {
        return ids;
    }
    let mut words = text
        .split(|c: char| c.is_whitespace() || "[](){}<>,;:=\"'".contains(c))
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        // `cluster=blue`, but not `cluster is up`.
        let is_key = text
            .get(word.as_ptr().addr() - text.as_ptr().addr() + word.len()..)
            .is_some_and(|rest| rest.starts_with('='));
        let is_name = |next: &&str| is_key || is_id(next) || is_letter(next);
        let next = words.peek().map(|next| next.trim_start_matches('#')).filter(is_name);
        let place = match word.to_ascii_lowercase().as_str() {
            "job" => &mut ids.job,
            "cluster" => &mut ids.cluster,
            _ => {
                let (place, id) = match glued_id(word) {
                    Some(("job", id)) => (&mut ids.job, id),
                    Some(("cluster", id)) => (&mut ids.cluster, id),
                    Some((_, _)) => (&mut ids.machine, word),
                    None => continue,
                };
                place.get_or_insert_with(|| id.to_owned());
                continue;
            }
        };
        if place.is_none() {
            *place = next.map(str::to_owned);
        }
    }
    ids
}

/// Whether a text may name a job, a cluster or a machine.
fn may_name_ids(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize, word: &[u8]| {
        bytes.get(at..at + word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word))
    };
    let mut initials = memchr::memchr2_iter(b'j', b'J', bytes);
    let mut others = memchr::memchr2_iter(b'c', b'C', bytes);
    initials.any(|at| begins(at, b"job"))
        || others.any(|at| begins(at, b"cluster"))
        || memchr::memchr2_iter(b'i', b'I', bytes).any(|at| bytes.get(at + 1) == Some(&b'-'))
}

/// The first name or number in brackets that is not a time.
fn tag(text: &str) -> Option<String> {
    let inner = text.split('[').skip(1).take(3).filter_map(|rest| rest.split_once(']'));
    // Brackets at the end of the line hold a value.
    let inner = inner.filter(|(_, behind)| !behind.trim().is_empty());
    let mut names = inner.map(|(name, _)| name.trim());
    let is_time = |name: &str| name.contains(':') || name.matches(['-', '/']).count() > 1;
    names.find(|name| is_id(name) && !is_time(name)).map(str::to_owned)
}

/// The kind of ID in a word such as `job-17`, `clusterA1` or `i-0abc`, and the ID.
fn glued_id(word: &str) -> Option<(&'static str, &str)> {
    ["job", "cluster", "i-"].into_iter().find_map(|kind| {
        let rest = word.get(kind.len()..)?;
        let is_kind = word.get(..kind.len())?.eq_ignore_ascii_case(kind);
        let is_apart = !rest.starts_with(|c: char| c.is_ascii_lowercase());
        let id = rest.trim_start_matches(['-', '_', '#', '.']);
        let is_named = is_id(id) || (id.len() + 1 == rest.len() && label::names_one(id));
        (is_kind && (is_apart || kind == "i-") && is_named).then_some((kind, id))
    })
}

/// A name as in `cluster B`.
fn is_letter(word: &str) -> bool {
    word.len() == 1 && word != "I" && word.bytes().all(|byte| byte.is_ascii_uppercase())
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
    use crate::recognize::parsed_line::ParsedLine;
    use crate::recognize::statements::Reader;

    fn read_ids(text: &str) -> Ids {
        ids(text, &Reader::new(&ParsedLine::new(text), &[]).readings())
    }

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
        let read = read_ids("[job 1234] cluster_id=c-9 instance i-0abc1 up");
        assert_eq!(read.job.as_deref(), Some("1234"));
        assert_eq!(read.cluster.as_deref(), Some("c-9"));
        assert_eq!(read.machine.as_deref(), Some("i-0abc1"));
        assert_eq!(read_ids("[job-a1] user: ada").job.as_deref(), Some("a1"));
        assert_eq!(read_ids("clusterA1: up").cluster.as_deref(), Some("A1"));
        assert!(read_ids("jobs2 clusters job-runner").is_empty());
        assert_eq!(read_ids("[2026-03-06 12:00] [1234] up").tag.as_deref(), Some("1234"));
        assert!(read_ids("Job username on the system: ada").is_empty());
    }
}
