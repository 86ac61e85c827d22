//! Words whose cues depend on the words beside them.

use super::{Kind, ParsedLine, Signs, Token};
use crate::recognize::cue::{self, Cue};

/// Questions that are labels.
const QUESTIONS: [&str; 14] = [
    "who", "where", "user", "login", "port", "host", "address", "wer", "wo", "qui", "où", "quién",
    "dónde", "chi",
];

/// `session` in the languages that call logging in the opening of one.
const SESSIONS: &[&str] = &["session", "sesión", "sesion", "sessão", "sessione"];

impl ParsedLine<'_> {
    /// Settles the cues of adjacent words, as far as nothing separates them.
    pub(super) fn resolve(&mut self) {
        let mut start = 0;
        for token in &self.tokens {
            if token.cues.is_empty() || token.gap.has(Signs::SIGN) || token.gap.has(Signs::BREAK) {
                let all = self.cues.get_mut(start..token.cues.start);
                cue::resolve(all.unwrap_or_default());
                start = token.cues.start;
            }
        }
        cue::resolve(self.cues.get_mut(start..).unwrap_or_default());
        self.resolve_submit();
        self.resolve_questions();
    }

    /// Puts a sign after labels that are questions or pictures: `Where?  203.0.113.7`, `👤 ada`.
    pub(super) fn sign_labels(&mut self) {
        for at in 1..self.tokens.len() {
            let (Some(label), Some(value)) = (self.tokens.get(at - 1), self.tokens.get(at)) else {
                return;
            };
            let between = self.text.get(label.span.end..value.span.start).unwrap_or_default();
            let is_question = between.starts_with('?')
                && QUESTIONS.iter().any(|it| label.text.eq_ignore_ascii_case(it))
                && (at == 1 || label.gap.has(Signs::BREAK));
            let is_whole = at + 1 == self.tokens.len();
            let is_picture = cue::is_picture(label.text) && (value.cues.is_empty() || is_whole);
            if !(is_question || is_picture) {
                continue;
            }
            self.sentences.retain(|start| *start != at || is_picture);
            if let Some(value) = self.tokens.get_mut(at) {
                value.gap = value.gap.without(Signs::SENTENCE);
                value.gap.add(Signs::COLON);
            }
        }
    }

    /// `come in` is a verb for logging in; `Who you are: …` and `Where it is: …` are labels.
    fn resolve_questions(&mut self) {
        const QUESTION_WORDS: usize = 5;
        let is = |token: Option<&Token<'_>>, words: &[&str]| {
            token.is_some_and(|it| words.iter().any(|word| it.text.eq_ignore_ascii_case(word)))
        };
        let mut changes = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            let next = self.tokens.get(at + 1);
            let begins = at == 0 || token.gap.has(Signs::COLUMN) || token.gap.has(Signs::SIGN);
            let has_sign = |token: &Token<'_>| token.gap.has(Signs::SIGN);
            let behind = self.tokens.get(at + 1..).unwrap_or_default();
            let is_label = begins && behind.iter().take(QUESTION_WORDS).any(has_sign);
            let is_in_column = next.is_some_and(|next| {
                let sign = self.text.get(token.span.end..).unwrap_or_default();
                next.gap.has(Signs::COLUMN) || sign.starts_with('?') && next.gap.has(Signs::SIGN)
            });
            if begins && is_in_column && is(Some(token), &["who", "wer", "qui", "quién", "chi"]) {
                changes.push((token.cues.clone(), Cue::UserName));
            } else if begins
                && is_in_column
                && is(Some(token), &["where", "wo", "où", "dónde", "dove"])
            {
                changes.push((token.cues.clone(), Cue::Host));
            } else if is_label && is(Some(token), &["you"]) && is(next, &["are"]) {
                changes.push((token.cues.clone(), Cue::UserName));
            } else if is(Some(token), &["vs", "studio"]) && is(next, &["code"]) {
                changes.extend(next.map(|next| (next.cues.clone(), Cue::Ssh)));
            } else if is(Some(token), &["authorized", "authorised"]) && is(next, &["keys", "key"]) {
                changes.push((token.cues.clone(), Cue::Word));
            } else if is(Some(token), &["by"])
                && next.is_some_and(|next| {
                    self.cues.get(next.cues.clone()).unwrap_or_default() == [Cue::Ssh]
                })
            {
                changes.push((token.cues.clone(), Cue::With));
            } else if is(Some(token), &["from", "von", "depuis", "desde", "vanaf"])
                && next.is_some_and(|next| {
                    matches!(next.what, Kind::Host(..)) || next.text.contains('@')
                })
            {
                // Unlike `ssh client`, `ssh from 203.0.113.7` is about a visitor.
                changes.push((token.cues.clone(), Cue::From));
            } else if at > 0
                && is(Some(token), &["mail", "e-mail", "email"])
                && is(self.tokens.get(at - 1), &["this", "diese", "dieser", "ce", "cet", "esta"])
            {
                // The text itself, not a service.
                changes.push((token.cues.clone(), Cue::Word));
            } else if is(Some(token), &["portal", "console", "web", "monitor"])
                && self.text.get(..token.span.start).is_some_and(|it| it.ends_with('['))
                && self.text.get(token.span.end..).is_some_and(|it| it.starts_with(']'))
            {
                // `[portal] Your login: …`: the name of the speaker.
                changes.push((token.cues.clone(), Cue::Word));
            } else if is(Some(token), &["delivered"]) && is(next, &["to"]) {
                changes.push((token.cues.clone(), Cue::Action));
            } else if is(Some(token), &["attempt", "try"])
                && next.is_some_and(|next| next.what == Kind::Number)
                && behind.get(1).is_some_and(|third| third.gap.has(Signs::COLON))
            {
                // `attempt 2: cluster is up`
                changes.push((token.cues.clone(), Cue::Word));
            } else if is(Some(token), &["dns"])
                && next.is_some_and(
                    |next| matches!(&next.what, Kind::Host(host, _) if host.is_address()),
                )
            {
                // `dns: 203.0.113.53`
                changes.push((token.cues.clone(), Cue::Foreign));
            } else if at > 0
                && is(Some(token), &["monitoring"])
                && is(self.tokens.get(at - 1), &["interactive"])
            {
                changes.push((token.cues.clone(), Cue::Word));
            } else if is(Some(token), &["running", "läuft"]) && is(next, &["on", "auf"]) {
                // Where a job runs.
                changes.push((token.cues.clone(), if begins { Cue::Action } else { Cue::Word }));
            } else if at > 0
                && is(Some(token), &["log", "logs"])
                && is(self.tokens.get(at - 1), &["access", "audit", "auth", "login"])
            {
                changes.push((token.cues.clone(), Cue::Event));
            } else if at > 0 && is(Some(token), &["set"]) && is(self.tokens.get(at - 1), &["all"]) {
                changes.push((token.cues.clone(), Cue::Ready));
            } else if at > 0 && is(Some(token), SESSIONS) && self.is_opening(at)
                || is(Some(token), &["come", "get"]) && is(next, &["in"])
            {
                changes.push((token.cues.clone(), Cue::Connect));
            } else if is_label
                && is(Some(token), &["who"])
                && is(next, &["you", "may", "can", "logs"])
            {
                changes.push((token.cues.clone(), Cue::UserName));
            } else if is_label && is(Some(token), &["where"]) && is(next, &["it", "to"]) {
                changes.push((token.cues.clone(), Cue::Host));
            }
        }
        for (cues, new) in changes {
            for cue in self.cues.get_mut(cues).unwrap_or_default() {
                *cue = new;
            }
        }
    }

    /// Whether the words before say to open something: `ouvrir une session`.
    fn is_opening(&self, at: usize) -> bool {
        const OPEN: [&str; 7] = ["open", "ouvr", "abr", "inici", "avvi", "apri", "start"];
        self.tokens.get(at.saturating_sub(2)..at).is_some_and(|tokens| {
            tokens.iter().any(|token| {
                let text = token.text.to_ascii_lowercase();
                OPEN.iter().any(|it| text.starts_with(it)) && !text.ends_with("ed")
            })
        })
    }

    /// In a line about logging in, the `submit host` of a queue is the machine that people log in
    /// to.
    fn resolve_submit(&mut self) {
        if !self.cues.iter().any(|cue| matches!(cue, Cue::Connect | Cue::Ssh | Cue::Your))
            && !self
                .tokens
                .iter()
                .any(|token| ["you", "use"].iter().any(|it| token.text.eq_ignore_ascii_case(it)))
        {
            return;
        }
        for pair in self.tokens.windows(2) {
            let [token, next] = pair else { continue };
            let is_submit = ["submit", "submission", "edge", "entry", "access"]
                .iter()
                .any(|it| token.text.eq_ignore_ascii_case(it));
            let is_machine = matches!(
                self.cues.get(next.cues.clone()).unwrap_or_default(),
                [Cue::Host | Cue::Machine]
            );
            if is_submit && is_machine && next.gap == Signs::BLANK {
                for cue in self.cues.get_mut(token.cues.clone()).unwrap_or_default() {
                    *cue = Cue::Main;
                }
            }
        }
    }
}
