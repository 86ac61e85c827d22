//! What a record in a line is about: an event of this kind, or something that is ready; and words
//! that only look like names or hosts.

use super::{Kind, ParsedLine, Signs};
use crate::recognize::cue::{self, Cue};
use crate::target::Host;

impl ParsedLine<'_> {
    /// Whether the word is the value of a key that names a kind of event: `type=LOGIN`.
    pub(in crate::recognize) fn is_kind(&self, at: usize) -> bool {
        let is_value = self.tokens.get(at).is_some_and(|token| {
            let before = self.text.get(..token.span.start).unwrap_or_default();
            let is_quoted = ["=\"", "\": \"", "\":\""].iter().any(|sign| before.ends_with(sign));
            is_quoted && self.gap_behind(at).has(Signs::UNMARK)
        }) || self.is_value_of_key(at);
        let is_protocol =
            self.cues(at) == [Cue::Ssh] && self.tokens.get(at).is_some_and(|token| token.is_known);
        is_value && (!is_protocol || self.is_checked(at))
    }

    /// Whether a word is the value of a key for something else than how to log in: `check=ssh`.
    fn is_checked(&self, at: usize) -> bool {
        const CHECKS: [&str; 7] = ["check", "probe", "service", "test", "job", "app", "name"];
        let key = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        self.is_value_of_key(at)
            && key.is_some_and(|key| CHECKS.iter().any(|it| key.text.eq_ignore_ascii_case(it)))
    }

    /// Whether the line says that something is ready. In a record, this must be more than the time
    /// when something started.
    pub(in crate::recognize) fn says_ready(&self) -> bool {
        let things = [Cue::Machine, Cue::Main, Cue::Cluster, Cue::Job, Cue::Host, Cue::Public];
        let is_label = |at: &usize| {
            self.gap_behind(*at).has(Signs::SIGN)
                && *at + 1 < self.tokens.len()
                && !self.has(*at, Cue::Ready)
        };
        let words = 0..self.tokens.len();
        self.says(&[Cue::Ready])
            && (words.clone().filter(is_label).nth(1).is_none()
                || words.into_iter().any(|at| self.has_any(at, &things) && !is_label(&at)))
    }
}

/// Whether a word is a class name with its packages, as loggers print it: `o.e.net.SessionBroker`.
pub(super) fn is_class(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(packages, class)| {
        class.starts_with(|c: char| c.is_ascii_uppercase())
            && class.contains(|c: char| c.is_ascii_lowercase())
            && packages.starts_with(|c: char| c.is_ascii_lowercase())
    })
}

pub(super) fn is_host_or_word(what: &Kind) -> bool {
    matches!(what, Kind::Host(Host::Name(_), None))
}

/// Whether a dotted word is a key: a sign follows it, and its last part is in the vocabulary.
pub(super) fn is_dotted_key(word: &str, behind: Option<&str>) -> bool {
    let behind = behind.unwrap_or_default().trim_start_matches(['"', '\'', ' ']);
    let last = word.rsplit('.').next().unwrap_or_default();
    let mut cues = Vec::new();
    let is_known = behind.starts_with(['=', ':']) && cue::of(last, &mut cues);
    // `n7.example.de: …`: the end of a domain may be a small word of some language, but no key is.
    let is_small = |cue: &Cue| {
        matches!(
            cue,
            Cue::Of
                | Cue::At
                | Cue::Is
                | Cue::As
                | Cue::With
                | Cue::And
                | Cue::Function
                | Cue::Conditional
                | Cue::Your
        )
    };
    is_known && !matches!(cues.as_slice(), [cue] if is_small(cue))
}
