//! Users named before their noun.

use super::super::Reader;
use super::super::shape::{self, Shape};
use super::Tie;
use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::Signs;

/// The shortest verb that ends with `ing` and is no name.
const DOING_BYTES: usize = 7;

impl Reader<'_, '_> {
    /// Whether the noun is about several users.
    pub(super) fn is_plural(&self, noun: usize) -> bool {
        const MANY: [&str; 4] = ["names", "users", "usernames", "logins"];
        (noun..noun + 2).any(|at| self.line.is_one_of(at, &MANY))
    }

    /// Whether the word is an `@` between a user and a host.
    pub(super) fn is_at_sign(&self, at: usize) -> bool {
        // `'ada'@'203.0.113.7'` is a database account.
        self.line.tokens.get(at).is_some_and(|token| {
            let is_quoted = token.gap.has(Signs::MARK) || token.gap.has(Signs::UNMARK);
            token.text == "@" && (token.gap.has(Signs::BLANK) || !is_quoted)
        }) && self.is_host(at + 1)
    }

    /// Takes the word before a noun or a sign.
    pub(super) fn read_before(&mut self, at: usize, tie: Tie) {
        if let Some(before) =
            at.checked_sub(1).filter(|before| shape::of(self.line, *before) > Shape::None)
        {
            self.take_user(before, tie, Evidence::LOGIN | Evidence::CONNECT);
        }
    }

    /// Whether the word is a verb before a preposition: `answering on`.
    pub(super) fn is_doing(&self, at: usize) -> bool {
        let is_verb =
            self.line.tokens.get(at).is_some_and(|token| {
                token.text.len() >= DOING_BYTES && token.text.ends_with("ing")
            });
        is_verb && self.line.has(at + 1, Cue::At)
    }

    /// The value before the noun: `ada is your username`, `log in using ada as user name`,
    /// `ada (username)`.
    pub(super) fn value_before(&self, noun: usize) -> Option<usize> {
        // Turkish: `ada kullanıcısıyla` means "with the user ada".
        let has_ending = |at: usize| {
            self.line
                .tokens
                .get(at)
                .is_some_and(|token| token.text.ends_with("yla") || token.text.ends_with("yle"))
        };
        let is_korean =
            self.line.tokens.get(noun).is_some_and(|token| token.text.ends_with("으로"));
        let is_next = |words: &[&str]| {
            self.line.tokens.get(noun + 1).is_some_and(|token| words.contains(&token.text))
        };
        let is_with = is_korean
            || has_ending(noun)
            || has_ending(noun + 1)
            || is_next(&["ile", "adını", "adı", "olarak"]);
        let mut is_tied = self.gap(noun).has(Signs::OPEN) || is_with;
        for at in (noun.saturating_sub(6)..noun).rev() {
            let gap = self.gap(at + 1);
            if gap.has(Signs::SENTENCE)
                || gap.has(Signs::COMMA)
                || gap.has(Signs::BRACE)
                || gap.has(Signs::SIGN)
            {
                return None;
            }
            is_tied |= gap.has(Signs::DASH) || gap.has(Signs::OPEN);
            // `utilisez l'identifiant`
            let is_elided = self.line.gap_behind(at).has(Signs::MARK);
            if self.line.has_any(at, &[Cue::Is, Cue::As, Cue::At, Cue::Of]) {
                is_tied |= !is_elided;
                continue;
            }
            let looks = shape::of(self.line, at);
            if is_tied && looks > Shape::None {
                let is_first =
                    at == 0 || self.gap(at).has(Signs::BREAK) || self.gap(at).has(Signs::SIGN);
                let is_given = at.checked_sub(1).is_some_and(|before| {
                    self.line.has_any(before, &[Cue::With, Cue::And]) || self.is_giving(before)
                });
                return (looks == Shape::Account
                    || is_with
                    || self.gap(at).has(Signs::MARK)
                    || is_first
                    || is_given)
                    .then_some(at);
            }
            if !self.line.has_any(
                at,
                &[Cue::Function, Cue::Your, Cue::Name, Cue::Ssh, Cue::Connect, Cue::Machine],
            ) {
                return None;
            }
        }
        None
    }

    /// `give ada as the login name`
    fn is_giving(&self, word: usize) -> bool {
        const GIVING: [&str; 10] = [
            "give",
            "enter",
            "type",
            "supply",
            "use",
            "put",
            "indiquez",
            "saisissez",
            "angeben",
            "geben",
        ];
        let text = self.line.tokens.get(word).map_or("", |token| token.text);
        GIVING.iter().any(|verb| text.eq_ignore_ascii_case(verb))
    }
}
