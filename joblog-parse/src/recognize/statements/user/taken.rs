//! Decides whether a word in the position of a name is one.

use super::super::shape::{self, Shape};
use super::super::{Reader, Statement, raw_value};
use super::Tie;
use crate::recognize::Refusal;
use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::Signs;
use crate::target::{TargetError, User};

impl Reader<'_, '_> {
    /// Takes a value if its shape and the words after it fit.
    pub(super) fn take_user(&mut self, at: usize, tie: Tie, mut evidence: Evidence) {
        let Some(token) = self.line.tokens.get(at) else { return };
        if self.gap(at).has(Signs::ANGLE) && self.line.gap_behind(at).has(Signs::ANGLE) {
            return;
        }
        let raw = raw_value(self.line.text, token.span.clone());
        let value = self.line.text.get(raw).unwrap_or_default();
        let looks = shape::of(self.line, at);
        if tie == Tie::Next && looks == Shape::Plain && !self.is_told(at) {
            return;
        }
        let is_glued = value.contains(' ')
            || self.gap(at).has(Signs::EQUALS) && !self.gap(at).has(Signs::BLANK);
        // After a noun with only one meaning, in a sentence about logging in to a host.
        let is_sure = at
            .checked_sub(1)
            .is_some_and(|noun| self.line.has_any(noun, &[Cue::UserName, Cue::As]))
            && self.says_login(at)
            && self.line.sentence(at).any(|word| self.is_host(word));
        if looks < Shape::Account && !is_glued && !is_sure && !self.ends_phrase(at) {
            return;
        }
        if looks == Shape::Account {
            evidence.add(Evidence::USER_SHAPED);
        }
        evidence.add(self.context.get(at).copied().unwrap_or_default());
        self.push(at, Statement::User(named_user(value)), evidence);
    }

    /// Whether an ordinary word without a sign before it may be a name: if the sentence is about a
    /// host or a login, after `as` or after a noun with only that meaning, or alone on the line.
    fn is_told(&self, at: usize) -> bool {
        let Some(noun) = at.checked_sub(1) else { return false };
        let is_sure = self.line.has_any(noun, &[Cue::UserName, Cue::As, Cue::Name])
            || self.gap(at).has(Signs::MARK);
        // `with the user ada`, `login account ada`
        let before = (0..noun).rev().find(|it| !self.line.has(*it, Cue::Function));
        let is_made = before.is_some_and(|it| {
            self.line.has_any(it, &[Cue::Ready, Cue::With, Cue::As, Cue::Login, Cue::Ssh])
        });
        let is_last = at + 1 == self.line.tokens.len();
        let name = self.line.tokens.get(at).map_or("", |token| token.text);
        let begins =
            noun == 0 || self.gap(noun).has(Signs::BREAK) || self.gap(noun).has(Signs::SIGN);
        let is_setting = is_last
            && (begins && self.line.has_any(noun, &[Cue::User, Cue::Account, Cue::Login])
                || name.contains(['-', '.']));
        // `An account ada was created for you`
        let is_new = self.line.has(noun, Cue::Account)
            && noun > 0
            && self.line.has(noun - 1, Cue::Function)
            && self.line.sentence(at).any(|word| self.line.has_any(word, &[Cue::Ready, Cue::Your]));
        let mut sentence = self.line.sentence(at);
        is_sure
            || is_new
            || is_made
            || is_setting
            || self.says_login(at)
            || sentence.any(|word| self.is_host(word))
    }

    /// Whether a phrase may end with the word: before a sign, the end, or a word of the vocabulary
    /// that continues with the place.
    fn ends_phrase(&self, at: usize) -> bool {
        let gap = self.line.gap_behind(at);
        let signs = [
            Signs::BREAK,
            Signs::SIGN,
            Signs::OPEN,
            Signs::CLOSE,
            Signs::UNMARK,
            Signs::MARK,
            Signs::ANGLE,
        ];
        let goes_on = [
            Cue::At,
            Cue::And,
            Cue::With,
            Cue::Of,
            Cue::Is,
            Cue::Host,
            Cue::Machine,
            Cue::Main,
            Cue::Public,
            Cue::Port,
            Cue::Function,
            Cue::Connect,
            Cue::As,
            Cue::Name,
        ];
        // Portuguese: `gpu no servidor`, "gpu on the server".
        let is_at = self.line.tokens.get(at + 1).is_some_and(|token| token.text == "no")
            && (self.is_host(at + 2) || self.is_host(at + 3));
        // Turkish: `ada kullanıcısıyla`, `ada kullanıcı adıyla`, `ada kullanıcısı ile`.
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        let is_ending = |at: usize| text(at).ends_with("yla") || text(at).ends_with("yle");
        let is_with = is_ending(at + 1)
            || self.line.has_any(at + 1, &[Cue::User, Cue::UserName])
                && (is_ending(at + 2) || text(at + 2) == "ile");
        is_at
            || is_with
            || signs.into_iter().any(|sign| gap.has(sign))
            || self.is_host(at + 1)
            || self.line.has_any(at + 1, &goes_on)
            || self.line.tokens.get(at + 1).is_some_and(|token| token.text == "@")
    }

    /// Whether the sentence ends with this word, and only small words stand between it and a noun
    /// with only one meaning: this is how every language says that the user name is ada.
    pub(super) fn is_last_of(&self, noun: usize, at: usize) -> bool {
        const SMALL: usize = 4;
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        self.line.has(noun, Cue::UserName)
            && (noun + 2..noun + 2 + SMALL).contains(&at)
            && self.line.gap_behind(at).has(Signs::SENTENCE)
            && text(at).starts_with(|c: char| c.is_ascii_lowercase())
            && (noun + 1..at)
                .all(|word| text(word).chars().count() <= SMALL && text(word) != "will")
    }

    /// Whether a word has been read as a user.
    pub(super) fn is_user_taken(&self, word: usize) -> bool {
        let Some(token) = self.line.tokens.get(word) else { return false };
        self.is_taken(word)
            && self.out.iter().any(|reading| {
                matches!(reading.said, Statement::User(_)) && reading.span.start == token.span.start
            })
    }

    /// Whether the noun is for an account that programs use and people do not: `service account`.
    pub(super) fn is_of_program(&self, noun: usize) -> bool {
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        let before = noun.checked_sub(1).map_or("", text);
        text(noun).to_ascii_lowercase().starts_with("serviceaccount")
            || before.eq_ignore_ascii_case("service") && self.line.has(noun, Cue::Account)
    }

    /// Words between a sign and its value: `is now set to`.
    pub(super) fn is_passed_over(&self, at: usize) -> bool {
        let passed = [Cue::Function, Cue::Is, Cue::At, Cue::Ready, Cue::Your, Cue::User, Cue::As];
        self.line.has_any(at, &passed)
    }
}

/// The user that a line names; a token after the name is allowed only in commands.
pub(in crate::recognize) fn named_user(value: &str) -> Result<User, Refusal> {
    if value.contains([':', '#']) {
        return Err(TargetError::User(value.into()).into());
    }
    value.parse().map_err(Refusal::from)
}
