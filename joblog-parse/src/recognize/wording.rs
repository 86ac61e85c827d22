//! Whether the words around a login are those of an announcement or those of another text.
//!
//! The other readers say what a line states. Whether a text offers that to its reader depends on
//! all its words, and no list of rules has them all. So each word has a weight for each
//! [`Place`] where it can stand, and each phrase has one (`phrases`), learned from the logs in
//! `tests/fixtures` (`training`). If the sum is clearly that of another text, the login is only
//! mentioned. `docs/decisions/0033-words-have-weights.md` and `0035-phrases-have-weights.md` have
//! the figures.

mod names;
mod phrases;
mod split;
mod sum;
#[cfg(test)]
mod training;

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::LazyLock;

use super::evidence::{Class, Evidence};
use super::finding::{Candidate, Finding};
use super::tagging::{self, Tagged};
use super::{token, weights};
use crate::target::Target;
use names::Names;
use sum::Sum;

/// How many lines before a login and after it count.
const LINES_BEFORE: u64 = 8;
const LINES_AFTER: u64 = 6;
/// The most lines kept; several may have one number.
const MOST_LINES: usize = 32;
/// The most words of a line that count.
const LINE_WORDS: usize = 200;

/// Below this sum, in hundredths, a login belongs to another text, whatever offers it.
const OTHER: i32 = -75;
/// The same, if fewer than `ENOUGH` words have weights.
const OTHER_OF_FEW: i32 = -250;
const ENOUGH: u16 = 8;
/// The same, if fewer than `FEW` words have weights, or fewer than `ENOUGH_ALONE` around a login
/// that is nearly all of its text or in its only line.
const OTHER_ALONE: i32 = -500;
const FEW: u16 = 4;
/// How many words have weights, at least, around a login to which only words point.
const ENOUGH_ALONE: u16 = 11;

/// Above this sum, in hundredths, a login is announced, if nothing but its place is against it.
const ANNOUNCEMENT: i32 = 100;

/// Above this sum, in hundredths, a login to which only words point is announced.
const POINTED: i32 = 150;
/// How often words are tagged in a log at most, and for how many lines once more.
const MOST_TAGGED: u64 = 64;
const LINES_PER_TAGGED: u64 = 1000;

/// The most words that [`Wording`] names.
const TELLING: usize = 4;

/// Stands for the text as a whole.
const TEXT: &str = "<text>";

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Place {
    /// On any of the lines of the other places. Its weights hold for texts of other layouts, too.
    Anywhere,
    /// On the line of the login.
    Line,
    /// On one of the lines before it.
    Before,
    /// On one of the lines after it.
    After,
}

const PLACES: usize = 4;

type Weights = weights::Weights<PLACES>;

static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(include_str!("wording/weights.tsv")));

/// The places of what stands for the host and for the user.
static STAND_INS: LazyLock<[Option<u32>; 2]> =
    LazyLock::new(|| [names::HOST, names::USER].map(|name| WEIGHTS.place(name)));

impl Place {
    fn of(line: u64, login: u64) -> Option<Self> {
        match line.cmp(&login) {
            std::cmp::Ordering::Equal => Some(Self::Line),
            std::cmp::Ordering::Less => (line + LINES_BEFORE >= login).then_some(Self::Before),
            std::cmp::Ordering::Greater => (login + LINES_AFTER >= line).then_some(Self::After),
        }
    }
}

/// What the words around a login say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wording {
    /// The sum of their weights, in hundredths: above zero for an announcement.
    pub score: i32,
    /// The places of the most telling words in the table. Many of these are kept.
    telling: [Option<NonZeroU32>; TELLING],
    /// How many different words with weights there are, besides signs and letters.
    words: u16,
    /// Whether words alone, without signs, are those of another text.
    is_against: bool,
}

impl Wording {
    /// The words and phrases that say so most clearly, at most four.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let names = self.telling.into_iter().flatten().map(|place| WEIGHTS.name(place.get()));
        let mut words: Vec<_> = names.filter_map(phrases::shown).collect();
        words.dedup();
        words
    }

    fn is_of_other_text(&self, is_alone: bool) -> bool {
        let limit = match self.words {
            ENOUGH_ALONE.. => OTHER,
            _ if is_alone => OTHER_ALONE,
            ENOUGH.. => OTHER,
            FEW.. => OTHER_OF_FEW,
            _ => OTHER_ALONE,
        };
        self.score < limit && self.is_against
    }

    fn is_of_announcement(&self) -> bool {
        self.score > ANNOUNCEMENT
    }
}

/// A login to which words point.
pub(super) struct Pointed {
    pub(super) line: u64,
    pub(super) text: String,
    pub(super) target: Target,
    pub(super) wording: Wording,
}

/// The last lines, and the findings that wait for the lines after them.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    lines: VecDeque<Heard>,
    waiting: VecDeque<Finding>,
    judged: Vec<Finding>,
    /// The first line with a host since words were last tagged.
    host_line: Option<u64>,
    /// The last line from which rules made something: what they found, refused or ended.
    decided: Option<u64>,
    /// How often words have been tagged.
    tagged: u64,
    /// Every candidate with the words around it.
    #[cfg(test)]
    examples: Vec<training::Example>,
}

/// A line, and what is made of it when a login is near.
#[derive(Debug, Clone, Default)]
struct Heard {
    number: u64,
    /// In lower case.
    text: OnceCell<String>,
    /// The places of its words in the table.
    words: OnceCell<Vec<u32>>,
    /// The places of its phrases, for the login that was last asked for.
    phrases: RefCell<Phrases>,
    original: String,
}

/// The places of the phrases of a line.
#[derive(Debug, Clone, Default)]
struct Phrases {
    /// The login that the line names and they depend on.
    about: Option<Target>,
    places: Option<Vec<u32>>,
}

impl Heard {
    fn text(&self) -> &str {
        self.text.get_or_init(|| self.original.to_lowercase())
    }

    fn words(&self) -> &[u32] {
        self.words.get_or_init(|| {
            let words = split::words(&self.original, LINE_WORDS);
            words.iter().filter_map(|word| WEIGHTS.place(word)).collect()
        })
    }

    fn add_to(&self, sum: &mut Sum, place: Place, target: &Target, names: &Names) {
        sum.add_words(place, self.words().iter().copied());
        let are_in = names.are_in(self.text());
        let stand_ins =
            STAND_INS.iter().zip(are_in).filter_map(|(word, is_in)| word.filter(|_| is_in));
        sum.add_words(place, stand_ins);
        let about = are_in.contains(&true).then_some(target);
        let mut phrases = self.phrases.borrow_mut();
        if phrases.places.is_none() || phrases.about.as_ref() != about {
            let mut places = Vec::new();
            phrases::each(self.text(), names, |phrase| places.extend(WEIGHTS.place(phrase)));
            places.sort_unstable();
            places.dedup();
            *phrases = Phrases { about: about.cloned(), places: Some(places) };
        }
        sum.add_phrases(phrases.places.iter().flatten().copied());
    }
}

impl Window {
    /// Takes note of a line as a person would see it.
    pub(super) fn hear(&mut self, number: u64, text: &str) {
        // Reuses the memory of the oldest line.
        let is_full = self.lines.len() >= MOST_LINES;
        let mut heard = if is_full { self.lines.pop_front() } else { None }.unwrap_or_default();
        heard.number = number;
        heard.text.take();
        heard.words.take();
        heard.phrases.take();
        heard.original.clear();
        heard.original.push_str(text);
        self.lines.push_back(heard);
        if self.host_line.is_none() && token::names_host(text) {
            self.host_line = Some(number);
        }
    }

    /// Keeps findings until the lines after them have come.
    pub(super) fn keep(&mut self, found: impl IntoIterator<Item = Finding>) {
        let last = self.lines.back().map_or(0, |line| line.number);
        for finding in found {
            if is_decision(&finding) {
                self.decided = Some(last);
            }
            self.waiting.push_back(finding);
        }
        self.judge(|candidate| candidate.line + LINES_AFTER <= last);
    }

    /// No more lines come for now: judges what waits.
    pub(super) fn settle(&mut self) {
        self.judge(|_| true);
    }

    /// Whether nothing waits for the next line.
    pub(super) fn is_quiet(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The findings whose lines have come, in order.
    pub(super) fn take_judged(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.judged)
    }

    fn judge(&mut self, is_due: impl Fn(&Candidate) -> bool) {
        while let Some(mut finding) = self.waiting.pop_front() {
            if let Finding::Candidate(candidate) = &mut finding
                && let Ok(target) = &candidate.outcome
            {
                if !is_due(candidate) {
                    self.waiting.push_front(finding);
                    return;
                }
                #[cfg(test)]
                self.examples.push(self.example(candidate.line, target));
                candidate.wording = self.weigh(candidate.line, target);
                let is_alone = candidate.evidence.has(Evidence::BARE) || self.lines.len() == 1;
                if candidate.wording.is_of_other_text(is_alone) {
                    candidate.evidence.add(Evidence::OTHER_TEXT);
                } else if candidate.wording.is_of_announcement()
                    && candidate.evidence.class() == Class::Mentioned
                {
                    candidate.evidence.add(Evidence::ANNOUNCING_TEXT);
                }
            }
            self.judged.push(finding);
        }
    }

    /// The login to which the words point where rules have found none, its line and what the words
    /// around it say; once the lines after a host have been read, or none come for now.
    pub(super) fn pointed_to(&mut self, is_end: bool) -> Option<Pointed> {
        let (host_line, last) = (self.host_line?, self.lines.back()?.number);
        if !is_end && host_line + LINES_AFTER > last {
            return None;
        }
        self.host_line = None;
        let first = host_line.saturating_sub(LINES_BEFORE);
        if self.decided.is_some_and(|line| line >= first)
            || self.tagged > MOST_TAGGED + last / LINES_PER_TAGGED
        {
            return None;
        }
        self.tagged += 1;
        let lines: Vec<_> = self.lines.iter().filter(|line| line.number >= first).collect();
        let texts: Vec<_> = lines.iter().map(|line| line.original.as_str()).collect();
        let Tagged { line, target } = tagging::tagged(&texts)?;
        let (line, text) = (lines.get(line)?.number, texts.get(line)?.trim().to_owned());
        // A host before that had its turn, with more of the lines around it; one after it waits for
        // the lines around it.
        if line < host_line {
            return None;
        }
        if !is_end && line + LINES_AFTER > last {
            self.host_line = Some(line);
            return None;
        }
        #[cfg(test)]
        self.examples.push(self.example(line, &target));
        let wording = self.weigh(line, &target);
        (wording.score > POINTED && wording.words >= ENOUGH_ALONE).then_some(Pointed {
            line,
            text,
            target,
            wording,
        })
    }

    /// Takes a finding that has been judged.
    pub(super) fn add_judged(&mut self, finding: Finding) {
        self.judged.push(finding);
    }

    /// The lines around a login, each with its place.
    fn around(&self, login: u64) -> impl Iterator<Item = (Place, &Heard)> {
        self.lines.iter().filter_map(move |line| Some((Place::of(line.number, login)?, line)))
    }

    fn weigh(&self, login: u64, target: &Target) -> Wording {
        let names = Names::of(target);
        let mut sum = Sum::new(&names);
        phrases::each_of_names(target, |phrase| sum.add_phrases(WEIGHTS.place(phrase).into_iter()));
        for (place, line) in self.around(login) {
            line.add_to(&mut sum, place, target, &names);
        }
        sum.wording()
    }
}

/// Whether rules found, refused or ended a login.
fn is_decision(finding: &Finding) -> bool {
    match finding {
        Finding::Candidate(candidate) => {
            let is_given = candidate.evidence.class() > Class::Mentioned;
            match &candidate.outcome {
                Ok(_) => is_given,
                Err(refusal) => !refusal.is_about_words(),
            }
        }
        Finding::Gone(_) | Finding::GoneNamed(_) => true,
        Finding::HostKey(_) | Finding::Service(_) | Finding::ServiceGone(..) => false,
    }
}
