//! Ports in a line.

use super::{REACH, Reader, Statement, raw_value};
use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::{Kind, Signs};
use crate::target::parse_port;

/// Before `of`, numbers with fewer digits may count something else: `ssh works on 3 of them`.
const PORT_DIGITS: usize = 4;
/// A bracket with a port has at most this many words.
const BRACKET_WORDS: usize = 5;

impl Reader<'_, '_> {
    /// Reads `port 2222`, `port: 2222`, `2222/tcp`, `SSH is on port 2222`, but not the ports of
    /// other services.
    pub(super) fn read_ports(&mut self) {
        for at in 0..self.line.tokens.len() {
            if self.line.has(at, Cue::Ssh) {
                self.read_moved(at);
            }
            if self.is_taken(at) {
                continue;
            }
            if self.is_bare_port(at) {
                let value = self.line.tokens.get(at).map_or("", |token| token.text);
                self.push(at, Statement::Port(parse_port(value)), Evidence::default());
                continue;
            }
            if !self.line.has(at, Cue::Port) {
                continue;
            }
            let phrase = self.phrase_before(at + 1);
            let cues = self.cues_of(&phrase);
            let is_other = cues.iter().any(|cue| {
                matches!(
                    cue,
                    Cue::Foreign
                        | Cue::Other
                        | Cue::Private
                        | Cue::From
                        | Cue::Compound
                        | Cue::Jump
                )
            });
            let is_blocked = phrase
                .iter()
                .skip(1)
                .take(1)
                .any(|word| self.line.has_any(*word, &[Cue::Event, Cue::Failure]));
            if is_blocked || is_other && !cues.contains(&Cue::Ssh) {
                continue;
            }
            self.read_port(at);
        }
    }

    /// `TCP 2222`, `203.0.113.7 on 2222 (ssh)`: a number that can only be a port.
    fn is_bare_port(&self, at: usize) -> bool {
        let is_number = |word: usize| {
            self.line.tokens.get(word).is_some_and(|token| token.what == Kind::Number)
        };
        let Some(last) = at.checked_sub(1).filter(|_| is_number(at)) else { return false };
        let is_login = self.context.get(at).is_some_and(|it| it.has(Evidence::CONNECT));
        let gap = self.line.gap_behind(at);
        let ends = gap.has(Signs::BREAK) || gap.has(Signs::CLOSE) || gap.has(Signs::OPEN);
        let is_protocol =
            self.line.tokens.get(last).is_some_and(|it| it.text.eq_ignore_ascii_case("tcp"));
        let is_behind_host = self.line.has(last, Cue::At)
            && last.checked_sub(1).is_some_and(|host| self.is_host(host));
        // In a table cell: `203.0.113.7 2222`.
        let is_beside_host = self.is_host(last)
            && self.gap(at) == Signs::BLANK
            && self.line.gap_behind(at).has(Signs::COLUMN)
            && self.line.tokens.get(at).is_some_and(|token| token.text.len() > 3);
        is_login
            && (ends && (is_protocol || is_behind_host || is_beside_host)
                || self.is_alone_with_ssh(at))
    }

    /// `203.0.113.7 (2222 for ssh)`: the only number of a bracket after a host.
    fn is_alone_with_ssh(&self, at: usize) -> bool {
        let bracket = |at: usize| self.line.tokens.get(at).map_or(0, |token| token.bracket);
        let inside = bracket(at);
        let is_inside = |word: &usize| bracket(*word) == inside;
        let words = (at.saturating_sub(BRACKET_WORDS)..at + BRACKET_WORDS).filter(is_inside);
        let words = words.collect::<Vec<_>>();
        let is_number = |word: &&usize| {
            self.line.tokens.get(**word).is_some_and(|token| token.what == Kind::Number)
        };
        let first = words.first().copied().unwrap_or_default();
        inside > 0
            && first.checked_sub(1).is_some_and(|host| self.is_host(host))
            && words.iter().filter(is_number).count() == 1
            && words.iter().any(|word| self.line.has(*word, Cue::Ssh))
    }

    /// `SSH runs on 2222`, `sshd has been moved to 2222`.
    fn read_moved(&mut self, ssh: usize) {
        for at in ssh + 2..(ssh + REACH / 2).min(self.line.tokens.len()) {
            let is_number =
                self.line.tokens.get(at).is_some_and(|token| token.what == Kind::Number);
            let digits = self.line.tokens.get(at).map_or(0, |token| token.text.len());
            let ends = self.line.gap_behind(at).has(Signs::BREAK)
                || self.line.gap_behind(at).has(Signs::CLOSE)
                || self.line.has(at + 1, Cue::Of) && digits >= PORT_DIGITS
                || self.line.has_any(at + 1, &[Cue::Function, Cue::And]);
            // `desktop on :1`
            let is_display = self.gap(at).has(Signs::COLON);
            if is_number
                && !is_display
                && self.line.has(at - 1, Cue::At)
                && ends
                && !self.is_taken(at)
            {
                let value = self.line.tokens.get(at).map_or("", |token| token.text);
                return self.push(at, Statement::Port(parse_port(value)), Evidence::default());
            }
            if self.gap(at).has(Signs::SENTENCE)
                || self.line.has_any(at, &[Cue::Port, Cue::Other, Cue::Foreign])
            {
                return;
            }
        }
    }

    /// Whether the words after a port say that it is closed: `port 22 is blocked by …`.
    fn is_shut(&self, at: usize) -> bool {
        const SHUT: [&str; 8] = [
            "blocked",
            "closed",
            "filtered",
            "disabled",
            "firewalled",
            "off",
            "gesperrt",
            "bloqué",
        ];
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        let is_verb = |at: usize| self.line.has_any(at, &[Cue::Is, Cue::Function]);
        (at + 2..at + 4).any(|word| {
            is_verb(word - 1)
                && is_verb(at + 1)
                && (SHUT.contains(&text(word)) || text(word) == "not")
        })
    }

    fn read_port(&mut self, cue: usize) {
        for at in cue + 1..(cue + REACH / 2).min(self.line.tokens.len()) {
            let gap = self.gap(at);
            if gap.has(Signs::SENTENCE) || gap.has(Signs::COMMA) || gap.has(Signs::BRACE) {
                return;
            }
            let Some(token) = self.line.tokens.get(at) else { return };
            if token.what == Kind::Number && self.is_shut(at) {
                return;
            }
            // `Address (port): 203.0.113.7 (2222)`
            let bracket = self.line.tokens.get(cue).map_or(0, |token| token.bracket);
            let is_beside = bracket > 0 && gap.has(Signs::SIGN) && gap.has(Signs::CLOSE);
            if is_beside && self.is_host(at) && self.gap(at + 1).has(Signs::OPEN) {
                continue;
            }
            let is_near = at == cue + 1;
            let raw = raw_value(self.line.text, token.span.clone());
            let value = self.line.text.get(raw).unwrap_or_default();
            let number = value.split(['/', ':']).next().unwrap_or_default();
            let is_digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            if token.what == Kind::Number || (is_digits && (is_near || gap.has(Signs::SIGN))) {
                return self.push(at, Statement::Port(parse_port(number)), Evidence::default());
            }
            // `ports 27350-27358`
            let is_many = self.line.tokens.get(cue).is_some_and(|token| token.text.ends_with('s'));
            if is_many && value.contains('-') {
                return;
            }
            // A port is named, but no one can tell which.
            let begins = value.starts_with(|c: char| c.is_ascii_digit());
            if begins && (is_near || gap.has(Signs::SIGN)) {
                return self.push(at, Statement::Port(parse_port(value)), Evidence::default());
            }
            if self.is_taken(at)
                || self.is_host(at)
                || self.line.has_any(at, &[Cue::Port, Cue::Foreign])
            {
                return;
            }
        }
    }
}
