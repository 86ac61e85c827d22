//! What a line says about users, hosts and ports: each value with the nearest cue that refers to
//! it.
//!
//! `cue … sign value`, `cue value`, `value is the cue`, `value (cue)` and `connect to value as
//! value` are treated alike: words between a cue and its value are skipped, but not the end of a
//! phrase.

mod addressee;
mod contact;
mod host;
mod port;
mod prose;
mod raw_value;
mod shape;
mod user;

use std::num::NonZeroU16;
use std::ops::Range;

use super::Refusal;
use super::cue::Cue;
use super::evidence::Evidence;
use super::label::{self, Label};
use super::pairing::Place;
use super::parsed_line::{self, Kind, ParsedLine, Signs};
use super::spelling;
use crate::target::{TargetError, User};
use raw_value::raw_value;

/// A value and the evidence for it.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    /// Its span in the line.
    pub(super) span: Range<usize>,
    pub(super) said: Statement<'a>,
    pub(super) evidence: Evidence,
    /// The number of its sentence in the line.
    pub(super) sentence: usize,
}

/// A statement of the line.
#[derive(Debug)]
pub(super) enum Statement<'a> {
    User(Result<User, Refusal>),
    Host {
        place: Place,
        is_private: bool,
    },
    /// A host other than the cluster's, and why.
    Refused(Refusal),
    Port(Result<NonZeroU16, TargetError>),
    /// The value of another label.
    Value(Label, &'a str),
}

/// How many words on either side of a value are examined.
const REACH: usize = 16;

/// Turns a line into readings.
pub(super) struct Reader<'a, 'b> {
    line: &'b ParsedLine<'a>,
    /// Words that are already used as a value.
    is_taken: Vec<bool>,
    /// What a sentence says as a whole, up to each word.
    context: Vec<Evidence>,
    sentences: Vec<usize>,
    /// Whether the line says that something is ready.
    is_ready: bool,
    /// Whether the lines offer a login.
    is_offered: bool,
    out: Vec<Reading<'a>>,
}

impl<'a, 'b> Reader<'a, 'b> {
    /// Prepares to read a line whose parts in `taken` have been read already.
    pub(super) fn new(line: &'b ParsedLine<'a>, taken: &[Range<usize>]) -> Self {
        let count = line.tokens.len();
        let mut taken = taken.iter().peekable();
        let mut is_taken = Vec::with_capacity(count);
        for token in &line.tokens {
            while taken.next_if(|span| span.end <= token.span.start).is_some() {}
            is_taken.push(taken.peek().is_some_and(|span| span.start < token.span.end));
        }
        let (context, sentences) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let is_ready = line.says_ready();
        let is_offered = false;
        let out = Vec::new();
        let mut reader = Self { line, is_taken, context, sentences, is_ready, is_offered, out };
        reader.read_context();
        reader
    }

    /// All readings of users, hosts and ports in the line, in order.
    pub(super) fn readings(&mut self) -> Vec<Reading<'a>> {
        self.read_labels();
        self.read_users();
        self.read_hosts();
        self.read_ports();
        let mut readings = std::mem::take(&mut self.out);
        settle(&mut readings);
        readings.sort_by_key(|reading| reading.span.start);
        readings
    }

    /// Adds what the lines before say about this one.
    pub(super) fn add(&mut self, taint: Evidence) {
        for context in &mut self.context {
            context.add(taint);
        }
    }

    /// Records whether the lines offer a login.
    pub(super) fn set_offered(&mut self, is_offered: bool) {
        self.is_offered = is_offered;
    }

    /// The line in words.
    pub(super) fn line(&self) -> &ParsedLine<'a> {
        self.line
    }

    /// The line as text.
    pub(super) fn text(&self) -> &'a str {
        self.line.text
    }

    /// The evidence of the sentence up to a position, for a command that is there.
    pub(super) fn context_at(&self, place: usize) -> Evidence {
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        // A login is a word of its sentence; a command was taken out of it.
        if self.line.tokens.get(word).is_some_and(|token| token.span.start <= place) {
            return self.context.get(word).copied().unwrap_or_default();
        }
        let Some(before) = word.checked_sub(1) else { return Evidence::default() };
        // A sentence may end just before it.
        let behind = self.line.tokens.get(before).map_or(0, |token| token.span.end);
        let between = self.line.text.get(behind..place).unwrap_or_default();
        let is_short = self
            .line
            .tokens
            .get(before)
            .is_some_and(|token| parsed_line::is_abbreviation(token.text));
        if between.contains(['.', '!', '?']) && !is_short {
            return Evidence::default();
        }
        self.context.get(before).copied().unwrap_or_default()
    }
}

/// Decides what the values of a sentence mean for one another.
fn settle(readings: &mut Vec<Reading<'_>>) {
    let sentences = |wanted: fn(&Statement<'_>) -> bool, readings: &[Reading<'_>]| {
        let them = readings.iter().filter(|reading| wanted(&reading.said));
        them.map(|reading| reading.sentence).collect::<Vec<_>>()
    };
    let users = sentences(|said| matches!(said, Statement::User(Ok(_))), readings);
    let hosts = sentences(|said| matches!(said, Statement::Host { .. }), readings);
    let refused = sentences(
        |said| matches!(said, Statement::Refused(Refusal::OtherService(_) | Refusal::Reader(_))),
        readings,
    );
    let logs_in = readings.iter().any(|reading| {
        matches!(reading.said, Statement::User(Ok(_))) && reading.evidence.has(Evidence::CONNECT)
    });
    readings.retain(|reading| {
        let Statement::Host { place, .. } = &reading.said else { return true };
        let is_named = reading.evidence.has(Evidence::HOST_NAMED | Evidence::CONNECT);
        place.host.is_address() || is_named || users.contains(&reading.sentence) || logs_in
    });
    // A sentence with a user and a host speaks of these two.
    let is_told = |reading: &Reading<'_>| {
        matches!(reading.said, Statement::Host { .. })
            && users.contains(&reading.sentence)
            && reading.evidence.has(Evidence::CONNECT)
    };
    if readings.iter().any(is_told) {
        readings.retain(|reading| {
            !matches!(reading.said, Statement::Host { .. }) || users.contains(&reading.sentence)
        });
    }
    for reading in readings {
        let sentence = reading.sentence;
        match &mut reading.said {
            Statement::Host { .. } if users.contains(&sentence) => {}
            Statement::Host { .. } => {
                reading.evidence = reading.evidence.without(Evidence::HOST_WITH_USER);
            }
            // Its host belongs to another service, and so does the user.
            Statement::User(user @ Ok(_))
                if refused.contains(&sentence) && !hosts.contains(&sentence) =>
            {
                let name = user.as_ref().map_or_else(|_| String::new(), ToString::to_string);
                reading.said = Statement::Refused(Refusal::OtherService(name.as_str().into()));
            }
            _ => {}
        }
    }
}

pub(super) use host::is_of_service;
pub(super) use prose::{Heard, Login, Surety};
pub(super) use user::named_user;

impl<'a> Reader<'a, '_> {
    fn push(&mut self, at: usize, said: Statement<'a>, evidence: Evidence) {
        let Some(token) = self.line.tokens.get(at) else { return };
        let sentence = self.sentences.get(at).copied().unwrap_or_default();
        if let Some(taken) = self.is_taken.get_mut(at) {
            *taken = true;
        }
        self.out.push(Reading { span: token.span.clone(), said, evidence, sentence });
    }

    fn is_taken(&self, at: usize) -> bool {
        self.is_taken.get(at).copied().unwrap_or(false)
    }

    fn gap(&self, at: usize) -> Signs {
        self.line.tokens.get(at).map_or(Signs::SENTENCE, |token| token.gap)
    }

    fn is_host(&self, at: usize) -> bool {
        matches!(self.line.tokens.get(at).map(|token| &token.what), Some(Kind::Host(..)))
    }

    /// Collects the evidence for and against everything that a sentence names, for each of its
    /// words.
    fn read_context(&mut self) {
        let count = self.line.tokens.len();
        let mut start = 0;
        while start < count {
            let end = self.line.sentence(start).end.max(start + 1);
            self.read_sentence(start..end);
            start = end;
        }
    }

    fn read_sentence(&mut self, words: Range<usize>) {
        let number = self.sentences.last().map_or(0, |last| last + 1);
        let mut whole = Evidence::default();
        for at in words.clone() {
            // What the first column says does not apply to the others.
            if self.gap(at).has(Signs::COLUMN) {
                whole = whole.without(Evidence::FOREIGN);
            }
            // `[sshd]` names the program that wrote the message.
            let is_speaker = self.gap(at).has(Signs::MARK)
                && self.line.tokens.get(at).is_some_and(|token| token.text == "sshd")
                || self.is_version(at)
                || self.line.is_kind(at);
            if self.line.has_any(at, &[Cue::Connect, Cue::Ssh]) && !is_speaker {
                whole.add(Evidence::CONNECT);
            }
            // In languages with the verb at the end, it applies to everything before it.
            if self.line.has(at, Cue::Event) && self.line.is_script_without_blanks(at) {
                whole.add(Evidence::EVENT);
            }
            if self.line.has(at, Cue::Ready) && self.is_ready {
                whole.add(Evidence::READY);
            }
            // A key applies to its whole object, at any position.
            if self.gap(at + 1).has(Signs::SIGN) && at + 1 < words.end {
                // `jupyter_token` says something about a part only.
                if !self.is_attribute(at) {
                    whole.add(self.against(at));
                }
                // `db: user=ada host=…`
                let is_label_next =
                    self.line.has_any(at + 1, &[Cue::User, Cue::UserName, Cue::Account, Cue::Host]);
                let is_other = self.line.has(at, Cue::Other);
                let is_of_other = is_other || at > words.start && self.line.has(at - 1, Cue::Other);
                let is_first = at == words.start;
                let is_key = is_first || self.gap(at + 2).has(Signs::EQUALS);
                if is_other && is_key || is_of_other && is_label_next {
                    whole.add(Evidence::FOREIGN);
                }
            }
        }
        if self.is_of_a_person(words.clone()) {
            whole.add(Evidence::EVENT);
        }
        let mut so_far = Evidence::default();
        let mut aside = (0, Evidence::default());
        let mut condition = None;

        for at in words {
            if self.gap(at).has(Signs::COLUMN) {
                so_far = so_far.without(Evidence::FOREIGN);
            }
            if self.line.has(at, Cue::Conditional) {
                condition = Some(at);
            }
            let is_conditional = condition.is_some_and(|condition| at < condition + 8);
            let bracket = self.line.tokens.get(at).map_or(0, |token| token.bracket);
            if aside.0 != bracket {
                aside = (bracket, Evidence::default());
            }
            let against = self.against(at);
            // What brackets say applies to what they contain.
            if !(is_conditional || self.is_of_source(at)) {
                let scope = if bracket > 0 { &mut aside.1 } else { &mut so_far };
                scope.add(against);
            }
            self.sentences.push(number);
            self.context.push(whole | so_far | aside.1);
        }
    }

    /// Whether a key of more words names a property of something: `jupyter_token`.
    fn is_attribute(&self, at: usize) -> bool {
        let cues = self.line.cues(at);
        cues.len() > 1 && matches!(cues.last(), Some(Cue::Compound | Cue::Port | Cue::Key))
    }

    /// The evidence of a word against the values of its sentence.
    fn against(&self, at: usize) -> Evidence {
        let mut against = Evidence::default();
        // `Some firewalls block 22, so your machine …`
        if self.is_soft(at) {
            return against;
        }
        // A name may contain such a word.
        let is_user = at.checked_sub(1).is_some_and(|before| {
            self.line
                .has_any(before, &[Cue::User, Cue::UserName, Cue::Account, Cue::Login, Cue::As])
        });
        let is_unknown = self.line.tokens.get(at).is_some_and(|token| !token.is_known);
        let is_signed = self.gap(at).has(Signs::SIGN) || is_user && self.gap(at).has(Signs::COLUMN);
        // `Username on the system: nx`
        let is_labelled = || {
            let mut label = self.phrase_before(at).into_iter();
            label.any(|word| self.line.has_any(word, &[Cue::User, Cue::UserName]))
        };
        if is_signed && (is_user || is_unknown || is_labelled()) || is_user && is_unknown {
            return against;
        }
        for cue in self.line.cues(at) {
            against.add(match cue {
                Cue::Foreign => Evidence::FOREIGN,
                // `shell for the job's owner`
                Cue::Event if self.is_owner_of_login(at) => continue,
                Cue::Event if self.is_counter(at) || self.is_possible(at) => continue,
                Cue::Event => Evidence::EVENT,
                // `port forwarding`
                Cue::Action if at > 0 && self.line.has(at - 1, Cue::Port) => continue,
                Cue::Action => Evidence::ACTION,
                Cue::Failure => Evidence::FAILURE,
                Cue::Example => Evidence::EXAMPLE,
                Cue::EventKey
                    if self.gap(at + 1).has(Signs::SIGN) && self.is_done_by_somebody(at) =>
                {
                    Evidence::EVENT
                }
                _ => continue,
            });
        }
        against
    }

    /// The words before this one that belong to its label, the nearest first.
    fn phrase_before(&self, at: usize) -> Vec<usize> {
        let mut phrase = Vec::new();
        let gap = self.gap(at);
        if gap.has(Signs::BRACE) {
            return phrase;
        }
        let bracket_of = |at: usize| self.line.tokens.get(at).map_or(0, |token| token.bracket);
        let bracket = match at.checked_sub(1) {
            Some(before) if gap.has(Signs::OPEN) => bracket_of(before),
            _ => bracket_of(at),
        };
        let is_key = gap.has(Signs::EQUALS) && !gap.has(Signs::BLANK);
        for word in (at.saturating_sub(REACH)..at).rev() {
            let ends = word + 1 < at && {
                let gap = self.gap(word + 1);
                gap.has(Signs::BREAK) || gap.has(Signs::SIGN) || is_key && gap.has(Signs::BLANK)
            };
            if ends || self.is_taken(word) || self.is_host(word) {
                break;
            }
            if bracket_of(word) != bracket {
                continue;
            }
            if word + 1 < at && self.line.has(word, Cue::And) {
                break;
            }
            phrase.push(word);
        }
        phrase
    }

    /// The cues of a phrase in text order.
    fn cues_of(&self, phrase: &[usize]) -> Vec<Cue> {
        phrase.iter().rev().flat_map(|word| self.line.cues(*word)).copied().collect()
    }

    /// Whether a word is the value of an `ssh_config(5)` keyword that has no other form.
    fn is_setting(&self, at: usize) -> bool {
        let is_last = at + 1 == self.line.tokens.len();
        let keyword = at.checked_sub(1).and_then(|before| self.line.tokens.get(before));
        is_last
            && keyword.is_some_and(|token| {
                ["proxyjump", "identityfile"].iter().any(|it| token.text.eq_ignore_ascii_case(it))
            })
    }

    /// Reads values after a sign whose label is not that of a user, a host or a port.
    fn read_labels(&mut self) {
        for at in 1..self.line.tokens.len() {
            let gap = self.gap(at);
            let is_setting = self.is_setting(at);
            if !(gap.has(Signs::SIGN) || is_setting) || gap.has(Signs::BRACE) {
                continue;
            }
            let phrase = if is_setting { vec![at - 1] } else { self.phrase_before(at) };
            // The last word of such a label is a noun of the vocabulary.
            if phrase.first().is_none_or(|word| self.line.cues(*word).is_empty()) {
                continue;
            }
            let names = phrase.iter().rev().filter_map(|word| self.line.tokens.get(*word));
            let words =
                names.take(6).flat_map(|token| spelling::words(token.text)).collect::<Vec<_>>();
            let words = words.iter().map(String::as_str).collect::<Vec<_>>();
            let Some(label) = label::special(&words) else { continue };
            let Some(token) = self.line.tokens.get(at) else { continue };
            let raw = raw_value(self.line.text, token.span.clone());
            let value = self.line.text.get(raw).unwrap_or_default();
            self.push(at, Statement::Value(label, value), Evidence::default());
        }
    }
}
