//! Which words of a text are the user, the host and the port of a login, by learned weights: for
//! texts in which the other readers find no login.
//!
//! Every word is judged by the words around it, by whether it is an ordinary one, and by its form.
//! The weights are learned from the announcements in `tests/fixtures` (`training`).
//! `docs/decisions/0034-words-are-tagged.md` has the figures.

#[cfg(test)]
mod training;

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use super::token::{Kind, Token, push_tokens};
use super::{Candidate, Evidence, Finding, Recognizer, Tier, weights};
use crate::escaped::Escaped;
use crate::target::{Host, Reach, Target, User, parse_port};

/// The most words and signs of a line that count.
const LINE_TOKENS: usize = 150;
/// How many words before and after a word on its line count, wherever they stand.
const AROUND: usize = 12;
/// How many words next to it count with their distance.
const NEXT: usize = 2;
/// How many lines a user or a port may be away from a host.
const MOST_LINES: usize = 8;

/// The least sums, in hundredths, of a user and a host.
const LEAST: i32 = 0;
/// By how much the sum of a user is above that of any other.
const CLEARLY: i32 = 100;
/// The sums of a number that may or may not be the port, which is too close to tell.
const UNCLEAR: Range<i32> = -200..0;

/// The columns of the table.
const USER: usize = 0;
const HOST: usize = 1;
const NUMBER: usize = 2;
const ROLES: usize = 3;

type Weights = weights::Weights<ROLES>;

static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(include_str!("tagging/weights.tsv")));

/// A login that words point to.
#[derive(Debug, Clone)]
pub(super) struct Tagged {
    /// The place of the host's line among the lines.
    pub(super) line: usize,
    pub(super) target: Target,
}

impl Recognizer {
    /// Adds the login to which only words point.
    pub(super) fn point(&mut self, is_end: bool) {
        let Some(pointed) = self.window.pointed_to(is_end) else { return };
        self.window.add_judged(Finding::Candidate(Box::new(Candidate {
            line: pointed.line,
            tier: Tier::Prose,
            text: Escaped::new(&pointed.text),
            job: self.section.job.clone(),
            is_read_only: false,
            era: self.era,
            evidence: Evidence::POINTED_TO | Evidence::ANNOUNCING_TEXT,
            wording: pointed.wording,
            outcome: Ok(pointed.target),
        })));
    }
}

/// The login that these lines name most clearly.
pub(super) fn tagged(lines: &[&str]) -> Option<Tagged> {
    let text = Text::new(lines, |word| WEIGHTS.place(&format!("={word}")).is_some());
    let host = text.best(Kind::Host, HOST, &[], None)?;
    let lines = text.lines_with(host.token.text);
    let user = text.best(Kind::Name, USER, &lines, None)?;
    let next = text.best(Kind::Name, USER, &lines, Some(user.token.text));
    let is_clear = next.is_none_or(|next| next.sum + CLEARLY <= user.sum);
    if user.sum < LEAST || host.sum < LEAST || !is_clear {
        return None;
    }
    let port = text.best(Kind::Number, NUMBER, &lines, None);
    if port.as_ref().is_some_and(|port| UNCLEAR.contains(&port.sum)) {
        return None;
    }
    let port = port.filter(|port| port.sum >= UNCLEAR.end);
    if port.is_none() && text.names_port() {
        return None;
    }
    let named: Host = host.token.text.parse().ok()?;
    if named.reach() != Reach::Public {
        return None;
    }
    let number = match &port {
        Some(port) => Some(parse_port(port.token.text).ok()?),
        None => None,
    };
    let target = Target::new(user.token.text.parse::<User>().ok()?, named, number);
    Some(Tagged { line: host.token.line, target })
}

/// A word, and how much it is what was looked for.
struct Best<'a> {
    token: &'a Token<'a>,
    sum: i32,
}

/// Lines, split into words.
struct Text<'a> {
    tokens: Vec<Token<'a>>,
    /// What stands for each word: itself in lower case, if it is an ordinary one, or else its kind.
    words: Vec<String>,
}

impl<'a> Text<'a> {
    fn new(lines: &[&'a str], is_known: impl Fn(&str) -> bool) -> Self {
        let mut tokens = Vec::new();
        for (place, line) in lines.iter().enumerate() {
            push_tokens(place, line, LINE_TOKENS, &mut tokens);
        }
        let word = |token: &Token<'_>| match token.kind {
            Kind::Host => "<host>".to_owned(),
            Kind::Number => "<number>".to_owned(),
            Kind::Name | Kind::Other => {
                let word = token.text.to_lowercase();
                if is_known(&word) { word } else { "<word>".to_owned() }
            }
        };
        let words = tokens.iter().map(word).collect();
        Self { tokens, words }
    }

    /// The lines that name this host.
    fn lines_with(&self, host: &str) -> Vec<usize> {
        let is_named = |token: &&Token<'_>| token.text.eq_ignore_ascii_case(host);
        self.tokens.iter().filter(is_named).map(|token| token.line).collect()
    }

    /// The last of the words with the highest sum for this role, other than `not`; near these lines
    /// of the host, unless it is the host.
    fn best(
        &self,
        kind: Kind,
        role: usize,
        hosts: &[usize],
        not: Option<&str>,
    ) -> Option<Best<'_>> {
        let may_be = |(_, token): &(usize, &Token<'_>)| {
            token.kind == kind && not.is_none_or(|not| !token.text.eq_ignore_ascii_case(not))
        };
        let tokens = self.tokens.iter().enumerate().filter(may_be);
        let sums = tokens.filter_map(|(at, token)| {
            let mut sum = 0;
            self.each_sign(at, hosts, |sign| sum += weight(sign, role))?;
            Some(Best { token, sum })
        });
        sums.max_by_key(|best| best.sum)
    }

    /// Whether a number follows the word for a port on its line.
    fn names_port(&self) -> bool {
        self.tokens.iter().enumerate().any(|(at, token)| {
            let before = self.tokens.get(at.saturating_sub(AROUND)..at).unwrap_or_default();
            let is_port = |before: &Token<'_>| {
                let ends_so = before.text.to_lowercase().ends_with("port");
                ends_so && before.line == token.line && before.kind != Kind::Host
            };
            token.kind == Kind::Number
                && token.text != "22"
                && parse_port(token.text).is_ok()
                && before.iter().any(is_port)
        })
    }

    /// Calls with each sign of what a word is; `None` if the host is not near.
    fn each_sign(&self, at: usize, hosts: &[usize], mut call: impl FnMut(&str)) -> Option<()> {
        let token = self.tokens.get(at)?;
        let host = hosts.iter().min_by_key(|line| line.abs_diff(token.line));
        if host.is_some_and(|line| line.abs_diff(token.line) > MOST_LINES) {
            return None;
        }
        let mut sign = String::new();
        let mut say = |text: std::fmt::Arguments<'_>| {
            sign.clear();
            // Writing into a string cannot fail.
            let _ = sign.write_fmt(text);
            call(&sign);
        };
        let is_on_line = |at: &usize| self.tokens.get(*at).is_some_and(|it| it.line == token.line);
        let before: Vec<_> = (0..at).rev().take(AROUND).take_while(is_on_line).collect();
        let after: Vec<_> =
            (at + 1..self.tokens.len()).take(AROUND).take_while(is_on_line).collect();
        for (places, direction) in [(before, '<'), (after, '>')] {
            let mut seen: Vec<&str> = Vec::new();
            for (distance, place) in (1..).zip(&places) {
                let word = self.words.get(*place).map_or("", String::as_str);
                if distance <= NEXT {
                    say(format_args!("{distance}{direction}{word}"));
                }
                if !seen.contains(&word) {
                    seen.push(word);
                    say(format_args!("{direction}{word}"));
                }
            }
            if places.len() < NEXT {
                say(format_args!("{}{direction}", places.len() + 1));
            }
        }
        let word = self.words.get(at).map_or("", String::as_str);
        say(format_args!("={word}"));
        let known = if word == "<word>" { "unknown" } else { "known" };
        say(format_args!("{known}"));
        if let Some(host) = host {
            let side = match token.line.cmp(host) {
                Ordering::Less => "before",
                Ordering::Equal => "beside",
                Ordering::Greater => "after",
            };
            say(format_args!("{} {side}", token.line.abs_diff(*host).min(6)));
        }
        say(format_args!("form {}", form(token.text)));
        Some(())
    }
}

fn weight(sign: &str, role: usize) -> i32 {
    let weights = WEIGHTS.place(sign).map(|place| WEIGHTS.of(place));
    weights.and_then(|weights| weights.get(role).copied()).map_or(0, i32::from)
}

/// Which letters and signs a word has.
fn form(word: &str) -> String {
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let marks = [
        (word.bytes().any(|byte| byte.is_ascii_digit()), '0'),
        (word.contains('_'), '_'),
        (word.contains('.'), '.'),
        (word.contains('-'), '-'),
        (word.starts_with(|c: char| c.is_uppercase()), 'A'),
        (capitals > 1 && !word.bytes().any(|byte| byte.is_ascii_lowercase()), 'B'),
    ];
    marks.into_iter().filter_map(|(has, mark)| has.then_some(mark)).collect()
}
