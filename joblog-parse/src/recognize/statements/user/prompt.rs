//! What to type at a prompt that asks for the user.

use super::super::Reader;
use super::super::shape::{self, Shape};
use super::Tie;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::Signs;

/// Verbs whose object is what to type.
const TYPE: [&str; 14] = [
    "type",
    "enter",
    "digite",
    "escriba",
    "introduzca",
    "teclee",
    "saisissez",
    "tapez",
    "inserisci",
    "digita",
    "typ",
    "wpisz",
    "zadejte",
    "eingeben",
];

impl Reader<'_, '_> {
    /// Whether the word ends PuTTY's prompt for the user, quoted: `"login as:"`.
    pub(super) fn is_prompt(&self, at: usize) -> bool {
        let is = |at: usize, word: &str| {
            self.line.tokens.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word))
        };
        let is_quoted = at
            .checked_sub(1)
            .is_some_and(|login| is(login, "login") && self.gap(login).has(Signs::MARK));
        let text = self.line.text;
        let end = self.line.tokens.get(at).map_or(0, |token| token.span.end);
        is_quoted && is(at, "as") && text.get(end..).is_some_and(|it| it.starts_with(':'))
    }

    /// Reads what to type at a prompt: `enter "ada" at the "login as:" prompt`.
    pub(super) fn read_answer(&mut self, prompt: usize) {
        let end = self.line.sentence(prompt).end;
        let start = self.line.sentence(prompt).start;
        let typed = (start..end.saturating_sub(1)).find(|at| {
            self.line.is_one_of(*at, &TYPE) && shape::of(self.line, at + 1) > Shape::None
        });
        if let Some(verb) = typed {
            self.take_user(verb + 1, Tie::Sign, Evidence::USER_NAMED | Evidence::CONNECT);
        }
    }
}
