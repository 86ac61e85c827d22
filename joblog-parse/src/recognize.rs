//! From lines to candidates: what a line announces by its structure.
//!
//! [`crate::choose`] decides which candidate is the target. Structures have their own readers:
//! `command` for command lines of ssh and similar programs (`program`, `putty`, `mosh`; `said` is
//! what they say), `copy` for those of scp and similar ones, `address` for `user@address`, `table`
//! for columns, `host_key` for announced keys. Everything else is read once: `parsed_line` splits a
//! line into words, `cue` says what each word tells, and `statements` ties values to the nearest
//! cues, with `evidence` for and against each. `json` groups the values of one object, and
//! `pairing` puts halves together; `neighbouring_lines` combines neighbouring sentences of prose.
//! `candidates` turns all that into findings, and `wording` judges each by all the words around it,
//! which have learned weights; `tagging` finds a login in words where nothing else does. `services`
//! reads what is announced besides the login.

mod address;
mod awaited;
mod candidates;
mod collector_prefix;
mod command;
mod command_line;
mod copy;
mod cue;
mod disowned;
mod evidence;
mod finding;
mod found_logins;
mod gone;
mod group;
mod host_key;
mod json;
mod label;
mod line;
mod login_record;
mod machine_list;
mod mosh;
mod negation;
mod neighbouring_lines;
mod offer;
mod options;
mod pairing;
mod parsed_line;
mod placeholder;
mod program;
mod putty;
mod repeated_lines;
mod service_ports;
mod services;
mod shell;
mod spelling;
mod statements;
mod structures;
mod surroundings;
mod table;
mod tagging;
mod taint;
mod token;
mod tunnels;
mod values;
mod weights;
mod wording;

use std::borrow::Cow;
use std::collections::VecDeque;

pub use evidence::{Class, Evidence};
pub use finding::{AnnouncedKey, AnnouncedService, Candidate, Finding, KeyKind, Refusal, Tier};

use crate::text::line_filter::Line;
use awaited::Awaited;
use candidates::LineFacts;
use neighbouring_lines::Passage;
use pairing::{Ids, Open};
use parsed_line::ParsedLine;
use statements::Reader;
use surroundings::Surroundings;
use values::NumberedLine;
use wording::Window;
pub use wording::Wording;

/// The number of lines requested while a JSON object is open.
const JSON_LINES: u32 = 200;

/// Reads lines, and remembers what is still open.
#[derive(Default, Clone)]
pub(crate) struct Recognizer {
    /// How many times a cluster has ended.
    era: u32,
    open: Open,
    json: json::Nesting,
    /// What the heading of this part of the log names.
    section: Ids,
    unfinished: Option<line::Unfinished>,
    /// The time before the words of this line.
    stamp: String,
    speaker: collector_prefix::Speaker,
    /// A label at the end of a line whose value may be on the next one.
    awaited: Option<Awaited>,
    table: Option<table::Table>,
    /// The name of an output whose value may be on the next line.
    output: Option<String>,
    /// The sentences before this line that have not been used yet.
    passage: Passage,
    /// Records that nothing offers yet.
    parked: Vec<(u64, Candidate)>,
    /// The last lines with a label and a value of something else.
    fields: VecDeque<u64>,
    /// Whether this line says more than its labels and values.
    says_more: bool,
    /// What the lines before say about the next one.
    surroundings: Surroundings,
    /// Whether the lines so far offer a login to the reader.
    offers: offer::Offers,
    /// A login without a port, kept until the next line proves not to name the port.
    portless: Option<Candidate>,
    /// Whether the line before asks the reader to log in.
    asks_login: bool,
    /// What all candidates of a line share, once there is one.
    about: Option<LineFacts>,
    found: Vec<Finding>,
    /// The last line with a host that is not the cluster's.
    unfit_host_line: Option<u64>,
    /// Copies that the next lines may show to have run.
    copied: Vec<Candidate>,
    services: services::Services,
    /// Hosts that the log says are not the cluster's, or that it could not reach.
    disowned: disowned::Disowned,
    /// The logins found so far.
    logins: found_logins::FoundLogins,
    /// Machines named in lines of one form.
    machine_list: machine_list::MachineList,
    /// Mail addresses, which are not logins elsewhere.
    mails: VecDeque<crate::Target>,
    /// Commands and logins that the next lines may offer.
    named: Vec<Candidate>,
    /// The kinds of lines of which nothing comes.
    repeated_lines: repeated_lines::RepeatedLines,
    /// Whether anything came of the present line besides findings.
    is_used: bool,
    /// The words around logins.
    window: Window,
}

impl Recognizer {
    /// Reads a line; returns how many lines after it are needed, whatever they contain.
    pub(crate) fn read(&mut self, line: &Line<'_>) -> u32 {
        let may_skip = !line.follows_gap && self.is_quiet();
        if may_skip && self.repeated_lines.skips(line.number, line.bytes) {
            return 0;
        }
        self.read_skipped();
        let found = self.found.len();
        self.is_used = false;
        let wanted = self.read_line(line);
        let is_inert = may_skip
            && !self.is_used
            && wanted == 0
            && self.found.len() == found
            && self.is_quiet();
        self.repeated_lines.note(is_inert);
        wanted
    }

    fn read_line(&mut self, line: &Line<'_>) -> u32 {
        if line.follows_gap {
            self.settle();
            self.surroundings.forget();
            self.offers.forget();
            self.section = Ids::default();
            self.table = None;
        }
        let is_due = self.unfinished.is_some() || self.awaited.is_some() || !self.copied.is_empty();
        if !line.has_hit && !is_due && !line::may_matter(line.bytes) {
            self.table = None;
            return if self.json.is_open() { JSON_LINES } else { 0 };
        }
        self.read_framed(line.number, line.bytes);
        let is_waiting = self.unfinished.is_some();
        let after_copy = if self.copied.is_empty() { 0 } else { candidates::COPY_LINES };
        if self.json.is_open() { JSON_LINES } else { after_copy.max(u32::from(is_waiting)) }
    }

    /// Closes what is open within the lines so far, because no more lines come for now.
    pub(crate) fn settle(&mut self) {
        self.read_skipped();
        if let Some(unfinished) = self.unfinished.take() {
            for (number, text) in unfinished.lines() {
                self.read_whole(number, &text);
            }
        }
        self.end_passage();
        self.take_portless(None);
        for block in self.json.close_all() {
            self.close(block);
        }
        for copied in std::mem::take(&mut self.copied) {
            self.found.push(Finding::Candidate(Box::new(copied)));
        }
        self.leave_parked();
        self.judge_all();
    }

    /// Closes everything; halves without a partner stay alone.
    pub(crate) fn finish(&mut self) {
        self.settle();
        for joined in self.open.forget() {
            self.push_joined(joined);
        }
        self.judge_all();
    }

    /// Judges the findings so far by the words around them, without the lines that may follow.
    fn judge_all(&mut self) {
        self.window.keep(std::mem::take(&mut self.found));
        self.window.settle();
        self.point(true);
    }

    /// The findings since the last call; one is kept until the lines after it have been read.
    pub(crate) fn take_found(&mut self) -> Vec<Finding> {
        self.window.keep(std::mem::take(&mut self.found));
        self.point(false);
        self.window.take_judged()
    }

    /// How many times a cluster has ended so far.
    pub(crate) fn era(&self) -> u32 {
        self.era
    }

    /// Reads a complete line.
    fn read_whole(&mut self, number: u64, text: &str) {
        self.about = None;
        if text.trim().is_empty() {
            self.json.end_paragraph();
            self.end_passage();
            return;
        }
        // This line only underlines a label.
        if self.awaited.is_some() && table::Table::is_rule(text) {
            return;
        }
        let valued = self.awaited.take().and_then(|awaited| awaited.with_value(text));
        let text = valued.as_deref().unwrap_or(text);
        let output = self.output.take().and_then(|name| table::as_output(&name, text));
        self.output = table::output_name(text).map(str::to_owned);
        let pair = output.or_else(|| table::as_pair(text));
        let text = pair.as_deref().unwrap_or(text);
        if self.json.is_nested() && !json::is_inside(text) {
            for block in self.json.close_all() {
                self.close(block);
            }
        }
        let is_end = gone::says_end(text);
        if is_end {
            self.is_used = true;
            self.end_era();
        }
        self.watch_copies(number, text);
        let unreached = gone::unreached(text);
        let is_unreached = unreached.is_some();
        if let Some(host) = unreached {
            self.disowned.add(&host, Evidence::FAILURE);
            self.leave_parked();
            self.found.push(Finding::Gone(Some(host)));
        }
        if gone::all_gone(text) {
            self.take_portless(None);
            self.end_passage();
            if let Some(block) = self.json.end_sentence() {
                self.close(block);
            }
            self.leave_parked();
            self.found.push(Finding::Gone(None));
        }
        self.take_replaced(text);
        self.read_services(number, text);
        let mut rest = Cow::Borrowed(text);
        let mut commands = structures::commands(text, &mut rest);
        let copies = structures::copies(&mut rest);
        if let Some(mark) = line::list_mark(&rest) {
            line::blank(&mut rest, mark);
        }
        blank_types(&mut rest);
        let line = ParsedLine::new(&rest);
        self.offers.enter(&rest, &line, is_end);
        self.offers.number(number);
        self.offer_before(number, &line);
        self.awaited = Awaited::at_end(&line);
        let taint = self.taint(text, &line, is_end, is_unreached);
        commands.retain(|found| {
            let Some(host) = gone::host_gone(&line, found) else { return true };
            self.leave_parked();
            self.found.push(Finding::Gone(Some(host)));
            false
        });
        let names_gone = self.take_gone(&line);
        if names_gone || gone::is_about_reader(text) {
            return self.refuse_visitor(number, text, &line);
        }
        if commands.is_empty() && self.read_row(number, text) {
            return;
        }
        self.read_host_key(text);
        let logins = structures::logins(&line);
        self.note_mails(structures::mails(text, &logins));
        self.is_used |= !(commands.is_empty() && copies.is_empty() && logins.is_empty());
        let spans = logins.iter().map(|login| login.span.clone()).collect::<Vec<_>>();
        let mut reader = Reader::new(&line, &spans);
        reader.add(taint);
        reader.set_offered(self.offers.is_offering());
        let mut trace = taint;
        if line::is_trace(text) {
            trace.add(Evidence::TRACE);
        }
        let commanded = self.read_commands(number, text, commands, &reader, trace);
        self.read_copies(number, text, copies, &reader, trace);
        let has_login = !logins.is_empty() || trace != Evidence::default();
        let is_asked = std::mem::replace(&mut self.asks_login, structures::asks_login(&line));
        let asked = match logins.as_slice() {
            [login] if is_asked && text.trim().len() == login.span.len() => Evidence::CONNECT,
            _ if self.table.as_ref().is_some_and(|table| table.has_logins(text)) => {
                Evidence::CONNECT
            }
            _ => Evidence::default(),
        };
        let logins = structures::judged(logins, &reader, trace, asked, &self.offers);
        let mut readings = reader.readings();
        self.take_portless(structures::lone_port(&readings));
        self.read_passage(number, text, &reader, &readings, has_login);
        self.read_logins(number, text, logins, &mut readings);
        self.read_values(NumberedLine { number, text }, &line, readings, commanded);
    }

    /// Records what the line says is gone; returns whether it names machines.
    fn take_gone(&mut self, line: &ParsedLine<'_>) -> bool {
        let gone = gone::gone(line).unwrap_or_default();
        if !gone.is_empty() {
            if let Some(block) = self.json.end_sentence() {
                self.close(block);
            }
            self.take_portless(None);
            self.end_passage();
        }
        let named = gone::gone_name(line);
        if !gone.is_empty() || named.is_some() {
            self.leave_parked();
        }
        self.found.extend(named.map(Finding::GoneNamed));
        let names_gone = gone.iter().any(Option::is_some);
        self.found.extend(gone.into_iter().map(Finding::Gone));
        names_gone
    }

    /// Reads the copying commands of a line.
    fn read_copies(
        &mut self,
        number: u64,
        text: &str,
        copies: Vec<copy::Found>,
        reader: &Reader<'_, '_>,
        trace: Evidence,
    ) {
        for found in copies {
            let place = found.span.start;
            let mut evidence = Evidence::COPY | trace | structures::against_command(reader, place);
            let is_told = reader.is_advice(place)
                && !structures::says_action(text.get(found.span.clone()).unwrap_or_default());
            if !is_told {
                evidence.add(Evidence::ACTION);
            }
            if structures::is_done(text) {
                evidence.add(Evidence::RAN);
            }
            evidence.add(self.offers.of_copy(reader.line(), &found.span));
            if reader.is_asked(place) {
                evidence.add(Evidence::OFFERED);
            }
            self.push_outcome(number, Tier::Copy, text, evidence, found.outcome);
        }
    }

    /// Reads the services that a line announces besides the login.
    fn read_services(&mut self, number: u64, text: &str) {
        for said in self.services.read(number, text) {
            let job = line::ids(text, &[]).job.or_else(|| self.section.job.clone());
            self.found.push(said.finding(number, job, self.era));
        }
    }

    /// Refuses the addresses of a line about someone who reads the log or has logged in.
    fn refuse_visitor(&mut self, number: u64, text: &str, line: &ParsedLine<'_>) {
        for token in &line.tokens {
            if let parsed_line::Kind::Host(host, _) = &token.what {
                let refusal = Refusal::Reader(host.to_string().as_str().into());
                self.push(number, Tier::Prose, text, Evidence::EVENT, Err(refusal));
            }
        }
    }

    /// Reads a line as a table row; `false` if it is not one.
    fn read_row(&mut self, number: u64, text: &str) -> bool {
        if let Some(table) = &self.table {
            if let Some(block) = table.row(number, text) {
                self.close(block);
                return true;
            }
            if table::Table::is_rule(text) {
                return true;
            }
        }
        if self.table.as_ref().is_some_and(|table| table.has_logins(text)) {
            return false;
        }
        self.table = table::Table::headed(text);
        self.table.is_some()
    }

    fn end_era(&mut self) {
        for block in self.json.close_all() {
            self.close(block);
        }
        for joined in self.open.forget() {
            self.push_joined(joined);
        }
        self.end_passage();
        self.disowned.end_era();
        self.logins.end_era();
        self.section = Ids::default();
        self.era += 1;
    }
}

/// Blanks out a column that only names the type of a value: `adminUsername   String  ada`.
fn blank_types(text: &mut Cow<'_, str>) {
    let Some(at) = text.find(" String ") else { return };
    let is_column = text.get(..at).is_some_and(|it| it.ends_with(' '));
    if is_column {
        line::blank(text, at..at + " String ".len());
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod training;
