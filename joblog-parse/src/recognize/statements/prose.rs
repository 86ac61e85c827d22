//! Prose: what the sentences of a line say about a login, wherever its parts are.
//!
//! No particular phrase is looked for. Sentences about events, failures or other services are
//! skipped; the others are searched for a request to log in, a host and a login.

use std::num::NonZeroU16;
use std::ops::Range;

use super::shape::{self, Shape};
use super::{Reader, Reading, Statement};
use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::label::Naming;
use crate::recognize::negation;
use crate::recognize::pairing::Place;
use crate::recognize::parsed_line::{Kind, Signs, Token};
use crate::target::{Host, TargetError};

/// How certain it is that a word is the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::recognize) enum Surety {
    /// The value of a name, where the lines are about logging in: `name: ada`.
    Named,
    /// A plain word where a person or an account is named: `sessions of ada`.
    Placed,
    /// It looks like an account.
    Shaped,
    /// The text says so: `you are ada`.
    Told,
}

/// A possible login in a line.
#[derive(Debug, Clone)]
pub(in crate::recognize) struct Login {
    pub(in crate::recognize) name: String,
    pub(in crate::recognize) surety: Surety,
    /// Whether it is the value of a label that only sentences explain.
    pub(in crate::recognize) is_labelled: bool,
    /// Whether its sentence also names a host.
    pub(in crate::recognize) is_by_host: bool,
}

/// What a line says about a login.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is something else that a line says")]
pub(in crate::recognize) struct Heard {
    pub(in crate::recognize) wants_login: bool,
    /// It addresses the reader, or says that something is ready.
    pub(in crate::recognize) is_addressed: bool,
    pub(in crate::recognize) hosts: Vec<Place>,
    pub(in crate::recognize) logins: Vec<Login>,
    pub(in crate::recognize) ports: Vec<Result<NonZeroU16, TargetError>>,
    /// Whether it is the heading of lines about logging in: `[login]`, `YOUR WAY IN (ssh)`.
    pub(in crate::recognize) is_heading: bool,
    /// Whether a name or a host in it was refused.
    pub(in crate::recognize) is_refused: bool,
}

/// A longer line is not prose.
const LINE_BYTES: usize = 2048;
/// A line with more columns is a row of a table.
const ROW_COLUMNS: usize = 3;
/// Cues against everything that a sentence names.
const AGAINST: [Cue; 7] =
    [Cue::Foreign, Cue::Event, Cue::Action, Cue::Failure, Cue::Gone, Cue::Example, Cue::From];
/// Words for parts of a login's route, or for a login itself, which do not mean another service in
/// a sentence about logging in.
const ON_THE_WAY: [&str; 10] = [
    "nat", "gateway", "firewall", "router", "vpn", "sessions", "accepts", "accepted", "open",
    "down",
];
const NEGATIONS: [&str; 9] =
    ["no", "not", "without", "kein", "keine", "sans", "sin", "senza", "geen"];
/// Forms of `connect` that report a past event.
const DONE: [&str; 7] =
    ["connected", "connecting", "authenticating", "reached", "accessed", "contacted", "entered"];
/// Programs that accept logins; their names do not lead to one.
const SERVERS: [&str; 3] = ["sshd", "openssh", "dropbear"];
/// How far before a verb of [`TYPE`] the noun may stand.
const TYPE_WORDS: usize = 8;
/// Verbs whose object is what to type.
const TYPE: [&str; 5] = ["type", "enter", "eingeben", "saisissez", "escriba"];
/// Words that address the reader.
const YOU: [&str; 6] = ["you", "du", "sie", "vous", "usted", "tu"];
const ARE: [&str; 5] = ["are", "bist", "sind", "êtes", "eres"];
const MODALS: [&str; 7] = ["can", "may", "could", "will", "has", "kann", "darf"];
/// The most words of a heading.
const HEADING_WORDS: usize = 6;
/// Within these first words of a line, a question for a person is a label: `👤 who → ada`.
const WHO_WORDS: usize = 3;
const WHO: [&str; 8] = ["who", "whoami", "wer", "qui", "quien", "chi", "wie", "kto"];

impl<'a> Reader<'a, '_> {
    /// What the line says about a login, besides its readings; `is_about_login` if the lines before
    /// are about one.
    pub(in crate::recognize) fn heard(
        &self,
        readings: &[Reading<'a>],
        is_about_login: bool,
    ) -> Heard {
        let mut heard = Heard::default();
        let speaks = [Cue::Ssh, Cue::Connect, Cue::Account, Cue::Login, Cue::As, Cue::Your];
        let says_nothing = !is_about_login
            && readings.is_empty()
            && !self.line.says(&speaks)
            && !(0..WHO_WORDS).any(|at| self.line.is_one_of(at, &WHO))
            && !self.line.tokens.iter().any(|token| matches!(token.what, Kind::Host(..)));
        let is_row = self.columns() > ROW_COLUMNS;
        if self.line.text.len() > LINE_BYTES || says_nothing || is_row || !self.is_prose() {
            return heard;
        }
        heard.is_heading = readings.is_empty() && self.is_login_heading();
        let mut start = 0;
        while start < self.line.tokens.len() {
            let words = self.line.sentence(start);
            let end = words.end.max(start + 1);
            if !self.is_of_something_else(start..end) {
                self.hear(start..end, readings, &mut heard);
            }
            start = end;
        }
        heard
    }

    /// Whether most of the line is words, rather than figures, paths and codes.
    fn is_prose(&self) -> bool {
        let is_code = |token: &&Token<'_>| {
            matches!(token.what, Kind::Number | Kind::Junk)
                || token.text.bytes().any(|byte| byte.is_ascii_digit())
                    && !matches!(token.what, Kind::Host(..))
        };
        self.line.tokens.iter().filter(is_code).count() * 3 <= self.line.tokens.len() + 3
    }

    /// Whether the line is a heading about logging in: a few words and no values.
    fn is_login_heading(&self) -> bool {
        let about = [Cue::Ssh, Cue::Connect, Cue::Login, Cue::Account];
        let is_value = |token: &Token<'_>| {
            token.what != Kind::Word || token.gap.has(Signs::SIGN) || token.gap.has(Signs::COLUMN)
        };
        self.line.tokens.len() <= HEADING_WORDS
            && self.line.says(&about)
            && !self.line.tokens.iter().any(is_value)
    }

    fn hear(&self, words: Range<usize>, readings: &[Reading<'a>], heard: &mut Heard) {
        let is_to_you =
            words.clone().any(|at| self.line.has(at, Cue::Your) || self.line.is_one_of(at, &YOU));
        heard.is_addressed |= is_to_you
            || words.clone().any(|at| {
                self.line.has(at, Cue::Ready)
                    || self.line.has(at, Cue::Connect) && !self.line.is_one_of(at, &DONE)
                    || self.line.is_one_of(at, &MODALS)
                    || self.line.has(at, Cue::Ssh) && !self.line.is_one_of(at, &SERVERS)
            });
        heard.wants_login |= words.clone().any(|at| self.wants_login(at, is_to_you));
        let number = self.sentences.get(words.start).copied().unwrap_or_default();
        let first = readings.partition_point(|reading| reading.sentence < number);
        let end = readings.partition_point(|reading| reading.sentence <= number);
        let readings = readings.get(first..end).unwrap_or_default();
        let mut has_host = false;
        for reading in readings {
            match &reading.said {
                Statement::Host { place, is_private: false } => {
                    let unfit = Evidence::ARGUMENT | Evidence::SERVICE_PORT | Evidence::COMPUTE;
                    heard.is_refused |= reading.evidence.has(unfit);
                    has_host = true;
                    heard.hosts.push(place.clone());
                }
                Statement::Port(port) => heard.ports.push(port.clone()),
                Statement::User(Err(_)) => heard.is_refused = true,
                _ => {}
            }
        }
        for at in words.clone() {
            let Some(token) = self.line.tokens.get(at) else { break };
            let start = |reading: &Reading<'_>| reading.span.start;
            let is_read = readings.binary_search_by_key(&token.span.start, start).is_ok();
            if let Kind::Host(host @ Host::Name(_), port) = &token.what
                && token.text.matches('.').count() > 1
                && !is_read
                && self.is_free(at)
            {
                has_host = true;
                heard.hosts.push(Place::new(host.clone(), *port, Naming::default()));
            }
        }
        let users =
            readings.iter().filter(|reading| matches!(reading.said, Statement::User(Ok(_))));
        let users = users.map(|reading| reading.span.start).collect::<Vec<_>>();
        for at in words.clone() {
            let Some(token) = self.line.tokens.get(at) else { break };
            let is_read = users.binary_search(&token.span.start).is_ok() && self.may_end_at(at);
            let surety = if is_read { Some(Surety::Told) } else { self.surety(at, &words) };
            heard.logins.extend(surety.map(|surety| Login {
                name: token.text.to_owned(),
                surety,
                is_labelled: !is_read
                    && (self.gap(at).has(Signs::SIGN) || self.gap(at).has(Signs::COLUMN)),
                is_by_host: has_host,
            }));
        }
    }

    /// Whether the sentence is about events, failures or other services.
    fn is_of_something_else(&self, words: Range<usize>) -> bool {
        if words.clone().any(|at| negation::is_negated(self.line, at, words.end)) {
            return true;
        }
        let is_login = words.clone().any(|at| self.line.has_any(at, &[Cue::Ssh, Cue::Connect]));
        let is_login_by_ssh = words.clone().any(|at| self.line.has(at, Cue::Ssh));
        words.clone().any(|at| {
            // `Anmeldung am Portal`
            let is_portal = !is_login_by_ssh
                && self.line.has(at, Cue::Other)
                && (at.saturating_sub(2)..at).any(|before| self.line.has(before, Cue::At));
            // `monitoring: node 203.0.113.7 …`
            let is_speaker = at == words.start
                && self.line.has(at, Cue::Other)
                && self.line.gap_behind(at).has(Signs::SIGN);
            if is_portal || is_speaker {
                return true;
            }
            if !self.line.has_any(at, &AGAINST) || self.is_value_of_user(at, &words) {
                return false;
            }
            let is_on_the_way = is_login && self.line.is_one_of(at, &ON_THE_WAY);
            let is_negated = at > words.start && self.line.is_one_of(at - 1, &NEGATIONS);
            let is_asked = self.line.has(at, Cue::From) && !self.is_host_near(at);
            !(is_on_the_way || is_negated || is_asked)
        })
    }

    /// A name may be any word.
    fn is_value_of_user(&self, at: usize, words: &Range<usize>) -> bool {
        at > words.start && self.line.has(at - 1, Cue::As)
    }

    fn is_host_near(&self, at: usize) -> bool {
        (at + 1..at + 5).any(|word| self.is_host(word))
    }

    /// Whether the word is about logging in, as something that can be done now.
    fn wants_login(&self, at: usize, is_to_you: bool) -> bool {
        // `ssh:notty` names a terminal line.
        let behind = self.line.gap_behind(at);
        let is_glued = behind.has(Signs::COLON) && !behind.has(Signs::BLANK);
        self.line.has(at, Cue::Ssh)
            && !is_glued
            && !self.is_version(at)
            && (is_to_you || !self.line.is_one_of(at, &SERVERS))
            || self.line.is_one_of(at, &["remote"]) && self.line.is_one_of(at + 1, &["in"])
            || self.line.has(at, Cue::Connect) && !self.line.is_one_of(at, &DONE)
            || is_to_you && self.line.has_any(at, &[Cue::Key, Cue::Account, Cue::Login])
    }

    /// How certain it is that the word is the user.
    fn surety(&self, at: usize, words: &Range<usize>) -> Option<Surety> {
        let token = self.line.tokens.get(at)?;
        let looks = shape::of(self.line, at);
        let is_low = token.text.starts_with(|c: char| c.is_lowercase());
        let is_word = token.what == Kind::Word;
        // `ssh_host` is a label.
        if token.is_known && self.line.cues(at) != [Cue::Known] {
            return None;
        }
        let labels = [Cue::Host, Cue::User, Cue::UserName, Cue::Port, Cue::Machine, Cue::Public];
        let is_label = token.text.contains('_') && self.line.has_any(at, &labels);
        if looks == Shape::None || is_label || self.line.gap_behind(at).has(Signs::EQUALS) {
            return None;
        }
        // `r.okafor` looks like the name of a host.
        let is_dotted = matches!(&token.what, Kind::Host(Host::Name(_), None))
            && token.text.matches('.').count() == 1;
        if !(is_word || is_dotted) || (!is_low && looks == Shape::Plain) {
            return None;
        }
        if self.is_told_of(at, words) && self.may_end_at(at) {
            return Some(Surety::Told);
        }
        if self.is_named(at) {
            return Some(Surety::Named);
        }
        if looks == Shape::Account && is_low && !self.is_of_a_thing(at, words) {
            return Some(Surety::Shaped);
        }
        self.is_placed(at, words).then_some(Surety::Placed)
    }

    /// Whether a plain word is a complete name: `the account is ada`, but not `the account is
    /// turned away`.
    fn may_end_at(&self, at: usize) -> bool {
        let behind = self.line.gap_behind(at);
        let signs =
            [Signs::BREAK, Signs::SIGN, Signs::OPEN, Signs::CLOSE, Signs::MARK, Signs::UNMARK];
        let ends = signs.into_iter().any(|sign| behind.has(sign));
        shape::of(self.line, at) == Shape::Account
            || ends
            || self.is_host(at + 1)
            || !self.line.cues(at + 1).is_empty()
    }

    /// `as ada`, `you are ada`, `the account is ada`, `by the name of ada`, `who: ada`.
    fn is_told_of(&self, at: usize, words: &Range<usize>) -> bool {
        let before = |back: usize| at.checked_sub(back).filter(|word| *word >= words.start);
        let Some(last) = before(1) else { return false };
        let has = |word: Option<usize>, cues: &[Cue]| {
            word.is_some_and(|word| self.line.has_any(word, cues))
        };
        if self.gap(at).has(Signs::SIGN) {
            // `"as": "ada"`
            let is_label = self.phrase_before(at).len() == 1 && self.line.has(last, Cue::As);
            return is_label || self.line.is_one_of(last, &WHO);
        }
        if has(Some(last), &[Cue::As]) {
            return true;
        }
        // `when asked "login as:", type ada`
        let nouns = [Cue::User, Cue::UserName, Cue::Login, Cue::Account, Cue::As];
        if self.line.is_one_of(last, &TYPE)
            && (last.saturating_sub(TYPE_WORDS).max(words.start)..last)
                .any(|word| self.line.has_any(word, &nouns))
        {
            return true;
        }
        // `you're ada`
        if self.line.is_one_of(last, &["re"])
            && before(2).is_some_and(|it| self.line.is_one_of(it, &YOU))
        {
            return true;
        }
        if has(Some(last), &[Cue::Is]) {
            let is_you = self.line.is_one_of(last, &ARE)
                && before(2).is_some_and(|word| self.line.is_one_of(word, &YOU));
            let nouns = [Cue::User, Cue::UserName, Cue::Account, Cue::Login];
            let things = [Cue::Host, Cue::Machine, Cue::Main, Cue::Port];
            // `the account on 203.0.113.7 is ada`
            let is_place = |word: usize| {
                self.is_host(word) && word > words.start && self.line.has(word - 1, Cue::At)
            };
            let words_before = (2..6).map(before).filter(|word| !word.is_some_and(is_place));
            let noun = { words_before }.find(|word| {
                has(*word, &nouns) || has(*word, &things) || word.is_some_and(|it| self.is_host(it))
            });
            return is_you || noun.is_some_and(|word| has(word, &nouns));
        }
        let name = if has(Some(last), &[Cue::Of]) { before(2) } else { Some(last) };
        let is_of_thing = (2..7).any(|back| {
            has(before(back), &[Cue::Machine, Cue::Main, Cue::Job, Cue::Cluster, Cue::Compound])
        });
        has(name, &[Cue::Name]) && !is_of_thing
    }

    /// The value of a label that only says that it is a name: `name = ada`, `name on the machine
    /// ada`.
    fn is_named(&self, at: usize) -> bool {
        let gap = self.gap(at);
        if !(gap.has(Signs::SIGN) || gap.has(Signs::COLUMN)) || !self.may_end_at(at) {
            return false;
        }
        let label = self.phrase_before(at);
        let mut words = label.iter().rev();
        words.next().is_some_and(|first| self.line.cues(*first) == [Cue::Name])
            && words.next().is_none_or(|next| self.line.has_any(*next, &[Cue::At, Cue::Of]))
    }

    /// Whether the word before says that a thing is named: `job a_17`, `image rocky_9`.
    fn is_of_a_thing(&self, at: usize, words: &Range<usize>) -> bool {
        let things = [
            Cue::Job,
            Cue::Cluster,
            Cue::Machine,
            Cue::Main,
            Cue::Version,
            Cue::Key,
            Cue::Compound,
            Cue::Other,
            Cue::Compute,
            Cue::Word,
        ];
        // `address of exe21`
        let is_machine = at > words.start + 1
            && self.line.has(at - 1, Cue::Of)
            && self.line.has(at - 2, Cue::Host);
        let is_named = at > words.start && self.line.has_any(at - 1, &things) || is_machine;
        // The name of a speaker stands at the beginning, before a colon.
        let is_speaker = self.line.gap_behind(at).has(Signs::SIGN) && at < 3;
        (is_named && !self.gap(at).has(Signs::BREAK)) || is_speaker
    }

    /// `(203.0.113.7, ada)`
    fn is_second_of_two(&self, at: usize) -> bool {
        let Some(host) = at.checked_sub(1).filter(|host| self.is_host(*host)) else { return false };
        let span = |at: usize| self.line.tokens.get(at).map(|token| token.span.clone());
        let (Some(host), Some(name)) = (span(host), span(at)) else { return false };
        let text = self.line.text;
        let behind = text.get(name.end..).unwrap_or_default();
        text.get(host.end..name.start) == Some(", ") && behind.starts_with(')')
    }

    /// `ada can now …`, `a shell for ada`, `for you, ada:`, `(ada, 203.0.113.7`.
    fn is_placed(&self, at: usize, words: &Range<usize>) -> bool {
        let gap = self.gap(at);
        let behind = self.line.gap_behind(at);
        let is_first = at == words.start
            || gap.has(Signs::BREAK)
            || gap.has(Signs::SIGN)
            || gap.has(Signs::OPEN);
        if is_first && self.line.is_one_of(at + 1, &MODALS) {
            return true;
        }
        if is_first
            && (behind.has(Signs::COMMA) || behind.has(Signs::ARROW))
            && self.is_host(at + 1)
        {
            return true;
        }
        // `ada さん`
        let is_addressed = self.line.tokens.get(at + 1).is_some_and(|next| {
            ["さん", "様", "님", "씨"].iter().any(|title| next.text.starts_with(title))
        });
        if is_addressed {
            return true;
        }
        // `ada, your machine (203.0.113.7) is up.`
        if at == words.start && behind.has(Signs::COMMA) && self.line.has(at + 1, Cue::Your) {
            return true;
        }
        if self.is_second_of_two(at) {
            return true;
        }
        let Some(last) = at.checked_sub(1).filter(|last| *last >= words.start) else {
            return false;
        };
        let ends = behind.has(Signs::BREAK) || behind.has(Signs::CLOSE);
        if gap.has(Signs::COMMA) && self.line.is_one_of(last, &YOU) {
            return ends || behind.has(Signs::SIGN);
        }
        let is_given = self.line.has(last, Cue::Of) || self.line.is_one_of(last, &["to"]);
        let is_about_login = (last.saturating_sub(3).max(words.start)..last)
            .any(|word| self.line.has_any(word, &[Cue::Ssh, Cue::Connect, Cue::Account]));
        let goes_on = self.line.has_any(at + 1, &[Cue::At, Cue::Is, Cue::And, Cue::With]);
        is_given && is_about_login && (ends || goes_on) && !gap.has(Signs::BREAK)
    }
}
