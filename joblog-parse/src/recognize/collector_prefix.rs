//! What a program that collects logs puts around each line: a time and a level, the name of a
//! container, an object with the line as a string. Without it, the lines read as they were written.

use serde_json::{Map, Value};

use super::{Recognizer, cue, label, line};
use crate::text::strip;

/// A longer object is not the frame of a line.
const OBJECT_BYTES: usize = 64 * 1024;
/// The most frames around one another.
const MOST_FRAMES: usize = 3;
/// The longest name of a container, and the longest word of a time, in bytes.
const WORD_BYTES: usize = 40;

impl Recognizer {
    /// Reads a line without its frame.
    pub(super) fn read_framed(&mut self, number: u64, bytes: &[u8]) {
        match messages(&strip::without_escapes(bytes)) {
            Some(messages) => {
                for message in messages {
                    self.read_text(number, &strip::visible(message.as_bytes()));
                }
            }
            None => self.read_text(number, &strip::visible(bytes)),
        }
    }

    /// Reads what a person would see of a line.
    fn read_text(&mut self, number: u64, text: &str) {
        self.window.hear(number, text);
        let (stamp, said) =
            text.split_at_checked(self.speaker.stamp_bytes(text)).unwrap_or_default();
        stamp.clone_into(&mut self.stamp);
        match line::continued(self.unfinished.take(), number, said) {
            line::Read::Whole(lines) => {
                for (number, text) in lines {
                    self.read_whole(number, &text);
                }
            }
            line::Read::Unfinished(unfinished) => self.unfinished = Some(unfinished),
        }
    }
}

/// The lines in the object of a logger: its only string that is a message, if all other keys are
/// those of a logger, too.
fn messages(line: &[u8]) -> Option<Vec<String>> {
    let line = std::str::from_utf8(line).ok().filter(|line| line.len() <= OBJECT_BYTES)?;
    let said = line.get(Speaker::default().stamp_bytes(line)..)?.trim();
    let message = if said.starts_with('{') && said.ends_with('}') {
        in_object(&serde_json::from_str(said).ok()?)?
    } else {
        in_pairs(said)?
    };
    // Docker's end each with a line feed.
    let message = message.trim_end_matches(['\n', '\r']);
    let lines = contract::encoding::lines(message.as_bytes());
    Some(lines.map(|(_, line)| String::from_utf8_lossy(line).into_owned()).collect())
}

/// Keys of messages, and those that a logger adds to one.
const MESSAGE: [&str; 7] = ["log", "msg", "message", "MESSAGE", "textPayload", "text", "line"];
const ADDED: [&str; 39] = [
    "time",
    "timestamp",
    "ts",
    "@timestamp",
    "t",
    "date",
    "datetime",
    "asctime",
    "level",
    "lvl",
    "levelname",
    "severity",
    "log.level",
    "stream",
    "logger",
    "logger_name",
    "name",
    "caller",
    "pid",
    "hostname",
    "v",
    "source",
    "tag",
    "attrs",
    "thread",
    "seq",
    "ingestionTime",
    "app",
    "service",
    "component",
    "module",
    "func",
    "container",
    "container_id",
    "pod",
    "namespace",
    "kubernetes",
    "docker",
    "@version",
];
const LEVELS: [&str; 3] = ["level", "severity", "levelname"];

fn in_object(object: &Map<String, Value>) -> Option<String> {
    let mut messages = object.iter().filter(|(key, _)| MESSAGE.contains(&key.as_str()));
    let (message, _) = messages.next().filter(|_| messages.next().is_none())?;
    let is_added = |key: &str| key == message || ADDED.contains(&key) || key.starts_with('_');
    let is_harmless = |(key, value): (&String, &Value)| {
        !LEVELS.contains(&key.as_str()) || value.as_str().is_none_or(is_harmless)
    };
    let is_frame = object.len() > 1 && object.keys().all(|key| is_added(key));
    (is_frame && object.iter().all(is_harmless))
        .then(|| object.get(message).and_then(Value::as_str).map(str::to_owned))?
}

/// `time="…" level=info msg="…" id=6001`.
fn in_pairs(said: &str) -> Option<String> {
    let (before, message) = said.split_once("msg=")?;
    let is_pair = |word: &str| {
        word.split_once('=').is_some_and(|(key, value)| {
            ADDED.contains(&key) && (!LEVELS.contains(&key) || is_harmless(value))
        })
    };
    let is_number = |word: &str| {
        let number = word.strip_prefix("id=");
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut strings = serde_json::Deserializer::from_str(message).into_iter::<String>();
    let said = strings.next()?.ok()?;
    let mut behind = message.get(strings.byte_offset()..)?.split_whitespace();
    let is_frame = !before.is_empty() && before.split_whitespace().all(is_pair);
    (is_frame && behind.all(|word| is_pair(word) || is_number(word))).then_some(said)
}

/// Whether a level is that of an ordinary message.
fn is_harmless(level: &str) -> bool {
    ["info", "debug", "notice", "trace", "i", "d", "default"]
        .iter()
        .any(|it| level.trim_matches('"').eq_ignore_ascii_case(it))
}

/// The name before each line, as long as all lines have the same one. Names of several machines
/// say which one a line is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Speaker {
    name: String,
    has_others: bool,
}

impl Speaker {
    /// The length of the time, the level and the name before a line's own words.
    fn stamp_bytes(&mut self, text: &str) -> usize {
        let mut bytes = 0;
        for _ in 0..MOST_FRAMES {
            let rest = text.get(bytes..).unwrap_or_default();
            if clock_bytes(rest) == Some(rest.trim_end().len()) {
                return text.len();
            }
            let next = time_bytes(rest).or_else(|| level(rest)).or_else(|| self.name_bytes(rest));
            let Some(next) = next.filter(|next| rest.len() >= *next) else { break };
            bytes += next;
        }
        bytes
    }

    fn name_bytes(&mut self, text: &str) -> Option<usize> {
        let bytes = source_bytes(text)?;
        let name = text.get(..bytes)?.trim_end();
        if self.name.is_empty() {
            name.clone_into(&mut self.name);
        }
        // `[1,0]<stdout>:` of each process.
        self.has_others |= self.name != name && !name.ends_with(">:");
        (!self.has_others).then_some(bytes)
    }
}

/// The length of a time with its level.
fn time_bytes(text: &str) -> Option<usize> {
    let (open, close) = if text.starts_with('[') { ("[", "]") } else { ("", "") };
    let clock = clock_bytes(text.get(open.len()..)?)?;
    if open.is_empty() && text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Some(clock + syslog_bytes(text.get(clock..)?)?);
    }
    let mut bytes = open.len() + clock;
    let rest = text.get(bytes..)?;
    bytes += close.len();
    let rest = rest.strip_prefix(close)?;
    let sign = [": ", " | ", " - ", " "].iter().find(|sign| rest.starts_with(**sign))?;
    bytes += sign.len();
    let rest = text.get(bytes..)?;
    Some(bytes + level_bytes(rest))
}

/// The length of the machine and the program after the time in a system log. Logins are reported by
/// `sshd`.
fn syslog_bytes(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(' ')?;
    let (machine, said) = rest.split_once(' ')?;
    let (program, _) = said.split_once(": ")?;
    let is_name = |text: &str| !text.is_empty() && !text.contains([' ', ':', '=', '@']);
    // `Nov 03 08:12:44 User name: ada`
    let label = rest.get(..machine.len() + 1 + program.len())?;
    let names = is_name(machine)
        && is_name(program)
        && !program.starts_with("sshd")
        && (program.ends_with(']') || !label::is_of_login(label));
    Some(1 + if names { machine.len() + 1 + program.len() + 2 } else { 0 })
}

/// The length of a date, a time of day, or both; a date alone says nothing.
fn clock_bytes(text: &str) -> Option<usize> {
    let date = date_bytes(text);
    let rest = text.get(date..)?;
    let of_day = rest.find([' ', ']']).unwrap_or(rest.len());
    let word = rest.get(..of_day)?.trim_end_matches(':');
    let is_clock = (5..=WORD_BYTES).contains(&word.len())
        && word.as_bytes().get(2) == Some(&b':')
        && word.bytes().take(2).all(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || b":.,+-Z".contains(&byte))
        && (date > 0 || word.matches(':').count() == 2);
    is_clock.then_some(date + word.len())
}

/// The length of a date with the sign behind it: `2026-03-06T`, `Mar  6 `.
fn date_bytes(text: &str) -> usize {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let digits = |text: &str, form: &str| {
        text.len() >= form.len()
            && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                b'-' => byte == b'-' || byte == b'/',
                b'_' => byte == b' ' || byte.is_ascii_digit(),
                _ => byte == form || byte == b'T',
            })
    };
    let is_month = MONTHS.iter().any(|month| text.starts_with(month));
    if digits(text, "0000-00-00 ") {
        "0000-00-00 ".len()
    } else if is_month && digits(text.get(3..).unwrap_or_default(), " _0 ") {
        "Mar  6 ".len()
    } else {
        0
    }
}

/// The length of a level that begins the line: `INFO: `, `[INFO] `.
fn level(text: &str) -> Option<usize> {
    let bytes = level_bytes(text);
    let is_marked = text.get(..bytes).is_some_and(|it| it.contains([']', ':', '-']));
    is_marked.then_some(bytes)
}

/// The length of the word for an ordinary level, in capitals, with its signs.
fn level_bytes(text: &str) -> usize {
    let rest = text.trim_start_matches(['[', ' ']);
    let end = rest.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(rest.len());
    let (level, behind) = rest.split_at_checked(end).unwrap_or_default();
    let is_level = ["INFO", "DEBUG", "TRACE"].contains(&level);
    let sign = ["] - ", "]: ", "] ", ": ", " - ", " | ", " "].iter();
    let sign = { sign }.find(|sign| behind.starts_with(**sign)).filter(|_| is_level);
    sign.map_or(0, |sign| text.len() - behind.len() + sign.len())
}

/// Whether a word says anything about the values of its line: `[motd]`, `[login]`.
fn says_anything(name: &str) -> bool {
    let mut cues = Vec::new();
    cue::of(name, &mut cues);
    !cues.is_empty()
}

/// The length of the name of a container or a process: `worker-1  | `, `[1,0]<stdout>:`.
fn source_bytes(text: &str) -> Option<usize> {
    if let Some(inner) = text.strip_prefix('[') {
        let (name, behind) = inner.split_once(']')?;
        // The job, the machine or the time that a line is about has a digit.
        let is_name = (2..=WORD_BYTES).contains(&name.len())
            && name.bytes().all(|it| it.is_ascii_alphabetic() || b"-_.".contains(&it))
            && !says_anything(name);
        let is_rank = name.bytes().all(|it| it.is_ascii_digit() || it == b',');
        return match behind.strip_prefix("<std").filter(|_| is_rank) {
            Some(stream) => stream.split_once(">:").map(|(_, said)| text.len() - said.len()),
            None => (is_name && behind.starts_with(' ')).then(|| name.len() + 3),
        };
    }
    let (name, behind) = text.split_once(' ')?;
    let sign = behind.trim_start_matches(' ').strip_prefix("| ")?;
    let is_name = name.len() <= WORD_BYTES
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it))
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !label::is_of_login(name);
    (is_name && !sign.contains('|')).then(|| text.len() - sign.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_it_was_written() {
        for (line, expected) in [
            (r#"{"log":"user: ada\n","stream":"stdout"}"#, Some("user: ada")),
            (r#"{"level":"info","msg":"a\nb","ts":1}"#, Some("a|b")),
            (r#"{"level":"error","msg":"a"}"#, None),
            (r#"{"msg":"connect","user":"ada"}"#, None),
            (r#"{"message":"a","msg":"b"}"#, None),
            (r#"{"message":"a"}"#, None),
            (r#"2026-11-03T08:12:14Z {"log":"a","time":"b"}"#, Some("a")),
            (r#"time="08:12:14" level=info msg="a \"b\"""#, Some("a \"b\"")),
            (r#"level=error msg="a""#, None),
            (r#"level=info msg="a" user=ada"#, None),
            (r#"level=info msg="a" id=6001"#, Some("a")),
            (r#"level=info msg="a" id=ada"#, None),
        ] {
            let found = messages(line.as_bytes()).map(|found| found.join("|"));
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_stamp_ends_where_the_words_begin() {
        for (line, rest) in [
            ("[2026-09-14T07:55:02Z]: Cluster ready", "Cluster ready"),
            ("2026-11-03 08:12:44,123 INFO  ready", " ready"),
            ("2026-11-03 08:12:44,123 ERROR failed", "ERROR failed"),
            ("Nov  3 08:12:44 node17 launcher[8]: up", "up"),
            ("Nov  3 08:12:44 node17 sshd[8]: up", "node17 sshd[8]: up"),
            ("Nov 03 08:12:44 User name: ada", "User name: ada"),
            ("Nov 03 08:12:44 Public IP: 203.0.113.7", "Public IP: 203.0.113.7"),
            ("user | ada", "user | ada"),
            ("INFO: up", "up"),
            ("[INFO] up", "up"),
            ("[launcher] up", "up"),
            ("[job-17] up", "[job-17] up"),
            ("08:12:44 | | a | b |", "| a | b |"),
            ("worker-1  | up", "up"),
            ("worker-1  | a | b", "worker-1  | a | b"),
            ("[1,0]<stdout>:up", "up"),
            ("12:30 ada: hello", "12:30 ada: hello"),
            ("08:12:44", ""),
            ("2026-11-03T08:12:14Z ", ""),
            ("[INFO] ", ""),
            ("Host | port", "Host | port"),
        ] {
            assert_eq!(line.get(Speaker::default().stamp_bytes(line)..), Some(rest), "{line}");
        }
        let mut speaker = Speaker::default();
        let stamps = ["[east] up", "[east] up", "[west] up", "[east] up"];
        assert_eq!(stamps.map(|line| speaker.stamp_bytes(line)), [7, 7, 0, 0]);
    }
}
