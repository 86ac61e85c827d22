//! Clauses that say that a login is impossible: negations, and words for a login that was taken
//! back.

use super::cue::Cue;
use super::parsed_line::{Kind, ParsedLine, Signs};

/// A clause reaches at most this many words to either side.
const CLAUSE_WORDS: usize = 24;

/// Whether the clause around a position says that logging in is impossible: `do not log in to …`,
/// `… is no longer valid`, `… has been disabled`, `…: FAILED`.
pub(super) fn denies(line: &ParsedLine<'_>, place: usize) -> bool {
    let at = line.tokens.partition_point(|token| token.span.end <= place);
    let is_end = |at: usize| {
        line.tokens.get(at).is_none_or(|token| {
            token.gap.has(Signs::SENTENCE)
                || token.gap.has(Signs::COMMA)
                || token.gap.has(Signs::DASH)
        })
    };
    let at = at.min(line.tokens.len().saturating_sub(1));
    let first = at.saturating_sub(CLAUSE_WORDS);
    let last = line.tokens.len().min(at + CLAUSE_WORDS);
    let start = (first..=at).rev().find(|word| is_end(*word)).unwrap_or(first);
    let end = (at + 1..last).find(|word| is_end(*word)).unwrap_or(last);
    (start..end).any(|word| is_negated(line, word, end) || (word >= at && is_denied(line, word)))
}

/// A negation with the negated word: `not log in`, `no longer valid`.
pub(super) fn is_negated(line: &ParsedLine<'_>, at: usize, end: usize) -> bool {
    let text = |at: usize| line.tokens.get(at).map_or("", |token| token.text);
    let is_not = NEGATIONS.iter().any(|it| text(at).eq_ignore_ascii_case(it))
        || (text(at) == "no" && ["longer", "está", "esta"].contains(&text(at + 1)));
    // `You do not need a password to log in`
    let is_passed = |word: usize| {
        line.has_any(word, &[Cue::Function, Cue::Is, Cue::At, Cue::Log])
            || ["longer", "be", "yet", "mehr", "plus"].contains(&text(word))
            || line.cues(word).is_empty()
                && POSSIBLE.iter().any(|it| text(word).eq_ignore_ascii_case(it))
    };
    let goal = |word: usize| {
        line.has(word, Cue::Connect)
            || POSSIBLE.iter().any(|it| text(word).eq_ignore_ascii_case(it))
    };
    // `Do not use 203.0.113.7 any longer.`
    let is_use = text(at + 1).eq_ignore_ascii_case("use")
        && (at + 2..end.min(at + 6)).any(|word| {
            line.has_any(word, &[Cue::User, Cue::UserName, Cue::Account])
                || line.tokens.get(word).is_some_and(|token| {
                    matches!(token.what, Kind::Host(..)) || token.text.contains('@')
                })
        });
    let denies = || {
        (at + 1..end.min(at + 5)).find(|word| goal(*word) || !is_passed(*word)).is_some_and(goal)
    };
    // `created but not started`
    let is_unready = line.has(at + 1, Cue::Ready)
        || line.has(at + 2, Cue::Ready)
            && ["yet", "been", "noch", "encore", "está", "esta", "è"].contains(&text(at + 1));
    is_not && (is_use || is_unready || denies())
}

/// `has been disabled`, `wurde gesperrt`.
fn is_denied(line: &ParsedLine<'_>, at: usize) -> bool {
    let text = line.tokens.get(at).map_or("", |token| token.text);
    let has_verb = (at.saturating_sub(DENIED_WORDS)..at).any(|before| {
        line.has(before, Cue::Is)
            || line.has(before, Cue::Function) && before + 1 == at
            || ["wurde", "ist", "fue", "ha", "a"]
                .contains(&line.tokens.get(before).map_or("", |it| it.text))
                && before + 2 >= at
    });
    let is_revoked = REVOKED.iter().any(|it| text.eq_ignore_ascii_case(it));
    is_revoked || has_verb && DENIED.iter().any(|it| text.eq_ignore_ascii_case(it))
}

/// How far before `disabled` its verb may stand.
const DENIED_WORDS: usize = 4;
const NEGATIONS: [&str; 16] = [
    "not", "never", "cannot", "can't", "don't", "nicht", "niemals", "nie", "niet", "non", "pas",
    "ne", "не", "değil", "jamais", "nunca",
];
const POSSIBLE: [&str; 34] = [
    "resolve",
    "exist",
    "exists",
    "esiste",
    "existe",
    "existiert",
    "bestaat",
    "istnieje",
    "valid",
    "work",
    "works",
    "working",
    "possible",
    "permitted",
    "allowed",
    "available",
    "usable",
    "accessible",
    "reachable",
    "login",
    "logging",
    "gültig",
    "möglich",
    "erlaubt",
    "erreichbar",
    "verfügbar",
    "valide",
    "permis",
    "disponible",
    "válido",
    "posible",
    "valido",
    "possibile",
    "mogelijk",
];
const REVOKED: [&str; 19] = [
    "revoked",
    "withdrawn",
    "retired",
    "expired",
    "revocato",
    "revocata",
    "revocate",
    "revocati",
    "revocado",
    "revocadas",
    "révoqué",
    "révoqués",
    "révoquée",
    "widerrufen",
    "entzogen",
    "ingetrokken",
    "cofnięto",
    "odebrano",
    "revogado",
];
const DENIED: [&str; 22] = [
    "disabled",
    "suspended",
    "deactivated",
    "prohibited",
    "forbidden",
    "locked",
    "blocked",
    "gesperrt",
    "deaktiviert",
    "abgelaufen",
    "verboten",
    "désactivé",
    "bloqué",
    "expiré",
    "deshabilitado",
    "desactivado",
    "bloqueado",
    "disabilitato",
    "bloccato",
    "uitgeschakeld",
    "zablokowany",
    "zablokován",
];
