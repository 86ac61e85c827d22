//! Announcements that continue on the next line: a label whose value is there, or the rest of a
//! sentence.

use super::command;
use super::cue::Cue;
use super::label::{self, Label};
use super::line;
use super::parsed_line::{Kind, ParsedLine, Signs, Token};
use super::spelling;

/// A longer line does not end with a label that matters.
const LINE_BYTES: usize = 300;
/// A label on a line of its own has at most this many words.
const LABEL_WORDS: usize = 6;

/// A line that ends with a label, such as `Public IP:`, or with the host of an unfinished sentence.
#[derive(Debug, Clone)]
pub(super) struct Awaited {
    line: String,
    /// The text before the label, with digits replaced by zeros.
    prefix: String,
    wanted: Wanted,
}

/// How the next line must begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The value of a label that ends with a colon.
    Value,
    /// The value of a label that fills its line.
    Below,
    /// The address that continues the sentence.
    Address,
    /// The number of a port at the beginning of the line: `… (port`.
    Port,
    /// `as user ada`, after `Connecting to 203.0.113.7`.
    User,
    /// The rest of a sentence that breaks after a preposition: `log in by ssh as`.
    Rest,
}

impl Awaited {
    /// What the end of a line leaves open.
    pub(super) fn at_end(line: &ParsedLine<'_>) -> Option<Self> {
        let text = line.text.trim_end();
        if text.len() >= LINE_BYTES || line.tokens.is_empty() {
            return None;
        }
        if let Some(before) = before_last_host(text) {
            let (line, prefix) = (text.to_owned(), line::shape(before));
            return Some(Self { line, prefix, wanted: Wanted::User });
        }
        if breaks_off(line) || is_wrapped(line) || is_open(line) {
            let (line, prefix) = (text.to_owned(), String::new());
            return Some(Self { line, prefix, wanted: Wanted::Rest });
        }
        let asks = line.tokens.last().is_some_and(|token| {
            ["enter", "type", "eingeben", "saisir", "saisissez"].contains(&token.text)
        });
        let has_sign = text.ends_with([':', '：', '=']) || asks;
        let start = phrase_start(line, line.tokens.len() - usize::from(asks));
        let cues =
            (start..line.tokens.len()).flat_map(|at| line.cues(at)).copied().collect::<Vec<_>>();
        let label = label::meaning(&cues)?;
        let first = line.tokens.get(start)?.span.start;
        let before = text.get(..first)?;
        let is_all = (start..line.tokens.len())
            .all(|at| line.tokens.get(at).is_some_and(|token| token.is_known))
            && line.tokens.len() - start <= LABEL_WORDS
            && (line::stamp_bytes(text) >= before.trim_end().len() || before.ends_with("  "));
        let wanted = match label {
            Label::Host | Label::PrivateHost | Label::User | Label::Port if has_sign => {
                Wanted::Value
            }
            Label::Host | Label::PrivateHost | Label::User | Label::Port if is_all => Wanted::Below,
            Label::Host | Label::PrivateHost => Wanted::Address,
            Label::Port if text.ends_with(char::is_alphabetic) => Wanted::Port,
            _ => return None,
        };
        Some(Self { line: text.to_owned(), prefix: line::shape(before), wanted })
    }

    /// Appends what the next line contributes: a single word, possibly after a bullet, or the rest
    /// of the sentence.
    pub(super) fn with_value(self, next: &str) -> Option<String> {
        let value = line::without_prefix(next, &self.prefix).trim();
        let is_fitting = match self.wanted {
            Wanted::User => {
                let words = value.split_whitespace().collect::<Vec<_>>();
                matches!(words.as_slice(), ["as", "user", _])
            }
            Wanted::Address => begins_with_address(value),
            Wanted::Port => begins_with_port(value),
            Wanted::Rest => return self.with_rest(next),
            Wanted::Value if goes_on_behind_value(value) => true,
            Wanted::Value => return self.with_word(value, ""),
            Wanted::Below => {
                return if begins_with_address(value) {
                    Some(format!("{} {value}", self.line))
                } else {
                    self.with_word(value, ":")
                };
            }
        };
        is_fitting.then(|| format!("{} {value}", self.line))
    }

    /// Appends the next line without its stamp, if it goes on with the sentence: it begins small,
    /// or the sentence cannot end here.
    fn with_rest(self, next: &str) -> Option<String> {
        let stamp = line::stamp_bytes(&self.line);
        // `NOTE: …` is a label, which the next line does not repeat.
        let has_digit = self.line.get(..stamp)?.bytes().any(|byte| byte.is_ascii_digit());
        let is_repeated = next.get(..stamp) == self.line.get(..stamp);
        let stamp = if has_digit || is_repeated { stamp } else { 0 };
        let (own_stamp, own) = self.line.split_at_checked(stamp)?;
        let (stamp, said) = next.split_at_checked(own_stamp.len())?;
        let indent = |text: &str| text.len() - text.trim_start_matches(is_frame).len();
        let is_item = own.trim_start_matches(is_frame).starts_with(|c: char| !c.is_alphanumeric());
        let is_alike = line::shape(stamp) == line::shape(own_stamp)
            && (indent(said) <= indent(own) + 1 || is_item);
        if !is_alike {
            return None;
        }
        let rest = said.trim_matches(is_frame);
        let unquoted = rest.trim_start_matches(['`', '"', '\'', '„', '“', '«']);
        let words = rest.split_whitespace().take(3);
        let is_label = { words }.any(|word| word.ends_with(':') || word.contains('='));
        let said = self.line.trim_end_matches(is_frame);
        let line = ParsedLine::new(said);
        let is_port = line.has(line.tokens.len().saturating_sub(1), Cue::Port);
        let is_open = breaks_off(&line)
            || is_open(&line)
            || begins_with_address(unquoted)
            || is_port && begins_with_port(rest);
        let goes_on = |c: char| c.is_lowercase() || is_open && c.is_alphanumeric();
        let is_row = rest.contains("  ") || rest.contains('\t');
        let is_command = command::find(rest, 0).is_some_and(|found| found.span.start == 0);
        (unquoted.starts_with(goes_on) && !is_label && !is_row && !is_command)
            .then(|| format!("{said} {rest}"))
    }

    fn with_word(self, value: &str, sign: &str) -> Option<String> {
        let value = value.strip_prefix(['-', '*', '>']).unwrap_or(value).trim();
        let is_value = !value.is_empty() && !value.contains(char::is_whitespace);
        // A line with a label of its own is not a value.
        let is_value = is_value && (!value.contains('=') && !value.ends_with([':', '{', '[']));
        is_value.then(|| format!("{}{sign} {value}", self.line))
    }
}

/// Whether a line breaks within a sentence about logging in.
fn breaks_off(line: &ParsedLine<'_>) -> bool {
    let last = line.tokens.len().saturating_sub(1);
    let is_open = line.has_any(last, &[Cue::As, Cue::At, Cue::With])
        && line.text.trim_end().ends_with(char::is_alphabetic);
    let says = |cues: &[Cue]| (0..last).any(|at| line.has_any(at, cues));
    last > 2 && is_open && says(&[Cue::Connect, Cue::Ssh, Cue::Login])
}

/// Whether a line about a login ends with a word that ends no sentence: a preposition, an article,
/// a verb that needs another.
fn is_open(line: &ParsedLine<'_>) -> bool {
    const WORDS: usize = 4;
    const VERBS: [&str; 6] = ["wurde", "wurden", "wird", "werden", "ont", "été"];
    let last = line.tokens.len().saturating_sub(1);
    let open = [Cue::At, Cue::As, Cue::With, Cue::Of, Cue::And, Cue::Function, Cue::Is];
    let ends = line.has_any(last, &open)
        || line.tokens.last().is_some_and(|token| VERBS.contains(&token.text));
    let is_about = line.says(&ABOUT)
        || line
            .tokens
            .iter()
            .any(|token| matches!(token.what, Kind::Host(..)) || token.text.contains('@'));
    last >= WORDS
        && ends
        && is_about
        && line.text.trim_end().trim_end_matches(is_frame).ends_with(char::is_lowercase)
}

/// What lines about a login name.
const ABOUT: [Cue; 10] = [
    Cue::Connect,
    Cue::Ssh,
    Cue::Login,
    Cue::User,
    Cue::UserName,
    Cue::Account,
    Cue::Host,
    Cue::Machine,
    Cue::Main,
    Cue::Public,
];

/// Whether a line of prose about a login, or a continued one, ends within a sentence.
fn is_wrapped(line: &ParsedLine<'_>) -> bool {
    const WORDS: usize = 5;
    let against = [
        Cue::Foreign,
        Cue::Event,
        Cue::Action,
        Cue::Failure,
        Cue::Gone,
        Cue::Example,
        Cue::Version,
    ];
    if !(line.says(&ABOUT) || line.says(&[Cue::As, Cue::Your])) || line.says(&against) {
        return false;
    }
    let said = line.text.get(line::stamp_bytes(line.text)..).unwrap_or_default();
    let said = said.trim_matches(is_frame);
    let first = line.tokens.partition_point(|token| token.span.end <= line.text.len() - said.len());
    let is_prose = |token: &Token<'_>| {
        !(token.gap.has(Signs::SIGN) || token.gap.has(Signs::BRACE) || token.gap.has(Signs::COLUMN))
    };
    line.tokens.len() >= first + WORDS
        && said.ends_with(|c: char| c.is_alphabetic() || c == ',')
        && (said.starts_with(|c: char| c.is_uppercase())
            || line.sentence(first).end < line.tokens.len())
        && line.tokens.iter().skip(first + 1).all(is_prose)
}

fn is_frame(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '*' | '#' | '║' | '│')
}

/// The first word of the phrase that a line ends with.
fn phrase_start(line: &ParsedLine<'_>, end: usize) -> usize {
    let ends = |at: &usize| {
        line.tokens
            .get(*at)
            .is_some_and(|token| token.gap.has(Signs::BREAK) || token.gap.has(Signs::SIGN))
    };
    (0..end).rev().find(ends).unwrap_or(0)
}

/// Whether a sentence continues after the first word: `ada, port 2222`.
fn goes_on_behind_value(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let ends = first.ends_with([',', ';', '.']) && first.len() > 1;
    let next = words.next();
    !first.contains(['=', ':'])
        && (ends && next.is_some() || next.is_some_and(|next| next.starts_with(['(', '/'])))
}

/// Whether a text begins with a number, and no other one follows it.
fn begins_with_port(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    let number = word.trim_end_matches([',', '.', ';', ')']);
    number.parse::<u16>().is_ok_and(|port| port > 0)
}

fn begins_with_address(text: &str) -> bool {
    let mut words = text.split_whitespace().map(spelling::without_sentence_end);
    let first = words.find(|word| !matches!(*word, "at" | "is" | "on" | "under" | "via"));
    first.is_some_and(|word| word.parse::<std::net::IpAddr>().is_ok())
}

/// The text before the address that ends the line, if the line says that this is the address to
/// connect to.
fn before_last_host(line: &str) -> Option<&str> {
    let (before, host) = line.rsplit_once(' ')?;
    host.parse::<std::net::IpAddr>().ok()?;
    let mut words = before.split_whitespace().rev();
    let is_goal = words.next() == Some("to")
        && words.next().is_some_and(|verb| {
            ["connect", "connecting"].iter().any(|it| verb.eq_ignore_ascii_case(it))
        });
    is_goal.then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_goes_on_in_the_next_line() {
        for (line, next, joined) in [
            (
                "12:00:01 [I] Please log in as the user",
                "12:00:01 [I] ada at once",
                Some("12:00:01 [I] Please log in as the user ada at once"),
            ),
            (
                "Log in to the machine as \"ada\" on",
                "203.0.113.7 now",
                Some("Log in to the machine as \"ada\" on 203.0.113.7 now"),
            ),
            ("salloc: Nodes are ready for your job", "prolog: mounting data", None),
            ("Please log in to your new machine", "    ls -la", None),
            ("Please log in to your new machine", "user: ada", None),
            ("Please log in to your new machine", "real\t0m12.301s", None),
            ("Please log in to your new machine.", "then wait", None),
            ("Uploading logs for the user of the host", "as it was", None),
        ] {
            let read = Awaited::at_end(&ParsedLine::new(line)).and_then(|it| it.with_value(next));
            assert_eq!(read.as_deref(), joined, "{line}");
        }
    }
}
