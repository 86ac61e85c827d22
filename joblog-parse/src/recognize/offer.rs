//! Decides whether a login is offered: whether the words around it are about logging in or about
//! something that is ready, or address the reader.
//!
//! A log names many logins. Most belong to someone else, and nothing needs to say so; but something
//! must say that a login is the reader's.

mod words;

use std::ops::Range;

use super::cue::Cue;
use super::evidence::Evidence;
use super::line;
use super::parsed_line::{ParsedLine, Signs};
pub(super) use words::refers_back;
use words::{POLITE, TOLD, is_subcommand};

/// How many lines after an offer it still applies to.
const LINES: u64 = 4;
/// A record that is offered has at most this many lines.
const RECORD_LINES: u64 = 8;
/// The most words of a label before a command, and its most bytes.
const LABEL_WORDS: usize = 5;
const LABEL_BYTES: usize = 120;
/// The most labels remembered.
const MOST_GIVEN: usize = 16;
/// How many lines after a command at a prompt another one belongs to the same session.
const SESSION_LINES: u64 = 12;
/// Up to this line a command needs no words before it: the log begins with it.
const FIRST_LINES: u64 = 1;
/// A log that only has a record has at most this many lines with words up to its end, and at most
/// this many lines.
const BEGINNING: u64 = 6;
const BEGINNING_LINES: u64 = 16;
/// How much further than the line before a command is indented, to be set apart.
const SET_APART: usize = 2;
/// The longest prompt before a command, in bytes.
const PROMPT_BYTES: usize = 48;

/// Whether a text begins with what a shell prints before a command.
fn begins_with_prompt(text: &str) -> bool {
    ["$ ", "% ", "> "].iter().any(|prompt| text.trim_start().starts_with(prompt))
}

/// Which of the lines so far offer a login.
#[derive(Debug, Clone, Default)]
pub(super) struct Offers {
    /// The number of lines with words.
    lines: u64,
    /// The first line with words.
    first: Option<u64>,
    /// The line of the log after which it has said too much to be no more than a record.
    beginning_ends: Option<u64>,
    /// The last of these that offers a login.
    last: Option<u64>,
    /// The last line with the login that was offered.
    fulfilled: Option<u64>,
    /// Whether a line before this one has words and no figures, and whether this one does.
    talk: [bool; 2],
    /// Whether the line before ends with a colon.
    is_led: bool,
    ends_with_colon: bool,
    /// The blanks before the first word of the last line with words, without its stamp. A heading
    /// counts as indented as the line before it.
    indent: usize,
    /// The beginnings of the line before and of this one.
    beginnings: [String; 2],
    /// What stood around commands that were offered, with digits replaced by zeros.
    given: Vec<String>,
    /// The last line with a prompt and other words than a login.
    prompted: Option<u64>,
    /// Whether the lines are the outputs of a deployment, which are made for the reader.
    is_in_outputs: bool,
}

impl Offers {
    /// Records a line, without its commands. A line about the end of a cluster is not counted.
    pub(super) fn enter(&mut self, text: &str, line: &ParsedLine<'_>, is_end: bool) {
        let [before, this] = self.talk;
        self.talk = [before || this, false];
        let unstamped = text.get(line::stamp_bytes(text)..).unwrap_or_default();
        self.is_in_outputs = match unstamped.trim() {
            "Outputs:" | "Outputs" => true,
            "" => self.is_in_outputs,
            said => self.is_in_outputs && said.contains(" = "),
        };
        self.beginnings.swap(0, 1);
        let [_, beginning] = &mut self.beginnings;
        beginning.clear();
        beginning.extend(text.chars().take(PROMPT_BYTES));
        if !has_word(unstamped) {
            // The whole line looks like a stamp, as in `Login: …`.
            if offers(line) {
                self.last = Some(self.lines);
            }
            return;
        }
        let is_talk = !unstamped.contains(|c: char| c.is_ascii_digit());
        let level = indent(unstamped);
        self.indent = if is_heading(unstamped.trim()) { level.min(self.indent) } else { level };
        self.lines += u64::from(!is_end);
        if begins_with_prompt(unstamped) {
            self.prompted = Some(self.lines);
        }
        let [before, _] = self.talk;
        self.talk = [before, is_talk && !is_end];
        let said = text.trim_end_matches(|c: char| c.is_whitespace() || "*|#║│".contains(c));
        self.is_led = std::mem::replace(&mut self.ends_with_colon, said.ends_with([':', '：']));
        if offers(line) {
            self.last = Some(self.lines);
        }
    }

    /// Records the number of the line that was entered.
    pub(super) fn number(&mut self, number: u64) {
        if self.lines > 0 {
            self.first.get_or_insert(number);
        }
        if self.beginning_ends.is_none() && self.lines > BEGINNING {
            self.beginning_ends = Some(number);
        }
    }

    /// Whether the log begins with the line.
    pub(super) fn is_first(&self, number: u64) -> bool {
        self.first.is_none_or(|first| number <= first)
    }

    /// Whether the line is one of the first of the log.
    pub(super) fn begins_by(&self, number: u64) -> bool {
        number <= BEGINNING_LINES && self.beginning_ends.is_none_or(|end| number < end)
    }

    /// Counts lines that were left out, because nothing came of lines like them.
    pub(super) fn pass(&mut self, lines: u64) {
        self.lines += lines;
    }

    /// Forgets the earlier lines, because text was left out.
    pub(super) fn forget(&mut self) {
        *self = Self { lines: self.lines, talk: self.talk, ..Self::default() };
    }

    /// The evidence from this line and those before it, for every login that the line names.
    pub(super) fn evidence(&self) -> Evidence {
        let is_fulfilled =
            |last| self.fulfilled.is_some_and(|line| (last..self.lines).contains(&line));
        match self.last {
            Some(last) if last + LINES >= self.lines && !is_fulfilled(last) => Evidence::OFFERED,
            _ => Evidence::default(),
        }
    }

    /// Whether the lines offer a login that has not been found.
    pub(super) fn is_offering(&self) -> bool {
        self.evidence() != Evidence::default()
    }

    /// Records that what the last line offered has been found.
    pub(super) fn fulfil(&mut self) {
        self.fulfilled = Some(self.lines);
    }

    /// Records what stands around a command that was offered.
    pub(super) fn give(&mut self, text: &str, span: &Range<usize>) {
        let words = around(text, span);
        if has_word(&words) && words.len() <= LABEL_BYTES {
            if self.given.len() >= MOST_GIVEN {
                self.given.remove(0);
            }
            self.given.push(words);
        }
    }

    /// Whether this line offers a login.
    pub(super) fn is_now(&self) -> bool {
        self.last == Some(self.lines)
    }

    /// Whether the line before offers a login.
    pub(super) fn is_just_before(&self) -> bool {
        self.last.is_some_and(|last| last + 1 == self.lines)
    }

    /// Whether the line before ends with a colon.
    pub(super) fn is_led(&self) -> bool {
        self.is_led
    }

    /// Whether a command at a prompt follows others: then it is part of a session that the log
    /// recorded.
    fn is_in_session(&self, said: &str) -> bool {
        let is_asked = self.last.is_some_and(|last| last + 1 >= self.lines);
        begins_with_prompt(said)
            && !has_word(said)
            && !is_asked
            && self.prompted.is_some_and(|last| last + SESSION_LINES >= self.lines)
    }

    /// More evidence for a command: nothing but figures stands before it in the log, a line with a
    /// colon or the word `with` leads to it, words of an unknown language do, or it is set apart.
    pub(super) fn of_command(&self, line: &ParsedLine<'_>, span: &Range<usize>) -> Evidence {
        let said = before(line.text, span);
        if self.is_in_session(said) {
            return Evidence::ACTION;
        }
        let [is_behind_talk, _] = self.talk;
        let is_alone = is_prompt(said) || self.is_source(line.text, span);
        let word = line.tokens.partition_point(|token| token.span.end <= span.start);
        let is_with = word.checked_sub(1).is_some_and(|word| line.has(word, Cue::With));
        let is_foreign = said.trim_end().ends_with([':', '：', '"', '“', '«', '`'])
            && said.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        let is_led =
            is_alone && (self.lines <= FIRST_LINES || !is_behind_talk || self.ends_with_colon);
        let is_again = self.given.contains(&around(line.text, span));
        let is_output = self.is_in_outputs && !line.says(&[Cue::Foreign, Cue::Other]);
        if is_led
            || is_output
            || has_purpose(said)
            || self.is_only_field(line.text, span)
            || is_with
            || is_foreign
            || is_again
            || is_label(line, word)
            || self.is_named(line, word)
            || self.sets_apart(line.text, span)
        {
            Evidence::OFFERED
        } else {
            Evidence::default()
        }
    }

    /// Whether the label before a command names it, and the record that it is part of is offered:
    /// `comando   ssh …`.
    fn is_named(&self, line: &ParsedLine<'_>, word: usize) -> bool {
        const NAMES: &str =
            "command cmd befehl commande comando kommando polecenie příkaz opdracht";
        let label = line.tokens.first().filter(|_| word == 1).map_or("", |token| token.text);
        let is_near = self.last.is_some_and(|last| last + RECORD_LINES >= self.lines);
        is_near && NAMES.split(' ').any(|name| label.eq_ignore_ascii_case(name))
    }

    /// Whether a command is all of its line, and indented below the line before or the one before
    /// its heading: this is how people are shown what to type, in every language.
    fn sets_apart(&self, text: &str, span: &Range<usize>) -> bool {
        let said = before(text, span);
        let behind = text.get(span.end..).unwrap_or_default();
        said.trim().is_empty() && !has_word(behind) && said.len() >= self.indent + SET_APART
    }

    /// Whether a command is the only field of an object, as programs print what to run:
    /// `{"command": "ssh …"}`.
    fn is_only_field(&self, text: &str, span: &Range<usize>) -> bool {
        let [beginning, _] = &self.beginnings;
        let behind = text.get(span.end..).unwrap_or_default();
        let is_last = behind.trim_matches(['"', ' ', '}']).is_empty();
        let said = before(text, span).trim();
        let key =
            said.strip_suffix('"').map(|key| key.trim_end().trim_end_matches([':', '"', ' ']));
        let is_field = |key: &str| {
            key.strip_prefix('"').is_some_and(|key| {
                key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
            })
        };
        is_last && beginning.trim() == "{" && key.is_some_and(is_field)
    }

    /// Whether the line before begins with the same words: they name the program that writes the
    /// log.
    fn is_source(&self, text: &str, span: &Range<usize>) -> bool {
        let [beginning, _] = &self.beginnings;
        let said = text.get(..span.start).unwrap_or_default().trim_end();
        !said.is_empty() && line::shape(beginning).starts_with(&line::shape(said))
    }

    /// The evidence for a copying command: only that the log begins with it, or that the line
    /// before asks for it.
    pub(super) fn of_copy(&self, line: &ParsedLine<'_>, span: &Range<usize>) -> Evidence {
        let text = line.text;
        let word = line.tokens.partition_point(|token| token.span.end <= span.start);
        let is_with = word.checked_sub(1).is_some_and(|word| line.has(word, Cue::With))
            && before(text, span).trim_end().ends_with(':');
        let is_asked = self.is_led && self.evidence() != Evidence::default();
        let is_led = self.lines <= FIRST_LINES || is_asked;
        if is_with || is_led && is_prompt(before(text, span)) {
            Evidence::OFFERED
        } else {
            Evidence::default()
        }
    }
}

/// Whether the words before a command say what it is for, up to a colon: `Pour ouvrir une session :
/// ssh …`.
fn has_purpose(said: &str) -> bool {
    const FOR: [&str; 13] = [
        "to", "pour", "para", "per", "zum", "zur", "um", "om", "aby", "żeby", "for", "för",
        "pentru",
    ];
    let said = said.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = said.split_whitespace().next().unwrap_or_default().to_lowercase();
    said.trim_end().ends_with(':')
        && FOR.contains(&first.as_str())
        && said.split_whitespace().count() > 1
        && said.len() <= LABEL_BYTES
}

/// The text around a command without the stamp, with digits replaced by zeros.
fn around(text: &str, span: &Range<usize>) -> String {
    line::shape(before(text, span)) + &line::shape(text.get(span.end..).unwrap_or_default())
}

/// The text of a line before a place, without the stamp.
pub(super) fn before<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    text.get(line::stamp_bytes(text).min(span.start)..span.start).unwrap_or_default()
}

/// Whether the words before a command are a label for the machine to log in to: `master: ssh …`.
fn is_label(line: &ParsedLine<'_>, word: usize) -> bool {
    let is_short = word <= LABEL_WORDS;
    let before = line.tokens.get(..word).unwrap_or_default();
    let end = before.last().map_or(0, |token| token.span.end);
    let is_signed =
        line.text.get(end..).is_some_and(|it| it.trim_start_matches([')', ' ']).starts_with(':'));
    let machine = [Cue::Main, Cue::Cluster];
    let names = (0..word).any(|at| line.has_any(at, &machine));
    let fits = |at: usize| {
        let token = line.tokens.get(at);
        let is_number = token.is_some_and(|it| {
            it.text.bytes().all(|b| b.is_ascii_digit())
                || it.text.len() == 1 && it.text.bytes().all(|b| b.is_ascii_alphabetic())
        });
        is_number || line.has_any(at, &[Cue::Main, Cue::Cluster, Cue::Machine, Cue::Id, Cue::Job])
    };
    is_short && is_signed && names && (0..word).all(fits)
}

/// Whether a text is a heading of a few words, as in a frame: `LOGG INN`.
fn is_heading(text: &str) -> bool {
    const WORDS: usize = 4;
    text.chars().all(|c| c.is_alphabetic() || c == ' ')
        && text.chars().next().is_some_and(|first| !first.is_ascii_lowercase())
        && text.split_whitespace().count() <= WORDS
}

/// The blanks at the beginning of a text, in bytes.
fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Whether a command has nothing before it except a prompt, or the program that gives it the
/// password.
fn is_prompt(before: &str) -> bool {
    let is_prompt =
        before.len() <= PROMPT_BYTES && before.trim_end().ends_with(['>', '$', '#', '%']);
    is_prompt || !has_word(before) || before.trim_start().starts_with("sshpass ")
}

/// Whether the text has a word of more than one letter.
pub(super) fn has_word(text: &str) -> bool {
    let mut letters = text.chars().map(char::is_alphabetic);
    let mut is_letter = false;
    letters.any(|next| std::mem::replace(&mut is_letter, next) && next)
}

/// Whether the words of a line offer a login.
fn offers(line: &ParsedLine<'_>) -> bool {
    // `Login of root failed`
    let is_about_deeds = line.says(&[Cue::Gone, Cue::Event]);
    if is_about_deeds || line.says(&[Cue::Failure]) && !tells_reader(line) {
        return false;
    }
    is_about_login(line) || tells_reader(line)
}

/// Whether the words of a line are about logging in or about something that is ready.
pub(super) fn is_about_login(line: &ParsedLine<'_>) -> bool {
    let cues = [Cue::Connect, Cue::Login, Cue::Ssh, Cue::Log];
    line.says(&cues)
        && (0..line.tokens.len()).any(|at| line.has_any(at, &cues) && !line.is_kind(at))
        || line.says_ready()
}

/// Whether a line addresses the reader, or tells what is new.
fn tells_reader(line: &ParsedLine<'_>) -> bool {
    if !line.text.is_ascii() && POLITE.iter().any(|word| line.text.contains(word)) {
        return true;
    }
    line.says(&[Cue::Your])
        || line.says(&[Cue::Function, Cue::With, Cue::Word, Cue::From])
            && line
                .tokens
                .iter()
                .enumerate()
                .filter(|(at, _)| !line.gap_behind(*at).has(Signs::EQUALS))
                .any(|(at, token)| {
                    TOLD.iter().any(|word| token.text.eq_ignore_ascii_case(word))
                        && !is_subcommand(line, at)
                })
}
