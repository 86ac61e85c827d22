//! Sorts the readings of a line into the blocks that they belong to.

use std::num::NonZeroU16;

use super::cue::Cue;
use super::evidence::Evidence;
use super::gone;
use super::group::{self, Brace};
use super::label::{Label, Naming, classify};
use super::line;
use super::login_record;
use super::pairing::{Half, Ids, Place};
use super::parsed_line::ParsedLine;
use super::statements::{self, Reading, Statement};
use super::{Recognizer, Refusal, Tier};
use crate::escaped::Escaped;
use crate::target::{Host, Jump, Reach, Target, TargetError, User, parse_jumps, parse_port};

/// Evidence against a value from its line. A value with such evidence is only combined with others
/// of the same line.
const TAINT: [Evidence; 8] = [
    Evidence::EVENT,
    Evidence::FAILURE,
    Evidence::FOREIGN,
    Evidence::ACTION,
    Evidence::EXAMPLE,
    Evidence::ARGUMENT,
    Evidence::SERVICE_PORT,
    Evidence::TRACE,
];

/// The line from which values are read.
#[derive(Clone, Copy)]
pub(super) struct NumberedLine<'a> {
    pub(super) number: u64,
    pub(super) text: &'a str,
}

/// The port in a line.
type Port = Option<Result<NonZeroU16, TargetError>>;

impl Recognizer {
    /// Reads what remains of a line after commands and logins are removed; `commanded` is the host
    /// of a command without a user.
    pub(super) fn read_values(
        &mut self,
        at: NumberedLine<'_>,
        line: &ParsedLine<'_>,
        mut readings: Vec<Reading<'_>>,
        commanded: Option<(Host, Option<NonZeroU16>)>,
    ) {
        let ids = self.enter(line, &readings);
        self.says_more = login_record::says_more(line, &readings);
        if login_record::is_other_field(line, &readings) {
            self.note_field(at.number);
        }
        let has_alone_label = matches!(self.json.label(), Some(Label::Host | Label::PrivateHost));
        if let Some(refusal) = refuse_alike(line, &mut readings) {
            self.push(at.number, Tier::Prose, at.text, Evidence::HOST_NAMED, Err(refusal));
        }
        leave_one(&mut readings, has_alone_label || commanded.is_some());
        attach_ports(&mut readings, line.says(&[Cue::Ssh]));
        if self.says_more && !line.says(&[Cue::Ssh]) {
            // `mount -o username=ada,port=445`
            readings.retain(|reading| !is_port_of_service(&reading.said));
        }
        self.take_tainted(at, &ids, &mut readings);
        // The user below another service's host belongs to that service.
        if self.unfit_host_line.is_some_and(|line| line + 1 == at.number)
            && !readings.iter().any(|reading| matches!(reading.said, Statement::Host { .. }))
        {
            readings.retain(|reading| !matches!(reading.said, Statement::User(Ok(_))));
        }
        let has = |wanted: fn(&Statement<'_>) -> bool| {
            readings.iter().any(|reading| wanted(&reading.said))
        };
        let has_both = has(|said| matches!(said, Statement::User(_)))
            && has(|said| matches!(said, Statement::Host { .. }));
        self.is_used |= has_both;
        if has_both && let Some(block) = self.json.end_sentence() {
            self.close(block);
        }
        let is_host = |reading: &Reading<'_>| matches!(reading.said, Statement::Host { .. });
        self.is_used |= !readings.iter().all(is_host) || commanded.is_some();
        if gone::is_state_of_gone(line) {
            self.is_used = true;
            self.json.mark_gone(at.number);
        }
        let mut braces = group::braces(line.text).into_iter().peekable();
        self.is_used |= braces.peek().is_some();
        for reading in readings {
            while let Some((_, brace)) = braces.next_if(|(place, _)| *place < reading.span.start) {
                self.take_brace(&brace);
            }
            self.take_reading(at, reading);
        }
        for (_, brace) in braces {
            self.take_brace(&brace);
        }
        if let Some((host, port)) = commanded {
            let place = Place::new(host, port, Naming::default());
            let is_private = place.host.reach() == Reach::Private;
            self.add_host(
                at,
                Tier::Prose,
                place,
                is_private,
                Evidence::HOST_NAMED | Evidence::CONNECT,
            );
        }
    }

    fn take_brace(&mut self, brace: &Brace<'_>) {
        match brace {
            Brace::Begin { is_list, label, name } => self.json.begin(*is_list, *label, *name),
            Brace::End => {
                if let Some(block) = self.json.end() {
                    self.close(block);
                }
            }
        }
    }

    /// Records what the line is about.
    fn enter(&mut self, line: &ParsedLine<'_>, readings: &[Reading<'_>]) -> Ids {
        let mut ids = line::ids(line.text, readings);
        if ids.is_empty() {
            ids = self.section.clone();
        } else {
            self.is_used = true;
            self.section = ids.clone();
        }
        if let Some(block) = self.json.about(&ids) {
            self.close(block);
        }
        ids
    }

    /// Pairs the values of an unfit line with each other, and leaves none of them open.
    fn take_tainted(&mut self, at: NumberedLine<'_>, ids: &Ids, readings: &mut Vec<Reading<'_>>) {
        let is_tainted = |reading: &Reading<'_>| TAINT.iter().any(|it| reading.evidence.has(*it));
        let is_part =
            |said: &Statement<'_>| matches!(said, Statement::User(_) | Statement::Host { .. });
        if !readings.iter().any(|reading| is_part(&reading.said) && is_tainted(reading)) {
            return;
        }
        let user = readings.iter().find_map(|reading| match &reading.said {
            Statement::User(user) => Some((user.clone(), reading.evidence)),
            _ => None,
        });
        let host = readings.iter().find_map(|reading| match &reading.said {
            Statement::Host { place, .. } => Some((place.clone(), reading.evidence)),
            _ => None,
        });
        let port = readings.iter().find_map(|reading| match &reading.said {
            Statement::Port(port) => Some(port.clone()),
            _ => None,
        });
        if let (Some((user, of_user)), Some((place, of_host))) = (user, host) {
            let outcome = user.and_then(|user: User| {
                let port = place.port.map(Ok).or(port).transpose()?;
                Ok(Target::new(user, place.host, port))
            });
            let job = ids.job.clone();
            self.push_job(at.number, Tier::Prose, at.text, of_user | of_host, outcome, job);
            readings.retain(|reading| {
                !is_part(&reading.said) && !matches!(reading.said, Statement::Port(_))
            });
            return;
        }
        for reading in readings.iter().filter(|reading| is_tainted(reading)) {
            if matches!(reading.said, Statement::Host { .. }) {
                self.unfit_host_line = Some(at.number);
            }
            let shown = match &reading.said {
                Statement::User(Ok(user)) => user.to_string(),
                Statement::Host { place, .. } => place.host.to_string(),
                _ => continue,
            };
            let refusal = Refusal::Mentioned(shown.as_str().into());
            self.push(at.number, Tier::Prose, at.text, reading.evidence, Err(refusal));
        }
        readings.retain(|reading| !(is_part(&reading.said) && is_tainted(reading)));
    }

    fn take_reading(&mut self, at: NumberedLine<'_>, reading: Reading<'_>) {
        let evidence = reading.evidence;
        match reading.said {
            Statement::User(user) => self.add_user(at, Tier::Prose, user, evidence),
            Statement::Host { place, is_private } => {
                let is_private = is_private || self.json.label() == Some(Label::PrivateHost);
                self.add_host(at, Tier::Prose, place, is_private, evidence);
            }
            Statement::Refused(refusal) => {
                if let Refusal::OtherService(name) = &refusal
                    && evidence.has(Evidence::HOST_NAMED)
                    && let Ok(host) = name.as_str().parse()
                {
                    self.disowned.add(&host, Evidence::FOREIGN);
                }
                if let Refusal::Reader(name) = &refusal
                    && at.text.contains("srcip=")
                    && let Ok(host) = name.as_str().parse()
                {
                    self.disowned.add(&host, Evidence::EVENT);
                }
                self.push(at.number, Tier::Prose, at.text, evidence, Err(refusal));
            }
            Statement::Port(port) => self.json.add_port(port, at.number),
            Statement::Value(label, value) => self.add_value(at, label, value),
        }
    }

    fn add_value(&mut self, at: NumberedLine<'_>, label: Label, value: &str) {
        match label {
            Label::User => {
                let user = statements::named_user(value);
                self.add_user(at, Tier::Fields, user, Evidence::USER_NAMED);
            }
            Label::Host | Label::PrivateHost => {
                if let Ok(Jump { user: None, host, port }) = value.parse()
                    && host.is_dotted()
                {
                    let is_private = label == Label::PrivateHost || host.reach() == Reach::Private;
                    let place = Place::new(host, port, Naming::default());
                    self.add_host(at, Tier::Fields, place, is_private, Evidence::HOST_NAMED);
                }
            }
            Label::Port => {
                if let Some(port) = numbered_port(value) {
                    self.json.add_port(port, at.number);
                }
            }
            Label::IdentityFile => {
                let block = self.json.block();
                block.identity_file = block.identity_file.take().or(value.parse().ok());
            }
            Label::Name => self.json.name(classify(value)),
            Label::Value => {
                if let Some(label) = self.json.label().filter(|label| *label != Label::Value) {
                    self.add_value(at, label, value);
                    // The outputs of a stack are made for the reader.
                    self.json.block().offer(at.number);
                }
            }
            Label::HostKey => {
                let block = self.json.block();
                block.host_key = block.host_key.take().or(value.parse().ok());
            }
            Label::Jump if self.json.block().jump.is_empty() => {
                self.json.block().jump = parse_jumps(value).unwrap_or_default();
            }
            Label::Job | Label::Cluster | Label::Machine | Label::Jump | Label::Foreign => {}
        }
    }

    fn add_user(
        &mut self,
        at: NumberedLine<'_>,
        tier: Tier,
        value: Result<User, Refusal>,
        evidence: Evidence,
    ) {
        if let Ok(user) = &value {
            let name = user.as_str();
            let is_number = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if is_number || matches!(name, "null" | "none" | "None" | "true" | "false") {
                return;
            }
        }
        if let Err(refusal) = &value {
            self.push(at.number, tier, at.text, evidence, Err(refusal.clone()));
        }
        let evidence = evidence | self.of_line();
        let half =
            Half { value, line: at.number, text: Escaped::new(at.text.trim()), tier, evidence };
        if let Some(block) = self.json.add_user(half) {
            self.close(block);
        }
    }

    /// What the line and those before it say about a half of a record.
    fn of_line(&self) -> Evidence {
        if !self.says_more {
            return self.offers.evidence();
        }
        let is_led = self.offers.is_now() || self.offers.is_led();
        Evidence::BESIDE | if is_led { self.offers.evidence() } else { Evidence::default() }
    }

    fn add_host(
        &mut self,
        at: NumberedLine<'_>,
        tier: Tier,
        place: Place,
        is_private: bool,
        evidence: Evidence,
    ) {
        let evidence = evidence | self.of_line();
        let half = Half {
            value: place,
            line: at.number,
            text: Escaped::new(at.text.trim()),
            tier,
            evidence,
        };
        let before = self.json.filled();
        let ended = self.json.add_host(half, is_private);
        self.is_used |= ended.is_some() || before != self.json.filled();
        if let Some(block) = ended {
            self.close(block);
        }
    }
}

fn is_port_of_service(said: &Statement<'_>) -> bool {
    matches!(said, Statement::Port(Ok(port)) if super::service_ports::is_service_port(port.get()))
}

/// Refuses two public hosts of the same kind in a list, on a line with a user: nothing says which
/// of them is meant.
fn refuse_alike(line: &ParsedLine<'_>, readings: &mut Vec<Reading<'_>>) -> Option<Refusal> {
    if !readings.iter().any(|reading| matches!(reading.said, Statement::User(Ok(_)))) {
        return None;
    }
    let hosts = readings.iter().filter_map(|reading| match &reading.said {
        Statement::Host { place, is_private: false } => Some((reading, &place.host)),
        _ => None,
    });
    let hosts = hosts.collect::<Vec<_>>();
    let alike = hosts.windows(2).find_map(|pair| {
        let [(one, first), (other, second)] = pair else { return None };
        let between = line.text.get(one.span.end..other.span.start)?;
        let is_list =
            matches!(between.trim(), "," | "and" | "or" | "/" | ", and" | "und" | "et" | "y");
        let is_alike = is_list
            && other.evidence.has(Evidence::ALONE)
            && !first.is_same_as(second)
            && first.is_v6() == second.is_v6()
            && first.is_address() == second.is_address();
        let shown = |host: &Host| Escaped::new(&host.to_string());
        is_alike.then(|| Refusal::Ambiguous(shown(first), shown(second)))
    })?;
    readings.retain(|reading| !matches!(reading.said, Statement::Host { .. } | Statement::User(_)));
    Some(alike)
}

/// Keeps an address without a noun only if it is the only host of a line with a user.
fn leave_one(readings: &mut Vec<Reading<'_>>, is_named: bool) {
    let is_host = |reading: &&Reading<'_>| matches!(reading.said, Statement::Host { .. });
    let hosts = readings.iter().filter(is_host).count();
    let has_user = readings.iter().any(|reading| matches!(reading.said, Statement::User(_)));
    if (hosts == 1 && has_user) || is_named {
        return;
    }
    readings.retain(|reading| !reading.evidence.has(Evidence::ALONE));
}

/// Gives each host the port named next after it, or else the one before it.
fn attach_ports(readings: &mut Vec<Reading<'_>>, is_ssh: bool) {
    let is_host = |reading: &Reading<'_>| {
        matches!(reading.said, Statement::Host { .. } | Statement::Refused(_))
    };
    let hosts = readings.iter().filter(|reading| is_host(reading)).count();
    let mut last_host = None;
    let mut taken = Vec::new();
    for at in 0..readings.len() {
        let Some(reading) = readings.get(at) else { break };
        if is_host(reading) {
            last_host = Some(at);
        }
        let Statement::Port(port) = &reading.said else { continue };
        let port = port.clone();
        let is_only = hosts == 1;
        let host = last_host.or_else(|| readings.iter().position(is_host).filter(|_| is_only));
        let Some(host) = host else { continue };
        if let Some(Reading { said: Statement::Host { place, .. }, evidence, .. }) =
            readings.get_mut(host)
        {
            match &port {
                Ok(port) if place.port.is_none() => {
                    place.port = Some(*port);
                    if super::service_ports::is_service_port(port.get()) && !is_ssh {
                        evidence.add(Evidence::SERVICE_PORT);
                    }
                }
                Ok(_) => {}
                // It stays, and refuses the login.
                Err(_) => continue,
            }
        }
        taken.push(at);
    }
    let mut at = 0;
    readings.retain(|_| {
        at += 1;
        !taken.contains(&(at - 1))
    });
}

/// Parses a port: `Err` if it is a number out of range, `None` if it is not a number.
pub(super) fn numbered_port(value: &str) -> Port {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| parse_port(value))
}

/// Whether the words say that a session can only watch.
pub(super) fn says_read_only(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["read only", "read-only", "readonly"].iter().any(|sign| lower.contains(sign))
}

/// Whether this is the user of a session that can only watch, such as tmate's `ro-…`.
pub(super) fn is_watcher(user: &User) -> bool {
    user.as_str().starts_with("ro-")
}
