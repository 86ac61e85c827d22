//! Words in the place of a name. Any word may be the name of an account, and says nothing else
//! there: `user: build`, `log in as proxy`.

use super::{Kind, ParsedLine, Signs};
use crate::recognize::cue::{self, Cue};

/// Nouns for the user.
const NOUNS: [Cue; 4] = [Cue::User, Cue::UserName, Cue::Account, Cue::Login];
/// What words may mean besides being a name.
const THINGS: [Cue; 13] = [
    Cue::Foreign,
    Cue::Other,
    Cue::From,
    Cue::Version,
    Cue::Event,
    Cue::Action,
    Cue::Compute,
    Cue::Private,
    Cue::Jump,
    Cue::Job,
    Cue::Cluster,
    Cue::Machine,
    Cue::Main,
];
/// Those that a noun for the user qualifies if they follow it without a sign: `login node`.
const QUALIFIED: [Cue; 4] = [Cue::Machine, Cue::Main, Cue::Cluster, Cue::Job];
/// How far before `is` the noun may stand.
const NOUN_WORDS: usize = 4;
/// How many words a label may have.
const LABEL_WORDS: usize = 6;

impl ParsedLine<'_> {
    /// Makes words in the place of a name well-known accounts.
    pub(super) fn resolve_names(&mut self) {
        if !self.says(&NOUNS) && !self.says(&[Cue::As]) {
            return;
        }
        for at in 1..self.tokens.len() {
            if !self.is_in_place_of_name(at) {
                continue;
            }
            let Some(token) = self.tokens.get_mut(at) else { return };
            token.cues.end = token.cues.start + 1;
            token.set = cue::bit(Cue::Known);
            token.is_known = true;
            if let Some(first) = self.cues.get_mut(token.cues.start) {
                *first = Cue::Known;
            }
        }
        self.all = self.tokens.iter().fold(0, |all, token| all | token.set);
    }

    fn is_in_place_of_name(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let is_low = token.text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
        });
        // `user logged in`
        let is_deed = ["logged", "signed", "logging"].contains(&token.text);
        if is_deed
            && self
                .tokens
                .get(at + 1)
                .is_some_and(|next| ["in", "on", "out", "off"].contains(&next.text))
        {
            return false;
        }
        let is_numbered =
            token.text.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-'));
        let is_thing = self.cues(at).iter().all(|cue| THINGS.contains(cue));
        if token.what != Kind::Word || !is_low || token.set == 0 || !(is_thing || is_numbered) {
            return false;
        }
        // `ansible_user - ada` names a setting.
        let behind = self.gap_behind(at);
        let is_noun = self.has_any(at, &NOUNS) || self.has(at, Cue::Name);
        let is_label = behind.has(Signs::DASH) || behind.has(Signs::SIGN);
        if !self.may_end_with(at) || is_label || is_noun && behind.has(Signs::COLUMN) {
            return false;
        }
        let gap = token.gap;
        let before = at - 1;
        let is_marked = gap.has(Signs::MARK) && self.gap_behind(at).has(Signs::UNMARK);
        if gap.has(Signs::SIGN) {
            return self.is_label_of_user(at);
        }
        if gap.has(Signs::COLUMN) {
            return self.has_any(before, &NOUNS);
        }
        if gap.has(Signs::BREAK) {
            return false;
        }
        let ends_numbered = token.text.ends_with(|c: char| c.is_ascii_digit());
        // `the password of the account is sent`
        let is_done = self.has_any(at, &[Cue::Action, Cue::Event]);
        // `an account named build`, `the user is build`
        let is_told = (self.has(before, Cue::Name) || self.has(before, Cue::Is) && !is_done)
            && (before.saturating_sub(NOUN_WORDS)..before).any(|word| self.has_any(word, &NOUNS));
        if is_told && !is_noun {
            return true;
        }
        let is_free = is_marked
            || if is_noun { ends_numbered } else { is_numbered || !self.has_any(at, &QUALIFIED) };
        let says_login = self.says(&[Cue::Connect, Cue::Ssh, Cue::Login]);
        // `ssh to 203.0.113.7 as user jobs`
        let is_as = before > 0 && self.has(before - 1, Cue::As) && says_login && !is_noun;
        self.has_any(before, &NOUNS) && (is_free || is_as)
            || self.has(before, Cue::As) && says_login
    }

    /// Whether a name may end with this word, because a sign, a preposition or a host follows.
    fn may_end_with(&self, at: usize) -> bool {
        let behind = self.gap_behind(at);
        let ends = [Signs::BREAK, Signs::CLOSE, Signs::OPEN, Signs::UNMARK, Signs::ANGLE];
        let goes_on = [
            Cue::At,
            Cue::And,
            Cue::With,
            Cue::Of,
            Cue::Is,
            Cue::As,
            Cue::Connect,
            Cue::Ssh,
            Cue::Function,
        ];
        let is_host = self.tokens.get(at + 1).is_some_and(|it| matches!(it.what, Kind::Host(..)));
        self.is_value_of_key(at)
            || ends.into_iter().any(|end| behind.has(end))
            || is_host
            || self.has_any(at + 1, &goes_on)
    }

    /// Whether this is the value of a key, which is one word: `user=ada`.
    pub(super) fn is_value_of_key(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|it| it.gap.has(Signs::EQUALS) && !it.gap.has(Signs::BLANK))
    }

    /// Whether the label before a value is one for the user.
    fn is_label_of_user(&self, at: usize) -> bool {
        let words = if self.is_value_of_key(at) { 1 } else { LABEL_WORDS };
        for word in (at.saturating_sub(words)..at).rev() {
            if self.has_any(word, &NOUNS) || self.has(word, Cue::As) && word + 1 == at {
                return true;
            }
            let gap = self.tokens.get(word).map_or(Signs::SENTENCE, |token| token.gap);
            if gap.has(Signs::BREAK) || gap.has(Signs::SIGN) {
                return false;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_may_be_a_name_in_its_place() {
        for (text, word, is_name) in [
            ("user: build", 1, true),
            ("Login as: visitor", 2, true),
            ("log in as proxy on 203.0.113.7", 3, true),
            ("ssh with user oracle, port 2222", 3, true),
            ("user=hpc_user host=203.0.113.7", 1, true),
            ("login node: 203.0.113.7", 1, false),
            ("started as client of the broker", 2, false),
            ("ansible_user - ada", 0, false),
            ("user licence server 203.0.113.7", 1, false),
            ("type=USER_LOGIN msg=audit(17:94)", 3, false),
        ] {
            let line = ParsedLine::new(text);
            assert_eq!(line.cues(word) == [Cue::Known], is_name, "{text}");
        }
    }
}
