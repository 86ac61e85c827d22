//! To whom a line speaks: whether it tells the reader to do something, or reports what others do.

use std::ops::Range;

use super::Reader;
use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::{Kind, Signs, Token};
use crate::target::Host;

/// Words further away say nothing about a place.
const FAR: usize = 64;
/// A label has at most this many words.
const LABEL_WORDS: usize = 6;

impl Reader<'_, '_> {
    /// Whether the text at this position is an instruction to the reader: it is alone on the line,
    /// or the words before it address the reader. Anywhere else in a log, a copy is one that the
    /// job makes.
    pub(in crate::recognize) fn is_advice(&self, place: usize) -> bool {
        let before = self.line.text.get(..place).unwrap_or_default();
        if before.trim_matches(|c: char| !c.is_alphanumeric()).is_empty() {
            // A shell's prompt precedes it.
            return !before.trim_end().ends_with('$');
        }
        let words = self.line.tokens.partition_point(|token| token.span.end <= place);
        let first = words.saturating_sub(FAR);
        let says = |cues: &[Cue]| (first..words).any(|at| self.line.has_any(at, cues));
        self.is_asked(place)
            || says(&[Cue::With, Cue::Connect, Cue::Ssh, Cue::Login])
                && !says(&[Cue::Action, Cue::Event])
    }

    /// Whether the words before the place address the reader.
    pub(in crate::recognize) fn is_asked(&self, place: usize) -> bool {
        const ASKED: [&str; 10] =
            ["use", "run", "you", "try", "type", "enter", "paste", "execute", "issue", "open"];
        let words = self.line.tokens.partition_point(|token| token.span.end <= place);
        (words.saturating_sub(FAR)..words).any(|at| {
            let text = self.line.tokens.get(at).map_or("", |token| token.text);
            // `type=event` is a field.
            let is_key = self.line.gap_behind(at).has(Signs::EQUALS);
            self.line.has(at, Cue::Your)
                || !is_key && ASKED.iter().any(|it| text.eq_ignore_ascii_case(it))
        })
    }

    /// Whether words before the place tell the reader to do what follows.
    pub(in crate::recognize) fn is_told_to(&self, place: usize) -> bool {
        let before = self.line.text.get(..place).unwrap_or_default();
        before.contains(char::is_alphabetic) && self.is_advice(place) && !is_key(before)
    }

    /// Whether words before the place tell the reader to run the remote command that follows, not
    /// only name a program: `To connect: plink … hostname`.
    pub(in crate::recognize) fn is_told_to_run(&self, place: usize) -> bool {
        let words = self.line.tokens.partition_point(|token| token.span.end <= place);
        let says =
            |cues: &[Cue]| (words.saturating_sub(FAR)..words).any(|at| self.line.has_any(at, cues));
        let is_path = self.line.text.get(..place).is_some_and(|before| before.contains(":\\"));
        self.is_told_to(place)
            && (self.is_asked(place) || is_path || says(&[Cue::Connect, Cue::Login]))
    }

    /// Whether the verb just before the place reports what someone does or did, or what a program
    /// runs: `he typed ssh …`, `Executing: ssh …`. A reader would be told to run it.
    pub(in crate::recognize) fn is_narrated(&self, place: usize) -> bool {
        const DONE: [&str; 47] = [
            "renders",
            "prints",
            "printed",
            "returns",
            "returned",
            "formats",
            "parses",
            "produces",
            "accepts",
            "rejects",
            "escapes",
            "expects",
            "ran",
            "runs",
            "typed",
            "types",
            "tried",
            "tries",
            "entered",
            "enters",
            "executed",
            "executes",
            "issued",
            "issues",
            "opened",
            "opens",
            "did",
            "does",
            "had",
            "called",
            "calls",
            "wrote",
            "writes",
            "invoked",
            "invokes",
            "spawned",
            "spawns",
            "launched",
            "launches",
            "executing",
            "spawn",
            "calling",
            "invoking",
            "spawning",
            "launching",
            "cmd",
            "ended",
        ];
        let words = self.line.tokens.partition_point(|token| token.span.end <= place);
        let last = words.checked_sub(1).and_then(|last| self.line.tokens.get(last));
        // `the following command was run for ada: ssh …`
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        let is_told = (words.saturating_sub(FAR)..words).any(|at| {
            ["was", "were", "been"].contains(&text(at))
                && ["run", "executed", "issued", "called", "typed"].contains(&text(at + 1))
        });
        if is_told {
            return true;
        }
        let is_near = |token: &Token<'_>| {
            let between = self.line.text.get(token.span.end..place).unwrap_or_default();
            !between.contains(char::is_alphanumeric)
        };
        last.is_some_and(|token| {
            let is_program = token.text.eq_ignore_ascii_case("running")
                && self.line.text.get(token.span.end..).is_some_and(|it| it.starts_with(':'));
            // As the first word it is a command of the shell.
            let is_program = is_program || words > 1 && token.text == "exec";
            let is_done = DONE.iter().any(|verb| token.text.eq_ignore_ascii_case(verb));
            (is_done || is_program) && is_near(token)
        })
    }

    /// Whether words before the place, in its sentence, are about logging in or name a machine.
    pub(in crate::recognize) fn leads_to(&self, place: usize) -> bool {
        let cues = [Cue::Connect, Cue::Ssh, Cue::Login, Cue::Main, Cue::Machine, Cue::Host];
        let mut before = self.words_before(place);
        before.any(|at| self.line.has_any(at, &cues) && !self.is_of_source(at))
    }

    /// The words before a position, in its sentence.
    pub(super) fn words_before(&self, place: usize) -> Range<usize> {
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        let start = self.line.sentence(word.min(self.line.tokens.len().saturating_sub(1))).start;
        start.max(word.saturating_sub(FAR))..word
    }

    /// Whether the words right after a position are about logging in:
    /// `ada@node7.example.org (ssh)`.
    pub(in crate::recognize) fn is_followed(&self, end: usize) -> bool {
        let next = self.line.tokens.partition_point(|token| token.span.end <= end);
        let ends = |at: &usize| {
            let gap = self.line.tokens.get(*at).map_or(Signs::SENTENCE, |token| token.gap);
            gap.has(Signs::SENTENCE)
                || gap.has(Signs::COMMA)
                || gap.has(Signs::COLON)
                || gap.has(Signs::ANGLE)
        };
        (next..next + 6)
            .take_while(|at| !ends(at))
            .any(|at| self.line.has_any(at, &[Cue::Ssh, Cue::Login, Cue::Connect]))
    }

    /// Whether the words after a position say that people can log in: `-> it is up, log in here`.
    pub(in crate::recognize) fn is_offer_after(&self, end: usize) -> bool {
        let next = self.line.tokens.partition_point(|token| token.span.end <= end);
        let says = |cues: &[Cue]| {
            (next..self.line.tokens.len().min(next + FAR)).any(|at| self.line.has_any(at, cues))
        };
        says(&[Cue::Ready, Cue::Connect])
            && !says(&[Cue::Failure, Cue::Gone, Cue::Event, Cue::Action])
    }

    /// Whether the words before a position call a host the one to log in to.
    pub(in crate::recognize) fn introduces(&self, place: usize, host: &Host) -> bool {
        let words = self.line.tokens.partition_point(|token| token.span.end <= place);
        let named = (words.saturating_sub(FAR)..words).find(|at| {
            let token = self.line.tokens.get(*at);
            token.is_some_and(|it| matches!(&it.what, Kind::Host(it, _) if it.is_same_as(host)))
        });
        named.is_some_and(|at| {
            let start = at.saturating_sub(LABEL_WORDS);
            (start..at).any(|word| self.line.has_any(word, &[Cue::Main, Cue::Public]))
        })
    }

    /// Whether the line addresses the reader.
    pub(in crate::recognize) fn is_to_reader(&self) -> bool {
        let is_you = |at: usize| {
            self.line.tokens.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case("you"))
        };
        (0..self.line.tokens.len().min(FAR)).any(|at| self.line.has(at, Cue::Your) || is_you(at))
    }

    /// The number of columns of the line, if it is a row of a table.
    pub(in crate::recognize) fn columns(&self) -> usize {
        1 + (1..self.line.tokens.len().min(FAR))
            .filter(|at| self.gap(*at).has(Signs::COLUMN))
            .count()
    }

    /// Whether words lead to the position, without an address just before it and without `from`:
    /// `enter ada@…`.
    pub(in crate::recognize) fn is_in_sentence(&self, place: usize) -> bool {
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        word.checked_sub(1).is_some_and(|before| {
            !self.line.tokens.get(before).is_some_and(|token| token.text.contains('@'))
                && !(word.saturating_sub(FAR)..word).any(|at| self.line.has(at, Cue::From))
        })
    }

    /// Whether a cell of the row says that its machine is gone: `7781190  deleted  ada@…`.
    pub(in crate::recognize) fn has_gone_cell(&self) -> bool {
        (0..self.line.tokens.len().min(FAR)).any(|at| {
            self.line.has_any(at, &[Cue::Gone, Cue::Failure])
                && self.gap(at).has(Signs::COLUMN)
                && self.line.gap_behind(at).has(Signs::COLUMN)
        })
    }

    /// Whether the position is in a further column of a table.
    pub(in crate::recognize) fn is_in_column(&self, place: usize) -> bool {
        let before = self.line.text.get(..place).unwrap_or_default();
        before.ends_with("  ") && before.contains(char::is_alphanumeric)
    }

    /// Whether a quoted argument of a function call begins at the position.
    pub(in crate::recognize) fn is_in_call(&self, place: usize) -> bool {
        self.line.text.get(..place).is_some_and(|it| it.ends_with("('") || it.ends_with("(\""))
    }

    /// Whether a quoted argument of a named function begins at the position: `parse("ssh …")`.
    pub(in crate::recognize) fn is_argument(&self, place: usize) -> bool {
        let before = self.line.text.get(..place).unwrap_or_default();
        ["('", "(\""].iter().any(|open| {
            before.strip_suffix(open).is_some_and(|it| it.ends_with(|c: char| c.is_alphanumeric()))
        })
    }

    /// Whether the rest of a command's sentence says what failed.
    pub(in crate::recognize) fn failure_after(&self, span: &Range<usize>) -> Evidence {
        let next = self.line.tokens.partition_point(|token| token.span.start < span.end);
        let Some(before) = next.checked_sub(1) else { return Evidence::default() };
        self.failure_from(before, true)
    }

    /// Whether a person reports their own actions, without addressing the reader: `I use …`, `he
    /// opened …`.
    pub(super) fn is_of_a_person(&self, words: Range<usize>) -> bool {
        const PERSONS: [&str; 12] =
            ["I", "me", "myself", "he", "He", "she", "She", "his", "her", "him", "ich", "Ich"];
        const VERBS: [&str; 12] =
            ["am", "was", "try", "tried", "use", "used", "ran", "run", "can", "have", "did", "do"];
        const READER: [&str; 7] = ["you", "yourself", "sie", "vous", "usted", "du", "dir"];
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        let is_in =
            |at: usize, all: &[&str]| all.iter().any(|it| text(at).eq_ignore_ascii_case(it));
        // In `I, [2026-…]` and `[I 2026-…]`, the I is a log level.
        let is_person = |at: usize| {
            // Swedish and Polish have an `i` that is no person.
            let is_small = text(at) == "i" && VERBS.contains(&text(at + 1));
            (PERSONS.contains(&text(at)) || is_small)
                && self.gap(at + 1) == Signs::BLANK
                && !self.gap(at).has(Signs::MARK)
                && text(at + 1).starts_with(char::is_lowercase)
        };
        words.clone().any(is_person)
            && !words.clone().any(|at| {
                is_in(at, &READER)
                    || self.line.has(at, Cue::Your) && !is_in(at, &["my", "mein", "mine"])
            })
    }

    /// Whether the word is in the brackets at the beginning of a line, which name the writer and
    /// the time: `[I 2026-03-02 10:44:18 JupyterHub log:191]`.
    pub(in crate::recognize) fn is_of_source(&self, at: usize) -> bool {
        let text = self.line.text;
        let Some(end) = text.starts_with('[').then(|| text.find("] ")).flatten() else {
            return false;
        };
        let has_time = text.get(..end).is_some_and(|it| it.matches(':').count() > 1);
        has_time && self.line.tokens.get(at).is_some_and(|token| token.span.end <= end)
    }

    /// Whether the word is a job's `owner` in a sentence about logging in: the sentence addresses
    /// them.
    pub(super) fn is_owner_of_login(&self, at: usize) -> bool {
        self.line.tokens.get(at).is_some_and(|token| token.text == "owner")
            && self.line.sentence(at).any(|word| self.line.has_any(word, &[Cue::Ssh, Cue::Connect]))
    }

    /// Whether the word counts, before a number and a sign: `attempt 2: …`.
    pub(super) fn is_counter(&self, at: usize) -> bool {
        let is_number =
            self.line.tokens.get(at + 1).is_some_and(|token| token.what == Kind::Number);
        is_number && self.gap(at + 1) == Signs::BLANK && self.gap(at + 2).has(Signs::COLON)
    }

    /// Whether the verb says what can be done, rather than what was: `can be logged into`.
    pub(super) fn is_possible(&self, at: usize) -> bool {
        let is = |back: usize, words: &[&str]| {
            let token = at.checked_sub(back).and_then(|at| self.line.tokens.get(at));
            token.is_some_and(|token| words.contains(&token.text))
        };
        is(1, &["be"]) && is(2, &["can", "may", "could"])
    }

    /// `OpenSSH 8.9`: the version of a server, not a way to log in.
    pub(in crate::recognize) fn is_version(&self, at: usize) -> bool {
        let text = |at: usize| self.line.tokens.get(at).map_or("", |token| token.text);
        text(at).starts_with("OpenSSH") && text(at + 1).starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether the word is one for events that also occurs in sentences to the reader, and this
    /// sentence is one.
    pub(super) fn is_soft(&self, at: usize) -> bool {
        const SOFT: [&str; 8] =
            ["block", "blocks", "request", "requested", "requests", "accepted", "tried", "submit"];
        let text = self.line.tokens.get(at).map_or("", |token| token.text);
        let sentence = self.line.sentence(at);
        let mut near = sentence.start.max(at.saturating_sub(FAR))..sentence.end.min(at + FAR);
        self.line.says(&[Cue::Your])
            && SOFT.iter().any(|word| text.eq_ignore_ascii_case(word))
            && near.any(|word| self.line.has(word, Cue::Your))
    }

    /// Whether the key's value is an action of people: `"action": "job.submit"`, but not `"event":
    /// "node.ready"`.
    pub(super) fn is_done_by_somebody(&self, key: usize) -> bool {
        const DEEDS: [&str; 18] = [
            "login", "logout", "logon", "signin", "submit", "auth", "access", "request", "cancel",
            "download", "upload", "query", "session", "user", "list", "visit", "connect",
            "attempt",
        ];
        const BECOME: [&str; 4] = ["ready", "provisioned", "available", "assigned"];
        let is_group = self.gap(key + 1).has(Signs::BRACE);
        let value =
            self.line.tokens.get(key + 1).map_or("", |token| token.text).to_ascii_lowercase();
        let has_become = BECOME.iter().any(|end| value.ends_with(end));
        is_group || (!has_become && DEEDS.iter().any(|deed| value.contains(deed)))
    }

    /// Whether the words before say what used to be: `its address was`, `I was using`.
    pub(super) fn is_past(&self, word: usize) -> bool {
        const PAST: [&str; 9] = ["was", "were", "had", "war", "était", "era", "fue", "był", "byl"];
        let text = |back: usize| {
            let token = word.checked_sub(back).and_then(|at| self.line.tokens.get(at));
            token.map_or("", |token| token.text)
        };
        let is_used = matches!(text(1), "using" | "used");
        PAST.contains(&text(1))
            || is_used && (PAST.contains(&text(2)) || matches!(text(2), "I" | "i" | "we" | "We"))
    }

    /// Whether the word before the position says what used to be: `It was ssh …`.
    pub(in crate::recognize) fn is_past_at(&self, place: usize) -> bool {
        self.is_past(self.line.tokens.partition_point(|token| token.span.end <= place))
    }

    /// Whether the clause before the position is about something former: `the previous lease (ssh
    /// …`.
    pub(in crate::recognize) fn is_of_former(&self, place: usize) -> bool {
        const FORMER: [&str; 6] = ["previous", "former", "old", "earlier", "expired", "vorherige"];
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        (self.clause_start(word)..word).any(|at| self.line.is_one_of(at, &FORMER))
    }

    /// Whether a request to log in leads directly to the position: `log in with ssh …`.
    pub(in crate::recognize) fn is_led_to(&self, place: usize) -> bool {
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        let start = self.clause_start(word);
        let leads = word.checked_sub(1).is_some_and(|last| {
            self.line.has_any(last, &[Cue::With, Cue::At])
                || self.line.text.get(..place).is_some_and(|it| it.trim_end().ends_with(':'))
        });
        leads
            && start > 0
            && self.gap(start).has(Signs::COMMA)
            && (start..word).any(|at| self.line.has_any(at, &[Cue::Connect, Cue::Login, Cue::Log]))
    }

    /// The evidence of the clause before the position alone.
    pub(in crate::recognize) fn clause_at(&self, place: usize) -> Evidence {
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        (self.clause_start(word)..word).fold(Evidence::default(), |all, at| all | self.against(at))
    }

    /// The first word of the clause that ends before a word.
    fn clause_start(&self, word: usize) -> usize {
        let begins =
            |at: &usize| self.gap(*at).has(Signs::COMMA) || self.gap(*at).has(Signs::SENTENCE);
        (word.saturating_sub(FAR)..word).rev().find(begins).unwrap_or(0)
    }

    /// Whether the words before the position introduce an example: `a command like`.
    pub(in crate::recognize) fn is_example_at(&self, place: usize) -> bool {
        self.is_example(self.line.tokens.partition_point(|token| token.span.end <= place))
    }

    /// Whether the word introduces an example: `like`, `such as`.
    pub(super) fn is_example(&self, word: usize) -> bool {
        let is = |back: usize, wanted: &str| {
            let token = word.checked_sub(back).and_then(|at| self.line.tokens.get(at));
            token.is_some_and(|token| token.text.eq_ignore_ascii_case(wanted))
        };
        is(1, "like") || (is(1, "as") && is(2, "such"))
    }
}

/// Whether a text is only the key of a file with settings: `- run: `.
fn is_key(text: &str) -> bool {
    let key = text.trim_start_matches([' ', '-']).trim_end();
    key.strip_suffix(':').is_some_and(|key| {
        key.starts_with(|c: char| c.is_ascii_lowercase())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    })
}
