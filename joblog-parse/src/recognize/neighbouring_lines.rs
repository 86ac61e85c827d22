//! Neighbouring lines that together contain a request to log in, one host and one login.

use std::num::NonZeroU16;

use super::evidence::Evidence;
use super::pairing::Place;
use super::statements::{Heard, Login, Reader, Reading, Statement, Surety};
use super::wording::Wording;
use super::{Candidate, Recognizer, Refusal, Tier};
use crate::escaped::Escaped;
use crate::target::{Target, TargetError};

/// The number of lines read together.
const LINES: usize = 6;
/// Of these, the lines of sentences; labels with values may be further apart.
const SENTENCE_LINES: usize = 3;

/// The last lines of a paragraph, with halves that have not been joined yet.
#[derive(Debug, Default, Clone)]
pub(super) struct Passage {
    lines: Vec<Heard>,
    /// The login that was found, until we know that the next line does not name its port.
    due: Option<FoundLogin>,
}

/// A login that was found, with the line that completed it.
#[derive(Debug, Clone)]
pub(super) struct FoundLogin {
    pub(super) number: u64,
    pub(super) shown: Escaped,
    pub(super) outcome: Result<Target, Refusal>,
}

impl Passage {
    /// Starts again, because the next lines are about something else. Returns what was found.
    pub(super) fn end(&mut self) -> Option<FoundLogin> {
        self.lines.clear();
        self.due.take()
    }

    /// Whether a login was found that may still get a port.
    pub(super) fn is_due(&self) -> bool {
        self.due.is_some()
    }

    /// Whether a line so far is about a host, or about logging in.
    pub(super) fn is_about_login(&self) -> bool {
        self.lines.iter().any(|line| line.wants_login || !line.hosts.is_empty())
    }

    /// Adds a line; returns what the lines before it announce.
    pub(super) fn add(&mut self, number: u64, text: &str, heard: Heard) -> Option<FoundLogin> {
        let mut told = self.due.take();
        if let Some(FoundLogin { outcome: outcome @ Ok(_), .. }) = &mut told
            && heard.hosts.is_empty()
        {
            add_port(outcome, &heard);
        }
        self.lines.push(heard);
        if self.lines.len() > LINES {
            self.lines.remove(0);
        }
        let found = (1..=self.lines.len()).find_map(|count| {
            let lines = self.lines.get(self.lines.len() - count..)?;
            announced(lines)
        });
        if let Some(outcome) = found {
            self.lines.clear();
            self.due = Some(FoundLogin { number, shown: Escaped::new(text.trim()), outcome });
        }
        told
    }
}

/// Adds the port that the line names to the target; an unreadable port refuses the target.
fn add_port(outcome: &mut Result<Target, Refusal>, heard: &Heard) {
    let Ok(target) = outcome else { return };
    match heard.ports.first() {
        Some(Ok(port)) => target.port = target.port.or(Some(*port)),
        Some(Err(error)) => *outcome = Err(error.clone().into()),
        None => {}
    }
}

impl Recognizer {
    /// Reads a login from the sentences of this line and the lines before, if they contain no
    /// structure.
    pub(super) fn read_passage(
        &mut self,
        number: u64,
        text: &str,
        reader: &Reader<'_, '_>,
        readings: &[Reading<'_>],
        has_login: bool,
    ) {
        let has = |wanted: fn(&Statement<'_>) -> bool| readings.iter().any(|it| wanted(&it.said));
        let is_foreign = readings.iter().any(|it| it.evidence.has(Evidence::FOREIGN));
        let is_read = !is_foreign
            && has(|said| matches!(said, Statement::User(_)))
            && has(|said| matches!(said, Statement::Host { .. }));
        // An object ends with its brace; a line with several of them is no passage.
        let is_edge = self.json.is_nested() && text.contains(['{', '}', '[', ']']);
        if has_login || is_read || is_edge {
            return self.end_passage();
        }
        let heard = reader.heard(readings, self.passage.is_about_login());
        let due = self.passage.add(number, text, heard);
        if let Some(due) = due {
            self.push_passage(due);
        }
    }

    /// Ends the passage, because the next lines are about something else.
    pub(super) fn end_passage(&mut self) {
        let due = self.passage.end();
        if let Some(due) = due {
            self.push_passage(due);
        }
    }

    fn push_passage(&mut self, due: FoundLogin) {
        self.push_found(Candidate {
            line: due.number,
            tier: Tier::Prose,
            text: due.shown,
            job: self.section.job.clone(),
            is_read_only: false,
            era: self.era,
            evidence: Evidence::PASSAGE,
            wording: Wording::default(),
            outcome: due.outcome,
        });
    }
}

/// The login of the lines together; the nearest lines are used first.
fn announced(lines: &[Heard]) -> Option<Result<Target, Refusal>> {
    if !lines.iter().any(|line| line.wants_login) || lines.iter().any(|line| line.is_refused) {
        return None;
    }
    let login = the_login(lines)?;
    let place = match the_place(lines)? {
        Ok(place) => place,
        Err(refusal) => return Some(Err(refusal)),
    };
    let target = || {
        let user = login.parse().map_err(Refusal::from)?;
        Ok(Target::new(user, place.host.clone(), the_port(lines, place)?))
    };
    Some(target())
}

/// The most certain login, if there is exactly one. For a word that only looks like a login, its
/// sentence must also name the host.
fn the_login(lines: &[Heard]) -> Option<&str> {
    let is_addressed = lines.iter().any(|line| line.is_addressed);
    let is_headed = lines.iter().any(|line| line.is_heading);
    let is_far = lines.len() > SENTENCE_LINES;
    let counts = |login: &&Login| match login.surety {
        Surety::Told => login.is_labelled || !is_far,
        Surety::Named => is_headed,
        Surety::Shaped | Surety::Placed => login.is_by_host && is_addressed && !is_far,
    };
    let logins = lines.iter().flat_map(|line| &line.logins).filter(counts).collect::<Vec<_>>();
    let best = logins.iter().map(|login| login.surety).max()?;
    let mut best = logins.into_iter().filter(|login| login.surety == best);
    let first = best.next()?;
    best.all(|other| other.name == first.name).then_some(&first.name)
}

/// The only host; names count as hosts only if there is no address.
fn the_place(lines: &[Heard]) -> Option<Result<&Place, Refusal>> {
    let hosts = || lines.iter().flat_map(|line| &line.hosts);
    let has_address = hosts().any(|place| place.host.is_address());
    let mut hosts = hosts().filter(|place| place.host.is_address() || !has_address);
    let first = hosts.next()?;
    let other = hosts.find(|other| !other.host.is_same_as(&first.host));
    let shown = |place: &Place| Escaped::new(&place.host.to_string());
    Some(match other {
        Some(other) => Err(Refusal::Ambiguous(shown(first), shown(other))),
        None => Ok(first),
    })
}

/// The only port, if one is named.
fn the_port(lines: &[Heard], place: &Place) -> Result<Option<NonZeroU16>, Refusal> {
    let mut port = place.port;
    for named in lines.iter().flat_map(|line| &line.ports) {
        let named = named.clone()?;
        if port.is_some_and(|port| port != named) {
            return Err(TargetError::Port(named.to_string().as_str().into()).into());
        }
        port = Some(named);
    }
    Ok(port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognize::parsed_line::ParsedLine;

    fn login_of(lines: &[&str]) -> Option<String> {
        let mut passage = Passage::default();
        for (number, text) in (1..).zip(lines) {
            let line = ParsedLine::new(text);
            let mut reader = Reader::new(&line, &[]);
            let readings = reader.readings();
            let heard = reader.heard(&readings, passage.is_about_login());
            let told = passage.add(number, text, heard);
            assert!(told.is_none(), "{text}");
        }
        passage.end()?.outcome.ok().map(|target| target.to_string())
    }

    #[test]
    fn sentences_announce_a_login_wherever_its_parts_stand() {
        for (lines, login) in [
            (
                ["A shell is open", "at 203.0.113.7 for you, ada:"].as_slice(),
                Some("ada@203.0.113.7"),
            ),
            (&["my sshd on 203.0.113.7 knows you by the name of ada"], Some("ada@203.0.113.7")),
            (&["ada may enter 203.0.113.7 over ssh"], Some("ada@203.0.113.7")),
            (&["ada may see 203.0.113.7"], None),
            (&["ssh failed: ada may not enter 203.0.113.7"], None),
            (&["ada_1 and bob_1 share a shell on 203.0.113.7"], None),
            (&["no more", "an ssh shell", "and so on", "and on", "ada may use 203.0.113.7"], None),
        ] {
            assert_eq!(login_of(lines).as_deref(), login, "{lines:?}");
        }
    }
}
