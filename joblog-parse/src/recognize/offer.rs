//! Whether a login is offered: the words around it speak of logging in, of something that is ready,
//! or to the reader.
//!
//! A log names many logins; most are somebody's, and nothing in particular has to say so. That a
//! login is the reader's must be said.

use std::ops::Range;

use super::cue::Cue;
use super::evidence::Evidence;
use super::line;
use super::parsed::ParsedLine;

/// An offer speaks for so many lines behind it.
const LINES: u64 = 4;
/// A command needs no words where a log begins with it.
const FIRST_LINES: u64 = 1;
/// A prompt before a command is no longer.
const PROMPT_BYTES: usize = 48;

/// What the lines so far offer.
#[derive(Debug, Clone, Default)]
pub(super) struct Offers {
    /// Lines that have words.
    lines: u64,
    /// The last of them that offers something.
    last: Option<u64>,
    /// The line before ends with a colon.
    is_led: bool,
    ends_with_colon: bool,
    /// How the line before begins, and how this one does.
    beginnings: [String; 2],
}

impl Offers {
    /// Takes note of a line, without the commands in it; the end of a cluster is no talk.
    pub(super) fn enter(&mut self, text: &str, line: &ParsedLine<'_>, is_end: bool) {
        self.beginnings.swap(0, 1);
        let [_, beginning] = &mut self.beginnings;
        beginning.clear();
        beginning.extend(text.chars().take(PROMPT_BYTES));
        if !has_word(text.get(line::stamp_bytes(text)..).unwrap_or_default()) {
            // All of it looks like a stamp, as in `Login: …`.
            if offers(line) {
                self.last = Some(self.lines);
            }
            return;
        }
        self.lines += u64::from(!is_end);
        let said = text.trim_end_matches(|c: char| c.is_whitespace() || "*|#║│".contains(c));
        self.is_led = std::mem::replace(&mut self.ends_with_colon, said.ends_with([':', '：']));
        if offers(line) {
            self.last = Some(self.lines);
        }
    }

    /// Forgets the lines before: text was left out.
    pub(super) fn forget(&mut self) {
        *self = Self { lines: self.lines, ..Self::default() };
    }

    /// What the line and those before it say for all that the line names.
    pub(super) fn evidence(&self) -> Evidence {
        match self.last {
            Some(last) if last + LINES >= self.lines => Evidence::OFFERED,
            _ => Evidence::default(),
        }
    }

    /// What speaks for a command besides: the log begins with it, a line with a colon or the word
    /// `with` leads to it, or words of a language that is not known here do.
    pub(super) fn of_command(&self, line: &ParsedLine<'_>, span: &Range<usize>) -> Evidence {
        let said = before(line.text, span);
        let is_alone = is_prompt(said) || self.is_source(line.text, span);
        let word = line.tokens.partition_point(|token| token.span.end <= span.start);
        let is_with = word.checked_sub(1).is_some_and(|word| line.has(word, Cue::With));
        let is_foreign = said.trim_end().ends_with([':', '：', '"', '“', '«', '`'])
            && said.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        let is_led = is_alone && (self.lines <= FIRST_LINES || self.ends_with_colon);
        if is_led || is_with || is_foreign { Evidence::OFFERED } else { Evidence::default() }
    }

    /// Whether the line before begins with the same words: they are who writes to the log.
    fn is_source(&self, text: &str, span: &Range<usize>) -> bool {
        let [beginning, _] = &self.beginnings;
        let said = text.get(..span.start).unwrap_or_default().trim_end();
        !said.is_empty() && line::shape(beginning).starts_with(&line::shape(said))
    }

    /// What speaks for a command that copies: nothing but that the log begins with it, or that the
    /// line before asks for it.
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

/// What a line says before a place.
pub(super) fn before<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    text.get(line::stamp_bytes(text).min(span.start)..span.start).unwrap_or_default()
}

/// Whether nothing is said before a command but a prompt, or what gives it the password.
fn is_prompt(before: &str) -> bool {
    let is_prompt =
        before.len() <= PROMPT_BYTES && before.trim_end().ends_with(['>', '$', '#', '%']);
    is_prompt || !has_word(before) || before.trim_start().starts_with("sshpass ")
}

/// Whether there is a word of more than one letter.
pub(super) fn has_word(text: &str) -> bool {
    let mut letters = text.chars().map(char::is_alphabetic);
    let mut is_letter = false;
    letters.any(|next| std::mem::replace(&mut is_letter, next) && next)
}

/// Whether the words of a line offer a login.
fn offers(line: &ParsedLine<'_>) -> bool {
    let cues = [Cue::Ready, Cue::Connect, Cue::Login, Cue::Ssh, Cue::Log, Cue::Your];
    if line.says(&cues) {
        return true;
    }
    line.says(&[Cue::Function, Cue::With, Cue::Word])
        && line
            .tokens
            .iter()
            .any(|token| TOLD.iter().any(|word| token.text.eq_ignore_ascii_case(word)))
}

/// Words to the reader that are no cue, and words for what holds from now on.
const TOLD: [&str; 14] = [
    "you", "please", "run", "use", "type", "now", "new", "sie", "bitte", "vous", "usted", "te",
    "du", "lei",
];
