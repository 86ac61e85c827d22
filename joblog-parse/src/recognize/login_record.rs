//! Whether a line is part of a record that has only a user, a host and a port, or of one about
//! something else: a licence in use, a database, an accounting entry.

use super::cue::Cue;
use super::line;
use super::parsed_line::{Kind, ParsedLine, Signs, Token};
use super::statements::{Reading, Statement};

/// The most words of a record that are neither labels nor values.
const MORE_WORDS: usize = 3;
/// The most other keys of a record on one line: `level=info user=ada host=203.0.113.7`.
const MORE_KEYS: usize = 1;

/// Whether a line says more than the labels and values of a record.
pub(super) fn says_more(line: &ParsedLine<'_>, readings: &[Reading<'_>]) -> bool {
    let stamp = line::stamp_bytes(line.text);
    let is_value = |token: &Token<'_>| {
        readings.binary_search_by_key(&token.span.start, |reading| reading.span.start).is_ok()
    };
    let about = [
        Cue::Event,
        Cue::EventKey,
        Cue::Action,
        Cue::Failure,
        Cue::Foreign,
        Cue::Other,
        Cue::Version,
        Cue::Word,
        Cue::Gone,
        Cue::From,
    ];
    let is_more = |(at, token): &(usize, &Token<'_>)| {
        token.span.start >= stamp
            && token.what != Kind::Number
            && !is_value(token)
            && (line.cues(*at).is_empty() || line.has_any(*at, &about))
    };
    // `rc=0 wall=1200`
    let is_key = |(at, token): &(usize, &Token<'_>)| {
        line.cues(*at).is_empty() && !is_value(token) && line.gap_behind(*at).has(Signs::EQUALS)
    };
    let words = || line.tokens.iter().enumerate();
    words().filter(is_more).take(MORE_WORDS + 1).count() > MORE_WORDS
        || words().filter(is_key).take(MORE_KEYS + 1).count() > MORE_KEYS
}

/// Whether a line is a field, other than a user, a host or a port: a few words, a sign, a few more.
pub(super) fn is_other_field(line: &ParsedLine<'_>, readings: &[Reading<'_>]) -> bool {
    const LEVELS: [&str; 6] = ["warning", "warn", "info", "error", "notice", "debug"];
    const LABEL_WORDS: usize = 3;
    const VALUE_WORDS: usize = 3;
    let mut tokens = line.tokens.iter().enumerate().skip(1).take(LABEL_WORDS);
    let Some((sign, _)) = tokens.find(|(_, token)| token.gap.has(Signs::SIGN)) else {
        return false;
    };
    let label = line.tokens.get(..sign).unwrap_or_default();
    let has_digit = |token: &Token<'_>| token.text.bytes().any(|byte| byte.is_ascii_digit());
    // `Iteration 12: …`, `Warning: …`
    let is_level =
        |token: &Token<'_>| LEVELS.iter().any(|level| token.text.eq_ignore_ascii_case(level));
    if label.iter().any(|token| has_digit(token) || is_level(token)) {
        return false;
    }
    // Jobs and clusters have fields of their own.
    let is_part = |said: &Statement<'_>| {
        matches!(
            said,
            Statement::User(_) | Statement::Host { .. } | Statement::Port(_) | Statement::Value(..)
        )
    };
    let things = [Cue::Cluster, Cue::Job, Cue::Machine, Cue::Main, Cue::Name, Cue::Id];
    if (0..sign).all(|at| line.has_any(at, &things)) {
        return false;
    }
    // `auth: publickey` says how to log in.
    let is_way_in = |token: &Token<'_>| {
        ["auth", "authentication"].iter().any(|it| token.text.eq_ignore_ascii_case(it))
    };
    let is_of_service = (0..sign).any(|at| line.has(at, Cue::Foreign));
    (is_of_service || line.tokens.len() <= sign + VALUE_WORDS)
        && !label.iter().any(is_way_in)
        && !readings.iter().any(|reading| is_part(&reading.said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognize::statements::Reader;

    fn told(text: &str) -> (bool, bool) {
        let line = ParsedLine::new(text);
        let readings = Reader::new(&line, &[]).readings();
        (says_more(&line, &readings), is_other_field(&line, &readings))
    }

    #[test]
    fn a_record_of_something_else_has_other_words_or_other_fields() {
        for (text, more, field) in [
            ("user=ada host=203.0.113.7 port=2222", false, false),
            ("jobacct user=ada node=203.0.113.7 mem=402GB exit=0", true, false),
            ("ccmp user: ada host: 203.0.113.7 display: :0 version 23.1 at Mon", true, false),
            ("dbname: orders", false, true),
            ("Exit Status = 0", false, true),
            ("user: ada", false, false),
            ("Iteration 12: 0.001", false, false),
            ("Warning: 3 cells", false, false),
        ] {
            assert_eq!(told(text), (more, field), "{text}");
        }
    }
}
