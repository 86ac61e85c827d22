//! Hosts: addresses and names, judged by the phrases before and after them.

mod foreign;

use super::{Reader, Statement};
use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::label::Naming;
use crate::recognize::pairing::Place;
use crate::recognize::parsed_line::{Kind, Signs};
use crate::recognize::spelling;
use crate::recognize::{Refusal, negation};
use crate::target::{Host, Reach};
pub(in crate::recognize) use foreign::is_of_service;
use foreign::{is_far_end, is_for_files};

/// Longer than any word before a login; a key or its fingerprint is longer.
const KEY_BYTES: usize = 30;

/// How words begin that say what must come first.
const APPROVED: [&str; 6] = ["approv", "confirm", "paid", "sign", "activat", "genehmigt"];

/// Verbs that tell what used to be.
const PAST: [&str; 8] = ["was", "war", "était", "fue", "era", "był", "była", "byl"];

/// What the words around a host say.
#[derive(Default)]
struct HostContext {
    evidence: Evidence,
    cues: Vec<Cue>,
    /// The words that name it, in lower case.
    words: String,
    is_private: bool,
    /// Whether a preposition stands between the action and the host.
    is_at: bool,
    veto: Option<Veto>,
}

impl HostContext {
    /// A host to which a container's port is mapped.
    fn of_mapped(is_ssh: bool) -> Self {
        if is_ssh {
            Self { evidence: Evidence::HOST_NAMED | Evidence::CONNECT, ..Self::default() }
        } else {
            Self { veto: Some(Veto::Foreign), ..Self::default() }
        }
    }
}

enum Veto {
    Foreign,
    Reader,
    /// The value of something else, such as a version.
    Other,
}

impl Reader<'_, '_> {
    pub(super) fn read_hosts(&mut self) {
        for at in 0..self.line.tokens.len() {
            if let Some(Kind::Host(host, port)) = self.line.tokens.get(at).map(|token| &token.what)
                && !self.is_taken(at)
            {
                let (host, port) = (host.clone(), *port);
                self.read_host(at, host, port);
            }
        }
    }

    fn read_host(&mut self, at: usize, host: Host, port: Option<std::num::NonZeroU16>) {
        let mut around = self.before(at);
        if around.veto.is_none() {
            self.behind(at, &mut around);
        }
        let shown = || host.to_string().as_str().into();
        match around.veto {
            Some(Veto::Foreign) => {
                // `licence server: …` is what the host is everywhere in the log.
                let is_label = self.gap(at).has(Signs::SIGN) && around.cues.contains(&Cue::Foreign)
                    || is_far_end(&around.words);
                let named = if is_label { Evidence::HOST_NAMED } else { Evidence::default() };
                return self.push(
                    at,
                    Statement::Refused(Refusal::OtherService(shown())),
                    Evidence::FOREIGN | named,
                );
            }
            Some(Veto::Reader) => {
                return self.push(
                    at,
                    Statement::Refused(Refusal::Reader(shown())),
                    Evidence::FOREIGN,
                );
            }
            Some(Veto::Other) => {
                return self.push(
                    at,
                    Statement::Refused(Refusal::OtherService(shown())),
                    Evidence::default(),
                );
            }
            None => {}
        }
        let mut evidence = around.evidence | self.context.get(at).copied().unwrap_or_default();
        evidence.add(self.failure_behind(at));
        let is_named_for_login =
            self.is_offered && is_for_files(&host) && self.gap(at).has(Signs::SIGN)
                || evidence.has(Evidence::MAIN)
                || evidence.has(Evidence::CONNECT) && (!is_for_files(&host) || self.says_shell());
        if is_of_service(&host) && !is_named_for_login {
            return self.push(
                at,
                Statement::Refused(Refusal::OtherService(shown())),
                Evidence::FOREIGN,
            );
        }
        // wget: `Connecting to data.example.org|203.0.113.7|:443`
        let is_barred = |token: &crate::recognize::parsed_line::Token<'_>| {
            let text = self.line.text;
            text.get(..token.span.start).is_some_and(|it| it.ends_with('|'))
                || text.get(token.span.end..).is_some_and(|it| it.starts_with('|'))
        };
        let is_glued =
            self.line.tokens.get(at).is_some_and(is_barred) && self.line.text.contains("|:");
        if is_glued {
            return self.push(
                at,
                Statement::Refused(Refusal::OtherService(shown())),
                Evidence::FOREIGN,
            );
        }
        let place = self.line.tokens.get(at).map_or(0, |token| token.span.start);
        if negation::denies(self.line, place) {
            evidence.add(Evidence::FAILURE);
        }
        let is_named = evidence.has(Evidence::HOST_NAMED);
        if around.is_at || evidence.has(Evidence::CONNECT) {
            evidence.add(Evidence::HOST_WITH_USER);
        }
        if !is_named && !around.is_at && !around.evidence.has(Evidence::CONNECT) {
            if matches!(host, Host::Name(_)) {
                return;
            }
            evidence.add(Evidence::ALONE);
        }
        if port.is_some_and(|port| crate::recognize::service_ports::is_service_port(port.get())) {
            evidence.add(Evidence::SERVICE_PORT);
        }
        let is_private = around.is_private || host.reach() == Reach::Private;
        let place = Place::new(host, port, Naming::of(around.words, &around.cues));
        self.push(at, Statement::Host { place, is_private }, evidence);
    }

    /// The evidence of the words before a login, or a refusal if it is something else.
    pub(in crate::recognize) fn login_at(&self, place: usize) -> Result<Evidence, Refusal> {
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        let around = self.before(word);
        let shown = || self.line.tokens.get(word).map_or("", |token| token.text).into();
        // After a fingerprint or a key comes its comment.
        let before = word.checked_sub(1).and_then(|before| self.line.tokens.get(before));
        if before.is_some_and(|token| token.text.len() > KEY_BYTES && !token.text.contains('/')) {
            return Err(Refusal::OtherService(shown()));
        }
        // `public key "ada@desk.example.org"`: the comment of a key.
        let is_comment = (1..=2).any(|back| {
            let is_key = word.checked_sub(back).is_some_and(|at| self.line.has(at, Cue::Key));
            is_key && (back == 1 || self.gap(word).has(Signs::MARK))
        });
        if is_comment {
            return Err(Refusal::OtherService(shown()));
        }
        match around.veto {
            Some(Veto::Foreign | Veto::Other) => return Err(Refusal::OtherService(shown())),
            Some(Veto::Reader) => return Err(Refusal::Reader(shown())),
            None => {}
        }
        let mut evidence = around.evidence | self.context_at(place) | self.failure_behind(word);
        // `… werden an ada@store.example.org übertragen`: the verb comes last.
        if self.line.has(word + 1, Cue::Action) && !self.gap(word + 1).has(Signs::COMMA) {
            evidence.add(Evidence::ACTION);
        }
        if self.is_example(word) {
            evidence.add(Evidence::EXAMPLE);
        }
        if negation::denies(self.line, place) || self.is_past(word) {
            evidence.add(Evidence::FAILURE);
        }
        if around.cues.iter().any(|cue| matches!(cue, Cue::Login | Cue::Account)) {
            evidence.add(Evidence::CONNECT);
        }
        Ok(evidence)
    }

    /// What the phrase before the host says, the nearest words first.
    fn before(&self, at: usize) -> HostContext {
        let mut around = HostContext::default();
        let mut phrase = self.phrase_before(at);
        let sign = self.gap(at);
        // `| image centos-9 | 203.0.113.7 |`: the cell before already has its own value.
        let is_full = |word: &usize| self.line.tokens.get(*word).is_some_and(|it| !it.is_known);
        if sign.has(Signs::COLUMN) && phrase.len() > 1 && phrase.first().is_some_and(is_full) {
            phrase.clear();
        }
        // `user ada, 203.0.113.7`: after a comma, a noun names a value only if nothing else is
        // between them.
        if sign.has(Signs::SENTENCE) {
            return around;
        }
        if let Some(number) = phrase.first().filter(|_| sign.has(Signs::ARROW))
            && let Some(token) =
                self.line.tokens.get(*number).filter(|token| token.what == Kind::Number)
        {
            // `22/tcp -> 203.0.113.7:32768`
            return HostContext::of_mapped(token.text.split('/').next() == Some("22"));
        }
        let is_login = phrase.iter().any(|word| self.line.has(*word, Cue::Ssh));
        let mut is_doing = false;
        let mut has_noun = false;
        for word in &phrase {
            let is_argument =
                self.line.tokens.get(*word).is_some_and(|token| token.text.starts_with('-'));
            for cue in self.line.cues(*word).iter().rev() {
                // `sshd is listening on …`
                let is_shell = *cue == Cue::Other && is_login && self.says_listening(*word);
                if is_doing || is_shell {
                    continue;
                }
                self.take(*cue, *word, &mut has_noun, &mut around);
                is_doing = *cue == Cue::Connect && has_noun | around.is_at;
            }
            // `any.exe -ssh ada@203.0.113.7`: the option says what the program does.
            if is_argument && !matches!(self.line.cues(*word), [] | [Cue::Ssh]) {
                around.evidence.add(Evidence::ARGUMENT);
            }
            if around.veto.is_some() {
                break;
            }
        }
        if phrase.first().is_some_and(|word| self.is_past(word + 1)) {
            around.veto = Some(Veto::Other);
        }
        around.cues = self.cues_of(&phrase);
        around.words = self.naming_words(&phrase);
        // Where a package was built.
        if around.words.starts_with("build ") {
            around.veto = Some(Veto::Other);
        }
        if is_far_end(&around.words) {
            around.veto = Some(Veto::Foreign);
        }
        let is_yours = around.cues.contains(&Cue::Your);
        let is_machine = around.cues.iter().any(|cue| {
            matches!(
                cue,
                Cue::Machine | Cue::Main | Cue::Cluster | Cue::Connect | Cue::Ssh | Cue::Job
            )
        });
        // `the public address of your allocation`
        let is_rented = ["allocation", "session", "reservation", "booking", "lease", "desktop"]
            .iter()
            .any(|it| around.words.contains(it));
        if is_yours && !is_machine && !is_rented && self.says_address(&phrase) {
            around.veto = Some(Veto::Reader);
        }
        around
    }

    /// The words of a phrase that decide whether two hosts are named alike.
    fn naming_words(&self, phrase: &[usize]) -> String {
        let words = phrase.iter().rev().filter_map(|word| self.line.tokens.get(*word));
        words.map(|token| spelling::folded(token.text)).collect::<Vec<_>>().join(" ")
    }

    /// Whether no word around a host ties it to another service.
    pub(super) fn is_free(&self, at: usize) -> bool {
        let mut around = self.before(at);
        if around.veto.is_none() {
            self.behind(at, &mut around);
        }
        around.veto.is_none()
            && !around.is_private
            && !around.evidence.has(Evidence::COMPUTE | Evidence::FAILURE)
            && self.failure_behind(at) == Evidence::default()
    }

    fn says_listening(&self, word: usize) -> bool {
        self.line.tokens.get(word).is_some_and(|token| token.text.starts_with("listen"))
    }

    /// Whether the word names the destination of data: `target user`, `destination host`.
    pub(super) fn is_far_end(&self, word: usize) -> bool {
        const ENDS: [&str; 3] = ["target", "destination", "dest"];
        let text = self.line.tokens.get(word).map_or("", |token| token.text);
        ENDS.iter().any(|end| text.eq_ignore_ascii_case(end))
            && !self.gap(word + 1).has(Signs::SIGN)
            && !word.checked_sub(1).is_some_and(|before| self.line.has(before, Cue::Ssh))
    }

    /// Applies a cue before the host.
    fn take(&self, cue: Cue, word: usize, has_noun: &mut bool, around: &mut HostContext) {
        let evidence = &mut around.evidence;
        match cue {
            Cue::Machine if self.is_resolver(word) || self.is_of_things(word) => {
                around.veto = Some(Veto::Foreign);
            }
            Cue::Host if *has_noun && self.is_far_end(word) => around.veto = Some(Veto::Foreign),
            Cue::Host | Cue::Machine | Cue::Cluster => {
                evidence.add(Evidence::HOST_NAMED);
                *has_noun = true;
            }
            Cue::Main => {
                evidence.add(Evidence::HOST_NAMED | Evidence::MAIN);
                *has_noun = true;
            }
            Cue::Public => {
                evidence.add(Evidence::HOST_NAMED | Evidence::PUBLIC);
                *has_noun = true;
            }
            Cue::Compute => evidence.add(Evidence::COMPUTE | Evidence::HOST_NAMED),
            Cue::Private => around.is_private = true,
            Cue::At | Cue::As | Cue::With => around.is_at = true,
            Cue::Connect | Cue::Ssh | Cue::Login => evidence.add(Evidence::CONNECT),
            Cue::From if !around.is_at => around.veto = Some(Veto::Reader),
            Cue::Foreign | Cue::Other | Cue::Jump => around.veto = Some(Veto::Foreign),
            Cue::Version | Cue::Compound | Cue::Key if !*has_noun && !around.is_at => {
                around.veto = Some(Veto::Other);
            }
            Cue::User | Cue::UserName
                if !*has_noun && !around.is_at && self.gap(word + 1).has(Signs::SIGN) =>
            {
                around.veto = Some(Veto::Other);
            }
            _ => {}
        }
    }

    /// Whether the rest of the sentence says what failed there.
    pub(super) fn failure_behind(&self, at: usize) -> Evidence {
        self.failure_from(at, false)
    }

    /// The same; `is_cut` if a command was taken out right behind the word.
    pub(super) fn failure_from(&self, at: usize, is_cut: bool) -> Evidence {
        for word in at + 1..self.line.sentence(at).end.min(at + 8) {
            // `ada@203.0.113.7   rejected`: a column that is the whole rest of the line.
            let is_state = word == at + 1 && (is_cut || word + 1 == self.line.tokens.len());
            // `reachable as ada@203.0.113.7 once approved`
            let is_promised = self.line.has(word, Cue::Conditional)
                && (word + 1..word + 5).any(|next| {
                    APPROVED.iter().any(|it| {
                        self.line.tokens.get(next).is_some_and(|token| token.text.starts_with(it))
                    })
                });
            if is_promised {
                return Evidence::FAILURE;
            }
            if self.line.has(word, Cue::Conditional)
                || self.gap(word).has(Signs::COLUMN) && !is_state
            {
                break;
            }
            // Words in brackets are about something else.
            if self.line.tokens.get(word).is_some_and(|token| token.bracket > 0) {
                continue;
            }
            let text = |word: usize| self.line.tokens.get(word).map_or("", |token| token.text);
            let is_impossible = text(word) == "not" && text(word + 1) == "possible"
                || ["stop", "stops", "stopped", "cease"].contains(&text(word))
                    && text(word + 1) == "working";
            // `the server 203.0.113.7 was overloaded`
            let is_told_of = PAST.contains(&text(word))
                && word <= at + 4
                && !(word..word + 4).any(|next| {
                    self.line.has_any(next, &[Cue::Ready, Cue::Your, Cue::Of, Cue::Connect])
                });
            let is_tried_again =
                text(word).starts_with("attempt") || text(word).starts_with("retry");
            if is_impossible
                || is_told_of
                || is_tried_again
                || self.line.has_any(word, &[Cue::Failure, Cue::Gone])
            {
                return Evidence::FAILURE;
            }
        }
        Evidence::default()
    }

    /// Whether the phrase has a word for an address, which anyone has, rather than for a host.
    fn says_address(&self, phrase: &[usize]) -> bool {
        let mut words = phrase.iter().filter(|word| self.line.has(**word, Cue::Host));
        words.any(|word| {
            let text = self.line.tokens.get(*word).map_or("", |token| token.text).to_lowercase();
            text.contains("ip") || text.contains("addr")
        })
    }

    /// What the words after the host say: `… is the public address`, `… (login node)`, `… licence
    /// server`.
    fn behind(&self, at: usize, around: &mut HostContext) {
        let last = self.line.tokens.len();
        let mut is_said = false;
        let mut is_aside = false;
        let bracket = self.line.tokens.get(at).map_or(0, |token| token.bracket);
        for word in at + 1..(at + 9).min(last) {
            let gap = self.gap(word);
            let is_first = word == at + 1;
            let opens = gap.has(Signs::OPEN);
            is_aside |= opens;
            if gap.has(Signs::SENTENCE)
                || gap.has(Signs::COMMA)
                || gap.has(Signs::BRACE)
                || gap.has(Signs::COLUMN)
                || gap.has(Signs::SIGN)
                || (gap.has(Signs::CLOSE) && bracket == 0 && !is_first)
            {
                return;
            }
            if (gap.has(Signs::DASH) || gap.has(Signs::SLASH)) && !is_first || self.is_host(word) {
                return;
            }
            is_said |= is_first && (opens || gap.has(Signs::DASH))
                || self.line.has_any(word, &[Cue::Is, Cue::As]) && word <= at + 2;
            for cue in self.line.cues(word) {
                match cue {
                    Cue::Foreign | Cue::Other if word <= at + 2 || (is_said && !is_aside) => {
                        return around.veto = Some(Veto::Foreign);
                    }
                    Cue::And | Cue::With | Cue::Of | Cue::Conditional => return,
                    Cue::At if !is_said => return,
                    Cue::Failure => around.evidence.add(Evidence::FAILURE),
                    Cue::Host | Cue::Machine | Cue::Cluster if is_said => {
                        around.evidence.add(Evidence::HOST_NAMED);
                    }
                    Cue::Main if is_said => {
                        around.evidence.add(Evidence::HOST_NAMED | Evidence::MAIN);
                    }
                    Cue::Public if is_said => {
                        around.evidence.add(Evidence::HOST_NAMED | Evidence::PUBLIC);
                    }
                    Cue::Private if is_said => around.is_private = true,
                    _ => {}
                }
            }
        }
    }
}
