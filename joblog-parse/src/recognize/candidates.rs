//! From what a line says to candidates: the findings among which [`crate::choose`] decides.

use std::num::NonZeroU16;

use super::command_line::Outcome;
use super::evidence::{Class, Evidence};
use super::finding::{Candidate, Finding, Refusal, Tier};
use super::pairing::{Block, Joined, LINES_BEFORE_OFFER};
use super::parsed_line::ParsedLine;
use super::statements::Reader;
use super::wording::Wording;
use super::{
    Recognizer, command, command_line, copy, host_key, negation, offer, placeholder, statements,
    structures, tunnels, values,
};
use crate::escaped::Escaped;

/// The most copies watched at a time.
const MOST_COPIED: usize = 8;
/// The most mail addresses remembered.
const MOST_MAILS: usize = 64;
/// A copy prints its progress within this many lines.
pub(super) const COPY_LINES: u32 = 3;
/// A line may speak of a command within this many lines before it.
const NAMED_LINES: u64 = 4;

/// A record with this many other fields is about something else.
const OTHER_FIELDS: usize = 2;
/// How many lines before and after its halves they count, and the most remembered.
const FIELDS_BEFORE: u64 = 4;
const FIELDS_BEHIND: u64 = 5;
const MOST_FIELDS: usize = 32;

/// What a line says about everything that it names.
#[derive(Clone)]
pub(super) struct LineFacts {
    is_read_only: bool,
    shown: Escaped,
}

impl LineFacts {
    fn of(text: &str) -> Self {
        let shown = Escaped::new(text.trim());
        Self { is_read_only: values::says_read_only(text), shown }
    }
}

impl Recognizer {
    /// Finishes the login that waited for its port, with the port if it has come.
    pub(super) fn take_portless(&mut self, port: Option<NonZeroU16>) {
        let Some(mut candidate) = self.portless.take() else { return };
        if let Ok(target) = &mut candidate.outcome {
            target.port = target.port.or(port);
        }
        self.found.push(Finding::Candidate(Box::new(candidate)));
    }

    /// A copy followed by a progress line was made by the job.
    pub(super) fn watch_copies(&mut self, number: u64, text: &str) {
        if self.copied.is_empty() {
            return;
        }
        let shows_progress = ["100%", "B/s", "bytes/sec"].iter().any(|it| text.contains(it))
            || text.trim_start().starts_with("sent ");
        // If a log begins with a copy and more text follows, it reports what the job did.
        let is_copy = |found: copy::Found| matches!(found.outcome, Outcome::Target(_));
        let goes_on = offer::has_word(text) && !copy::find(text, 0).is_some_and(is_copy);
        for mut copied in std::mem::take(&mut self.copied) {
            let shows_progress = shows_progress || goes_on && self.offers.is_first(copied.line);
            if shows_progress {
                copied.evidence.add(Evidence::RAN);
            }
            if shows_progress || copied.line + u64::from(COPY_LINES) <= number {
                self.found.push(Finding::Candidate(Box::new(copied)));
            } else {
                self.copied.push(copied);
            }
        }
    }

    /// Reads the ssh commands of a line; returns the host of one that names no user.
    pub(super) fn read_commands(
        &mut self,
        number: u64,
        text: &str,
        commands: Vec<command::Found>,
        reader: &Reader<'_, '_>,
        trace: Evidence,
    ) -> Option<(crate::Host, Option<NonZeroU16>)> {
        let mut without_user = None;
        for mut found in commands {
            if let Outcome::Target(target) = &mut found.outcome {
                let behind = text.get(found.span.end..).unwrap_or_default();
                target.port = target.port.or_else(|| tunnels::port_after(behind));
            }
            let mut evidence =
                Evidence::COMMAND | trace | structures::against_command(reader, found.span.start);
            if found.runs_command {
                evidence.add(Evidence::REMOTE_COMMAND);
            }
            let says_more = offer::has_word(offer::before(text, &found.span));
            let command = text.get(found.span.clone()).unwrap_or_default();
            if tunnels::leads_to_service(command, reader.line()) {
                evidence.add(Evidence::FOREIGN);
            }
            let is_run =
                found.runs_command && says_more && !reader.is_told_to_run(found.span.start);
            let is_work = found.runs_work && (found.runs_command || says_more);
            if is_run || is_work && !reader.is_told_to(found.span.start) {
                evidence.add(Evidence::ACTION);
            }
            if negation::denies(reader.line(), found.span.start) {
                evidence.add(Evidence::FAILURE);
            }
            // `ssh ada@203.0.113.7 -> EOF`: what came of it.
            let behind = text.get(found.span.end..).unwrap_or_default().trim_start();
            let has_result = ["->", "=>", "→", "..."].iter().any(|sign| behind.starts_with(sign));
            // `ssh ada@203.0.113.7: no route`
            let is_report = command.ends_with(':');
            let has_result = has_result || is_report && !behind.is_empty();
            let is_over = behind.starts_with("... ");
            if is_over || has_result && !reader.is_offer_after(found.span.end) {
                evidence.add(Evidence::EVENT);
            }
            if found.is_own {
                evidence.add(Evidence::RAN);
            }
            if reader.is_narrated(found.span.start) {
                evidence.add(Evidence::EVENT);
            }
            if placeholder::is_placeholder(&found.outcome) || reader.is_argument(found.span.start) {
                evidence.add(Evidence::EXAMPLE);
            }
            evidence.add(reader.failure_after(&found.span));
            evidence.add(self.offers.of_command(reader.line(), &found.span));
            // `login node (external IP 203.0.113.7): ssh ada@203.0.113.7`
            if let Outcome::Target(target) = &found.outcome
                && !found.runs_command
                && reader.introduces(found.span.start, &target.host)
            {
                evidence.add(Evidence::OFFERED);
            }
            let is_link = found.is_link && !tunnels::is_of_docker(text);
            if is_link && !reader.is_in_column(found.span.start) {
                evidence.add(Evidence::OFFERED);
            }
            if matches!(found.outcome, Outcome::Target(_))
                && (evidence | self.offers.evidence()).class() > Class::Mentioned
            {
                self.offers.give(text, &found.span);
            }
            match found.outcome {
                Outcome::Host(host, port) if host.is_dotted() => without_user = Some((host, port)),
                Outcome::Refused(Refusal::JumpHost) => self.take_proxy(number, text),
                outcome => self.push_outcome(number, Tier::Command, text, evidence, outcome),
            }
        }
        without_user
    }

    pub(super) fn push_outcome(
        &mut self,
        number: u64,
        tier: Tier,
        text: &str,
        evidence: Evidence,
        outcome: Outcome,
    ) {
        let outcome = match outcome {
            Outcome::Target(target) if target.user.as_str() == "git" => {
                Err(Refusal::NoLogin("git".into()))
            }
            Outcome::Target(target) => Ok(*target),
            Outcome::Refused(refusal) => Err(refusal),
            Outcome::Host(..) | Outcome::Unfinished => return,
        };
        self.push(number, tier, text, evidence, outcome);
    }

    /// A command that leads on to another host. As a line of ssh_config, it is the route to the
    /// host of its block.
    pub(super) fn take_proxy(&mut self, number: u64, text: &str) {
        let jump = text
            .to_ascii_lowercase()
            .find("proxycommand ")
            .and_then(|at| command_line::jump_of_proxy(text.get(at + "proxycommand ".len()..)?));
        match jump {
            Some(jump) => self.json.block().jump = vec![jump],
            None => {
                self.push(number, Tier::Command, text, Evidence::COMMAND, Err(Refusal::JumpHost));
            }
        }
    }

    pub(super) fn read_host_key(&mut self, text: &str) {
        if let Some(key) = host_key::announced(text) {
            // It is the key of the last host.
            if key.host.is_none() {
                self.leave_parked();
            }
            self.found.push(Finding::HostKey(Box::new(key)));
        }
    }

    /// Reads every `user@address`; a port in the line belongs to it only if it is the only one.
    pub(super) fn read_logins(
        &mut self,
        number: u64,
        text: &str,
        mut logins: Vec<(Result<crate::Target, Refusal>, Evidence)>,
        readings: &mut Vec<statements::Reading<'_>>,
    ) {
        let is_port = |reading: &statements::Reading<'_>| {
            matches!(reading.said, statements::Statement::Port(_))
        };
        if let [(login, _)] = logins.as_mut_slice()
            && let Some(at) = readings.iter().position(is_port)
            && let statements::Statement::Port(port) = readings.remove(at).said
        {
            match (&mut *login, port) {
                (Ok(target), Ok(port)) => target.port = target.port.or(Some(port)),
                (Ok(target), Err(error)) if target.port.is_none() => *login = Err(error.into()),
                _ => {}
            }
        }
        let is_one = logins.len() == 1;
        for (outcome, evidence) in logins {
            let is_portless = outcome.as_ref().is_ok_and(|target| target.port.is_none());
            let waiting = self.named.len();
            self.push(number, Tier::Address, text, evidence, outcome);
            // A login that waits for its offer is not among those found.
            if is_one
                && is_portless
                && self.named.len() == waiting
                && let Some(Finding::Candidate(candidate)) = self.found.pop()
            {
                self.portless = Some(*candidate);
            }
        }
    }

    /// Closes a block: joins its halves, or leaves them open.
    pub(super) fn close(&mut self, block: Block) {
        if let Some(joined) = self.open.close(block) {
            self.push_joined(joined);
        }
    }

    pub(super) fn push_joined(&mut self, mut joined: Joined) {
        if let Ok(target) = &joined.outcome {
            let since = if joined.is_apart { (0, 0) } else { joined.halves };
            let is_taken = self.logins.has_other(target, since.1)
                || !joined.is_like && self.logins.has_elsewhere(target, since.0);
            if is_taken && joined.halves.0 != joined.halves.1 {
                return;
            }
            let evidence = self.disowned.evidence(&target.host, joined.evidence);
            joined.evidence.add(evidence);
        }
        let candidate = Candidate {
            line: joined.line,
            tier: joined.tier,
            text: joined.text,
            job: joined.job,
            is_read_only: false,
            era: self.era,
            evidence: joined.evidence,
            wording: Wording::default(),
            outcome: joined.outcome,
        };
        if candidate.outcome.is_ok() && !candidate.evidence.is_offered() {
            self.parked.push((joined.first, candidate));
        } else {
            self.push_found(candidate);
        }
    }

    /// Takes back logins that the line asks the reader to replace: they were placeholders.
    pub(super) fn take_replaced(&mut self, text: &str) {
        if placeholder::replaces_all(text) {
            self.found.push(Finding::Gone(None));
        }
        let Some(words) = placeholder::replaced(text) else { return };
        let hosts = self.logins.hosts_named(&words);
        self.found.extend(hosts.into_iter().map(|host| Finding::Gone(Some(host))));
    }

    /// Records mail addresses.
    pub(super) fn note_mails(&mut self, mails: Vec<crate::Target>) {
        for mail in mails {
            if self.mails.len() >= MOST_MAILS {
                self.mails.pop_front();
            }
            self.mails.push_back(mail);
        }
    }

    /// Offers what stands just before this line, if it does.
    pub(super) fn offer_before(&mut self, number: u64, line: &ParsedLine<'_>) {
        let is_back = offer::is_about_login(line) || offer::refers_back(line);
        self.offer_records(number, self.offers.is_now() && is_back);
        self.offer_named(number, line);
    }

    /// Offers the records just before this line, if it offers a login; lets go of those too far
    /// before it.
    fn offer_records(&mut self, number: u64, is_offer: bool) {
        if is_offer {
            self.json.offer(number);
            self.open.offer(number);
        }
        for (first, mut candidate) in std::mem::take(&mut self.parked) {
            let is_near = candidate.line + LINES_BEFORE_OFFER >= number;
            if is_near && !is_offer {
                self.parked.push((first, candidate));
                continue;
            }
            if is_near && !candidate.evidence.has(Evidence::BESIDE) {
                candidate.evidence.add(Evidence::OFFERED);
            }
            self.leave(first, candidate, false);
        }
    }

    /// Lets go of the records that nothing has offered.
    pub(super) fn leave_parked(&mut self) {
        for (first, candidate) in std::mem::take(&mut self.parked) {
            self.leave(first, candidate, true);
        }
        for candidate in std::mem::take(&mut self.named) {
            self.push_found(candidate);
        }
    }

    /// Lets go of a record. It needs no offer if a user, a host and a port are all that it has, and
    /// the log says little else.
    fn leave(&mut self, first: u64, mut candidate: Candidate, is_last: bool) {
        let about = first.saturating_sub(FIELDS_BEFORE)..=candidate.line + FIELDS_BEHIND;
        let others = self.fields.iter().filter(|line| about.contains(line)).count();
        // A line with both halves says itself whether it has more.
        let is_line = first == candidate.line;
        let is_bare =
            is_line || is_last && others < OTHER_FIELDS && self.offers.begins_by(candidate.line);
        if is_bare && !candidate.evidence.has(Evidence::BESIDE) {
            candidate.evidence.add(Evidence::BARE);
        }
        self.push_found(candidate);
    }

    /// Offers the commands and logins just before this line, if it speaks of them: `Run the command
    /// above to log in.`
    fn offer_named(&mut self, number: u64, line: &ParsedLine<'_>) {
        if self.named.is_empty() {
            return;
        }
        let is_offer = self.offers.is_now() && offer::refers_back(line);
        for mut candidate in std::mem::take(&mut self.named) {
            let is_near = candidate.line + NAMED_LINES >= number;
            if is_near && !is_offer {
                self.named.push(candidate);
                continue;
            }
            if is_near {
                candidate.evidence.add(Evidence::OFFERED);
            }
            self.push_found(candidate);
        }
    }

    /// Adds a candidate. If it is a login, its host needs no other user, and what offered it offers
    /// nothing else.
    pub(super) fn push_found(&mut self, mut candidate: Candidate) {
        if let Some(hosts) = self.machine_list.add(&candidate) {
            self.found.extend(hosts.into_iter().map(|host| Finding::Gone(Some(host))));
            candidate.evidence.add(Evidence::EVENT);
        }
        if let Ok(target) = &candidate.outcome
            && candidate.evidence.class() > Class::Mentioned
        {
            if candidate.evidence.class() == Class::Announced || candidate.tier == Tier::Prose {
                self.logins.add(target, candidate.line);
            }
            self.offers.fulfil();
        }
        self.found.push(Finding::Candidate(Box::new(candidate)));
    }

    /// Records that the line is a field of a record other than a user, a host or a port.
    pub(super) fn note_field(&mut self, number: u64) {
        if self.fields.len() >= MOST_FIELDS {
            self.fields.pop_front();
        }
        self.fields.push_back(number);
    }

    pub(super) fn push(
        &mut self,
        line: u64,
        tier: Tier,
        text: &str,
        evidence: Evidence,
        outcome: Result<crate::Target, Refusal>,
    ) {
        let job = self.section.job.clone();
        self.push_job(line, tier, text, evidence, outcome, job);
    }

    pub(super) fn push_job(
        &mut self,
        line: u64,
        tier: Tier,
        text: &str,
        evidence: Evidence,
        outcome: Result<crate::Target, Refusal>,
        job: Option<String>,
    ) {
        let mut evidence = evidence;
        if !evidence.has(Evidence::COPY) {
            evidence.add(self.offers.evidence());
        }
        if let Ok(target) = &outcome {
            evidence.add(self.disowned.evidence(&target.host, evidence));
        }
        let mut outcome = outcome;
        if let Ok(target) = &outcome
            && tier == Tier::Address
            && self.mails.iter().any(|it| it.user == target.user && it.host == target.host)
        {
            outcome = Err(Refusal::Mail(target.to_string().as_str().into()));
        }
        let about = self.about.get_or_insert_with(|| LineFacts::of(text));
        let is_read_only = outcome
            .as_ref()
            .is_ok_and(|target| about.is_read_only || values::is_watcher(&target.user));
        let (text, era, wording) = (about.shown.clone(), self.era, Wording::default());
        let candidate =
            Candidate { line, tier, text, job, is_read_only, era, evidence, wording, outcome };
        if tier == Tier::Copy && candidate.outcome.is_ok() && self.copied.len() < MOST_COPIED {
            self.copied.push(candidate);
        } else if matches!(tier, Tier::Command | Tier::Address)
            && candidate.outcome.is_ok()
            && candidate.evidence.lacks_offer()
            && self.named.len() < MOST_COPIED
        {
            self.named.push(candidate);
        } else {
            self.push_found(candidate);
        }
    }
}
