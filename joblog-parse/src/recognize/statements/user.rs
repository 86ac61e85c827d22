//! Users: the words that a noun for the user refers to.

mod before;
mod prompt;
mod taken;

pub(in crate::recognize) use taken::named_user;

use super::shape::{self, Shape};
use super::{Reader, Statement, raw_value};
use crate::recognize::parsed_line::{Kind, Signs};
use crate::recognize::{Refusal, cue::Cue, evidence::Evidence};

/// The most words between a noun and its value.
const BETWEEN: usize = 12;

/// How far after `and` a quoted value may follow.
const AND_WORDS: usize = 4;

/// How a word is tied to its noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// A sign or a verb stands between them: `user: ada`, `the user is ada`.
    Sign,
    /// They are adjacent, or `as` stands before the word.
    Next,
    /// Other words stand between them.
    Loose,
}

impl Reader<'_, '_> {
    pub(super) fn read_users(&mut self) {
        for at in 0..self.line.tokens.len() {
            if self.is_taken(at) {
                continue;
            }
            if self.is_prompt(at) {
                self.read_answer(at);
            } else if self.is_noun(at) {
                self.read_user(at);
            } else if self.is_login_by(at) {
                self.read_before(at, Tie::Next);
            } else if self.line.has(at, Cue::As)
                && (self.says_login(at) || self.lets_in(at))
                && !self.is_run(at)
            {
                self.read_as(at);
            } else if self.is_at_sign(at) {
                self.read_before(at, Tie::Next);
            }
        }
        for at in 0..self.line.tokens.len() {
            self.read_beside(at);
        }
    }

    /// Reads a user without a noun, beside a host in a sentence about logging in: `ada at
    /// 203.0.113.7`, `ada / 203.0.113.7`, `ada can now connect to …`.
    fn read_beside(&mut self, at: usize) {
        let is_verb = self.line.has(at, Cue::Connect);
        if !(self.is_host(at) || is_verb) || self.is_taken(at) || !self.says_login(at) {
            return;
        }
        let sentence = self.line.sentence(at);
        if sentence.clone().any(|word| self.is_user_taken(word))
            || !sentence.clone().any(|word| self.is_host(word))
        {
            return;
        }
        for word in (sentence.start.max(at.saturating_sub(6))..at).rev() {
            let gap = self.gap(word + 1);
            if gap.has(Signs::COMMA)
                || gap.has(Signs::SIGN)
                || gap.has(Signs::BRACE)
                || gap.has(Signs::COLUMN)
            {
                return;
            }
            let passed = [
                Cue::At,
                Cue::Function,
                Cue::Host,
                Cue::With,
                Cue::Machine,
                Cue::Main,
                Cue::Public,
                Cue::Ready,
                Cue::Of,
            ];
            if self.line.has_any(word, &passed) {
                continue;
            }
            let looks = shape::of(self.line, word);
            let before = self.gap(word);
            let is_first = word == sentence.start
                || before.has(Signs::SIGN)
                || before.has(Signs::BREAK)
                || before.has(Signs::OPEN)
                || before.has(Signs::MARK);
            // `can be logged into by ada at 203.0.113.7`
            let is_agent = word.checked_sub(1).is_some_and(|by| {
                self.line.tokens.get(by).is_some_and(|token| token.text == "by")
                    && (sentence.start..by).any(|verb| self.is_possible(verb))
            });
            let is_given = is_agent
                || word
                    .checked_sub(1)
                    .is_some_and(|it| self.line.has_any(it, &[Cue::Of, Cue::With]));
            // `Connectez-vous`, `sshd: answering on 203.0.113.7`
            if self.line.has(word, Cue::Connect) || self.is_doing(word) {
                continue;
            }
            let is_name = looks == Shape::Account
                || (looks == Shape::Plain && (is_first || is_agent) && !is_verb);
            if is_name && (is_first || is_given) && !self.is_taken(word) {
                self.take_user(word, Tie::Loose, Evidence::LOGIN | Evidence::CONNECT);
            }
            return;
        }
    }

    /// Whether a word is a noun for the user.
    fn is_noun(&self, at: usize) -> bool {
        let cues = self.line.cues(at);
        let text = self.line.tokens.get(at).map_or("", |token| token.text);
        if shape::is_numbered_user(text, cues) && !self.gap(at + 1).has(Signs::SIGN) {
            return false;
        }
        let is_user =
            |cue: &Cue| matches!(cue, Cue::User | Cue::UserName | Cue::Account | Cue::Login);
        if self.is_of_program(at) {
            return false;
        }
        // Before a label, a picture is only decoration.
        let is_picture = self.line.tokens.get(at).is_some_and(|it| it.text.starts_with('👤'));
        let nouns = [Cue::User, Cue::UserName, Cue::Account, Cue::Login];
        let last = self.line.tokens.len().saturating_sub(1);
        if is_picture && (at + 1..last.min(at + 5)).any(|word| self.line.has_any(word, &nouns)) {
            return false;
        }
        let is_script = self.line.is_script_without_blanks(at);
        let mut nouns = cues.iter().filter(|cue| {
            let is_small = matches!(cue, Cue::Name | Cue::Id | Cue::Is | Cue::Of);
            !is_small && (**cue != Cue::At || !is_script)
        });
        if nouns.next_back().is_some_and(is_user) {
            return true;
        }
        // `Nom de connexion`
        let of_name = (at.saturating_sub(2)..at).any(|it| self.line.cues(it) == [Cue::Name]);
        if of_name && cues == [Cue::Connect] && !self.gap(at).has(Signs::SIGN) {
            return true;
        }
        // `log in with the name ada`
        let before = at.checked_sub(1).is_some_and(|before| {
            self.line.has_any(before, &[Cue::With, Cue::Function, Cue::Of])
                && !self.line.has_any(before, &[Cue::Host, Cue::Job])
        });
        cues == [Cue::Name] && before && self.says_login(at)
    }

    /// Whether `as` stands before a quoted name, and its sentence names a host.
    fn lets_in(&self, at: usize) -> bool {
        self.gap(at + 1).has(Signs::MARK) && self.line.sentence(at).any(|word| self.is_host(word))
    }

    /// Whether the sentence is about logging in.
    fn says_login(&self, at: usize) -> bool {
        self.context.get(at).is_some_and(|context| context.has(Evidence::CONNECT))
    }

    /// `adaでログインしてください`: the particle after the user, and the verb.
    fn is_login_by(&self, at: usize) -> bool {
        self.line.is_script_without_blanks(at)
            && self.line.tokens.get(at).is_some_and(|token| {
                let is_verb = self.line.has_any(at, &[Cue::Login, Cue::Connect]);
                token.text.starts_with('で') && is_verb
                    || token.text.starts_with("として") && self.says_login(at)
            })
    }

    /// Reads the value of the noun: after it, or else before it.
    fn read_user(&mut self, noun: usize) {
        let (is_other, mut evidence) = self.judge(noun);
        if is_other {
            if let Some((at, _)) = self.value_behind(noun) {
                let name = self.line.tokens.get(at).map_or("", |token| token.text);
                self.push(
                    at,
                    Statement::Refused(Refusal::OtherService(name.into())),
                    Evidence::FOREIGN,
                );
            }
            return;
        }
        evidence.add(Evidence::USER_NAMED);
        if let Some((at, tie)) = self.value_behind(noun) {
            return self.take_user(at, tie, evidence);
        }
        if let Some(at) = self.value_before(noun) {
            self.take_user(at, Tie::Loose, evidence);
        }
    }

    /// Whether the words before the noun tie it to another service, and the evidence that they
    /// give.
    fn judge(&self, noun: usize) -> (bool, Evidence) {
        let mut evidence = Evidence::default();
        if self.line.tokens.get(noun).is_some_and(|token| token.text.starts_with('-')) {
            evidence.add(Evidence::ARGUMENT);
        }
        let behind = self.gap(noun + 1);
        let is_key = behind.has(Signs::EQUALS) && !behind.has(Signs::BLANK);
        let mut is_other =
            self.line.has_any(noun, &[Cue::Foreign, Cue::Other, Cue::From, Cue::Event]);
        for (place, word) in self.phrase_before(noun).into_iter().take(6).enumerate() {
            // The label of this one ends another label's phrase.
            if is_key || self.gap(noun).has(Signs::SIGN) || self.gap(noun).has(Signs::BREAK) {
                break;
            }
            let is_near = place < 2;
            for cue in self.line.cues(word) {
                match cue {
                    Cue::Foreign | Cue::Other => is_other = true,
                    Cue::From | Cue::Event if is_near => is_other = true,
                    Cue::Host if place == 0 && self.is_far_end(word) => is_other = true,
                    Cue::Machine if self.is_of_things(word) => is_other = true,
                    // `local user` is the user who runs the program.
                    Cue::Private if place == 0 => is_other = true,
                    // `running as user ada` names the user of the job.
                    Cue::As if place == 0 && self.is_run(word) => is_other = true,
                    Cue::Connect | Cue::Ssh => evidence.add(Evidence::CONNECT),
                    _ => {}
                }
            }
            if self.line.has_any(word, &[Cue::Connect, Cue::Is]) {
                break;
            }
        }
        (is_other || self.is_of_other(noun), evidence)
    }

    /// Whether the words between the noun and its sign tie it to another service: `user of the
    /// portal: ada`, `account used by the script: ada`.
    fn is_of_other(&self, noun: usize) -> bool {
        const USED: [&str; 8] = [
            "used",
            "utilisé",
            "verwendet",
            "verwendetes",
            "usado",
            "usato",
            "gebruikt",
            "używane",
        ];
        const BY: [&str; 9] = ["by", "par", "von", "vom", "por", "da", "dal", "door", "przez"];
        let end = (noun + 1..noun + BETWEEN).find(|at| self.gap(*at) != Signs::BLANK);
        let Some(end) = end.filter(|end| self.gap(*end).has(Signs::SIGN) && *end > noun + 1) else {
            return false;
        };
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        (noun + 1..end).any(|at| {
            let is_used = USED.contains(&text(at)) && BY.contains(&text(at + 1));
            let is_service = self.line.has_any(at, &[Cue::Foreign, Cue::Other])
                && self.line.has(noun + 1, Cue::Of);
            is_used || is_service
        })
    }

    /// Whether something runs: `running as`.
    fn is_run(&self, word: usize) -> bool {
        const RUNS: [&str; 8] = [
            "running",
            "runs",
            "run",
            "executing",
            "executed",
            "starting",
            "launching",
            "spawning",
        ];
        let runs = |at: usize| {
            let token = self.line.tokens.get(at);
            token.is_some_and(|it| RUNS.iter().any(|run| it.text.eq_ignore_ascii_case(run)))
        };
        // `Running on node7 as user ada`
        let begins = runs(self.line.sentence(word).start) && !self.says_login(word);
        begins || word.checked_sub(1).is_some_and(runs)
    }

    /// The value after the noun, and its tie to the noun.
    fn value_behind(&self, noun: usize) -> Option<(usize, Tie)> {
        let is_key = self.gap(noun + 1).has(Signs::SIGN);
        // `your user names stay the same`
        if !is_key && !self.gap(noun + 2).has(Signs::SIGN) && self.is_plural(noun) {
            return None;
        }
        let mut is_signed = false;
        let bracket = self.line.tokens.get(noun)?.bracket;
        for at in noun + 1..(noun + BETWEEN).min(self.line.tokens.len()) {
            let gap = self.gap(at);
            let is_near = at == noun + 1 || (at == noun + 2 && self.line.has(noun + 1, Cue::Name));
            if gap.has(Signs::SENTENCE)
                || gap.has(Signs::COMMA)
                || gap.has(Signs::BRACE)
                || gap.has(Signs::SLASH)
            {
                return None;
            }
            let token = self.line.tokens.get(at)?;
            // `<login protocol="ssh">`: `protocol` is another key, not a value.
            let is_key_next = self.gap(at + 1).has(Signs::EQUALS) && !self.gap(at).has(Signs::SIGN);
            if is_key_next && !self.gap(at + 1).has(Signs::BLANK) && self.line.cues(at).is_empty() {
                return None;
            }
            if token.bracket != bracket && !gap.has(Signs::OPEN) && !is_signed && token.bracket != 0
            {
                continue;
            }
            is_signed |=
                gap.has(Signs::SIGN) || gap.has(Signs::DASH) || (gap.has(Signs::COLUMN) && is_near);
            let is_said = self.line.has(at - 1, Cue::Is);
            if is_signed && gap.has(Signs::COLUMN) && !gap.has(Signs::SIGN) && !is_near && !is_said
            {
                return None;
            }
            // The whole quotation is the value.
            if is_key && gap.has(Signs::SIGN) && gap.has(Signs::MARK) && self.is_of_more_words(at) {
                return Some((at, Tie::Sign));
            }
            let cues = self.line.cues(at);
            // `the user name will follow`
            if token.text == "will" && !self.line.has(at + 1, Cue::Is) {
                return None;
            }
            if cues.contains(&Cue::Is) && !is_key && shape::of(self.line, at) == Shape::None {
                is_signed = true;
                continue;
            }
            let looks = shape::of(self.line, at);
            let is_hostile = is_signed
                && token.what == Kind::Word
                && cues.is_empty()
                && looks_hostile(token.text);
            // After a key, any word is a name: `user=pam`.
            let is_glued = gap.has(Signs::EQUALS) && !gap.has(Signs::BLANK);
            let is_direct = is_key && at == noun + 1;
            let is_thing = is_signed
                && (self.is_whole_value(at) && shape::may_be_name(self.line, at)
                    || is_direct
                        && (is_glued || self.is_whole_value(at))
                        && shape::may_be_any_name(self.line, at));
            if is_signed && (looks > Shape::None || is_hostile || is_thing || self.is_broken(at)) {
                return Some((at, Tie::Sign));
            }
            if gap.has(Signs::OPEN) && looks > Shape::None && self.is_whole_value(at) {
                return Some((at, Tie::Sign));
            }
            if is_key && !self.is_passed_over(at) {
                return None;
            }
            if looks > Shape::None && (is_near || gap.has(Signs::MARK)) {
                return Some((at, Tie::Next));
            }
            if looks == Shape::Account && at > noun + 1 {
                return Some((at, Tie::Loose));
            }
            if looks == Shape::Plain && self.is_last_of(noun, at) {
                return Some((at, Tie::Sign));
            }
            // `tick "username" and type "ada"`: only a quoted word can be the value.
            if self.line.has(at, Cue::And) && !is_signed {
                let quoted = (at + 1..at + AND_WORDS).find(|it| self.gap(*it).has(Signs::MARK))?;
                let is_name = shape::of(self.line, quoted) > Shape::None
                    && self.line.gap_behind(quoted).has(Signs::UNMARK)
                    && !(at + 1..quoted).any(|it| self.is_noun(it) || self.line.has(it, Cue::Host));
                return is_name.then_some((quoted, Tie::Sign));
            }
            let ends = [
                Cue::User,
                Cue::UserName,
                Cue::Foreign,
                Cue::Event,
                Cue::And,
                Cue::From,
                Cue::Conditional,
            ];
            if self.line.has_any(at, &ends)
                || (self.is_host(at) && looks == Shape::None)
                || (is_near && self.line.has_any(at, &[Cue::Compound, Cue::Key]))
            {
                return None;
            }
        }
        None
    }

    /// Whether the value is this word alone.
    fn is_whole_value(&self, at: usize) -> bool {
        let gap = self.line.gap_behind(at);
        let ends = [Signs::BREAK, Signs::CLOSE, Signs::UNMARK, Signs::ANGLE];
        ends.into_iter().any(|end| gap.has(end))
    }

    /// Whether the quotation that begins with this word contains more words.
    fn is_of_more_words(&self, at: usize) -> bool {
        let token = self.line.tokens.get(at);
        token.is_some_and(|token| {
            let raw = raw_value(self.line.text, token.span.clone());
            self.line.text.get(raw).is_some_and(|raw| raw.contains(' ') && raw.len() < 64)
        })
    }

    /// Whether the value that begins here is more than a word, and not a possible name: then it is
    /// refused as a whole.
    fn is_broken(&self, at: usize) -> bool {
        let Some(token) = self.line.tokens.get(at) else { return false };
        token.what == Kind::Junk && !token.text.contains("://") && !self.gap(at).has(Signs::ANGLE)
    }

    /// `connect to 203.0.113.7 as ada`.
    fn read_as(&mut self, word: usize) {
        for at in word + 1..(word + 4).min(self.line.tokens.len()) {
            if self.is_noun(at) {
                return;
            }
            let looks = shape::of(self.line, at);
            // `log in as described:`, with no host that the word could be the user of.
            let is_lead = looks == Shape::Plain
                && at + 1 == self.line.tokens.len()
                && self.line.text.trim_end().ends_with([':', '：'])
                && !self.line.sentence(at).any(|word| self.is_host(word));
            if is_lead {
                return;
            }
            if looks > Shape::None || self.is_broken(at) {
                return self.take_user(at, Tie::Next, Evidence::USER_NAMED | Evidence::CONNECT);
            }
            if !self.line.has_any(at, &[Cue::Function]) {
                return;
            }
        }
    }
}

/// Whether a word has characters that no name contains.
fn looks_hostile(word: &str) -> bool {
    !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-:".contains(&byte))
}
