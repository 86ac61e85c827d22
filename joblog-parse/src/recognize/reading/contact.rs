//! Addresses at which the writers of a text can be reached.

use super::Reader;
use crate::recognize::spelling;

/// The most words before an address that are looked at.
const FAR: usize = 64;

impl Reader<'_, '_> {
    /// Whether the words before the place say how to reach the writers: `erreichen Sie uns unter
    /// …`.
    pub(in crate::recognize) fn is_to_us(&self, place: usize) -> bool {
        const US: [&str; 8] = ["us", "uns", "nous", "nos", "noi", "ons", "nas", "oss"];
        const QUESTIONS: [&str; 18] = [
            "question",
            "questions",
            "fragen",
            "frage",
            "dubte",
            "dubtes",
            "duvida",
            "duvidas",
            "duda",
            "dudas",
            "pregunta",
            "preguntas",
            "domande",
            "dubbi",
            "vragen",
            "pytania",
            "fragor",
            "problems",
        ];
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        let start = self.line.sentence(word.min(self.line.tokens.len().saturating_sub(1))).start;
        let before = start.max(word.saturating_sub(FAR))..word;
        let says_us = |at: usize| {
            let text = self.line.tokens.get(at).map_or("", |token| token.text);
            US.iter().any(|us| text.eq_ignore_ascii_case(us))
        };
        let says_question = |at: usize| {
            let token = self.line.tokens.get(at);
            token.is_some_and(|it| QUESTIONS.contains(&spelling::folded(it.text).as_str()))
        };
        before.clone().rev().take(4).any(says_us) || { before }.any(says_question)
    }
}
