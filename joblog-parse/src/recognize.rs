//! From lines to candidates: what a line announces by its structure.
//!
//! Which of the candidates is the target is decided in [`crate::choose`]. The parts: `command` reads the command lines
//! of ssh and its like (`program`, `putty`, `mosh`), `copy` those of scp and its like, `address` finds addresses and `user@address`, `field` labelled values whose
//! `label`s are a closed `vocabulary`, `table` columns, `prose` users named in sentences, `host_key` announced keys.
//! `json` keeps together what stands in one object, and `join` puts the halves together.

mod address;
mod command;
mod copy;
mod field;
mod finding;
mod host_key;
mod join;
mod json;
mod label;
mod line;
mod mosh;
mod options;
mod program;
mod prose;
mod putty;
mod service;
mod shell;
mod spelled;
mod table;
mod values;
mod vocabulary;

use std::borrow::Cow;

pub use finding::{AnnouncedKey, Candidate, Finding, KeyKind, Refusal, Tier};

use crate::escaped::Escaped;
use crate::text::sieve::Line;
use crate::text::strip;
use command::Outcome;
use join::{Block, Ids, Joined, Open};
use label::Label;

/// Lines asked for while a JSON object is open.
const JSON_LINES: u32 = 200;

/// Reads lines and remembers what is still open.
#[derive(Default)]
pub(crate) struct Recognizer {
    /// How often a cluster ended.
    era: u32,
    open: Open,
    json: json::Nesting,
    /// What the heading of this part of the log names.
    section: Ids,
    unfinished: Option<line::Unfinished>,
    /// A label at the end of a line, whose value the next one may be.
    awaited: Option<line::Awaited>,
    table: Option<table::Table>,
    /// What is the same for all candidates of a line, once there is one.
    about: Option<About>,
    found: Vec<Finding>,
}

/// What a line says about all that it names.
struct About {
    ids: Ids,
    is_read_only: bool,
    shown: Escaped,
}

impl About {
    fn of(text: &str) -> Self {
        let shown = Escaped::new(text.trim());
        Self { ids: line::ids(text), is_read_only: prose::says_read_only(text), shown }
    }
}

impl Recognizer {
    /// Reads a line; gives how many lines behind it are needed whatever is in them.
    pub(crate) fn read(&mut self, line: &Line<'_>) -> u32 {
        if line.follows_gap {
            self.settle();
            self.section = Ids::default();
            self.table = None;
        }
        let is_due = self.unfinished.is_some() || self.awaited.is_some();
        if !line.has_hit && !is_due && !line::may_matter(line.bytes) {
            self.table = None;
            return if self.json.is_open() { JSON_LINES } else { 0 };
        }
        let text = strip::visible(line.bytes);
        let previous = self.unfinished.take();
        match line::continued(previous, line.number, &text) {
            line::Read::Whole(lines) => {
                for (number, text) in lines {
                    self.read_whole(number, &text);
                }
            }
            line::Read::Unfinished(unfinished) => self.unfinished = Some(unfinished),
        }
        let is_waiting = self.unfinished.is_some();
        if self.json.is_open() { JSON_LINES } else { u32::from(is_waiting) }
    }

    /// Ends what is open within the lines so far: nothing more comes, or not for a while.
    pub(crate) fn settle(&mut self) {
        if let Some(unfinished) = self.unfinished.take() {
            for (number, text) in unfinished.lines() {
                self.read_whole(number, &text);
            }
        }
        for block in self.json.close_all() {
            self.close(block);
        }
    }

    /// Ends everything: the halves that are left stay without the other.
    pub(crate) fn finish(&mut self) {
        self.settle();
        for joined in self.open.forget() {
            self.push_joined(joined);
        }
    }

    /// What was found since this was last asked.
    pub(crate) fn take_found(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.found)
    }

    /// How often a cluster was said to have ended so far.
    pub(crate) fn era(&self) -> u32 {
        self.era
    }

    /// Reads a line that is whole.
    fn read_whole(&mut self, number: u64, text: &str) {
        self.about = None;
        if text.trim().is_empty() {
            self.end_paragraph();
            return;
        }
        let valued = self.awaited.take().and_then(|awaited| awaited.with_value(text));
        let text = valued.as_deref().unwrap_or(text);
        self.awaited = line::Awaited::at_end(text);
        if self.json.is_nested() && !json::is_inside(text) {
            for block in self.json.close_all() {
                self.close(block);
            }
        }
        if prose::says_end(text) {
            self.end_era();
        }
        if prose::is_about_reader(text) {
            for literal in address::literals(text) {
                let host = literal.host.to_string();
                self.refuse(number, Tier::Prose, text, Refusal::Reader(host.as_str().into()));
            }
            return;
        }
        if self.read_row(number, text) {
            return;
        }
        let mut rest = Cow::Borrowed(text);
        let commanded = self.read_commands(number, text, &mut rest);
        self.read_host_key(text);
        self.read_copies(number, text, &mut rest);
        self.read_logins(number, text, &mut rest);
        self.read_values(number, text, &rest, commanded);
    }

    /// Reads a line as part of a table; `false` when it is none.
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
        self.table = table::Table::headed(text);
        self.table.is_some()
    }

    /// A blank line ends a section of fields that is not JSON.
    fn end_paragraph(&mut self) {
        if let Some(block) = self.json.end_paragraph() {
            self.close(block);
        }
    }

    fn end_era(&mut self) {
        for block in self.json.close_all() {
            self.close(block);
        }
        for joined in self.open.forget() {
            self.push_joined(joined);
        }
        self.section = Ids::default();
        self.era += 1;
    }

    /// Reads the ssh commands of a line and blanks them; gives the host of one that names no user.
    fn read_commands(
        &mut self,
        number: u64,
        text: &str,
        rest: &mut Cow<'_, str>,
    ) -> Option<(crate::Host, Option<std::num::NonZeroU16>)> {
        let mut at = 0;
        let mut without_user = None;
        while let Some(found) = command::find(text, at) {
            at = found.span.end.max(at + 1);
            match found.outcome {
                Outcome::Target(target) if target.user.as_str() == "git" => {
                    self.refuse(number, Tier::Command, text, Refusal::NoLogin("git".into()));
                }
                Outcome::Target(target) => {
                    self.push(number, Tier::Command, text, Ok(*target));
                }
                Outcome::Host(host, port) if line::is_dotted(&host) => {
                    without_user = Some((host, port));
                }
                Outcome::Host(..) | Outcome::Unfinished => {}
                Outcome::Refused(Refusal::JumpHost) => self.take_proxy(number, text),
                Outcome::Refused(refusal) => self.refuse(number, Tier::Command, text, refusal),
            }
            line::blank(rest, found.span);
        }
        without_user
    }

    /// A command that leads on to another host: as a line of ssh_config, it is the way to the host of its block.
    fn take_proxy(&mut self, number: u64, text: &str) {
        let jump = text
            .to_ascii_lowercase()
            .find("proxycommand ")
            .and_then(|at| command::jump_of_proxy(text.get(at + "proxycommand ".len()..)?));
        match jump {
            Some(jump) => self.json.block().jump = vec![jump],
            None => self.refuse(number, Tier::Command, text, Refusal::JumpHost),
        }
    }

    fn read_host_key(&mut self, text: &str) {
        if let Some(key) = host_key::announced(text) {
            self.found.push(Finding::HostKey(Box::new(key)));
        }
    }

    /// Reads the copying commands of a line and blanks them.
    fn read_copies(&mut self, number: u64, text: &str, rest: &mut Cow<'_, str>) {
        let mut at = 0;
        while let Some(found) = copy::find(rest, at) {
            at = found.span.end.max(at + 1);
            match found.outcome {
                Outcome::Target(target) => self.push(number, Tier::Copy, text, Ok(*target)),
                Outcome::Refused(refusal) => self.refuse(number, Tier::Copy, text, refusal),
                Outcome::Host(..) | Outcome::Unfinished => continue,
            }
            line::blank(rest, found.span);
        }
    }

    /// Reads every `user@address` and blanks it.
    fn read_logins(&mut self, number: u64, text: &str, rest: &mut Cow<'_, str>) {
        let logins = address::bare(rest);
        if logins.is_empty() {
            return;
        }
        let fields = field::fields(rest);
        let jumps = fields.iter().filter(|field| field.label == Label::Jump).collect::<Vec<_>>();
        let is_jump = |place| jumps.iter().any(|field| field.span.contains(&place));
        let logins =
            logins.into_iter().filter(|bare| !is_jump(bare.span.start)).collect::<Vec<_>>();
        // `Host: ada@203.0.113.7  Port: 2222`
        let port = fields
            .iter()
            .find(|field| field.label == Label::Port)
            .and_then(|field| values::numbered_port(&field.value))
            .filter(|_| logins.len() == 1);
        for mut bare in logins {
            match (&mut bare.outcome, &port) {
                (Ok(target), Some(Ok(port))) => target.port = target.port.or(Some(*port)),
                (Ok(target), Some(Err(error))) if target.port.is_none() => {
                    bare.outcome = Err(error.clone().into());
                }
                _ => {}
            }
            self.push(number, Tier::Address, text, bare.outcome);
            line::blank(rest, bare.span);
        }
    }

    /// Ends a block: its halves are joined, or stay open.
    fn close(&mut self, block: Block) {
        if let Some(joined) = self.open.close(block) {
            self.push_joined(joined);
        }
    }

    fn push_joined(&mut self, joined: Joined) {
        self.found.push(Finding::Candidate(Box::new(Candidate {
            line: joined.line,
            tier: joined.tier,
            text: joined.text,
            job: joined.job,
            is_read_only: false,
            era: self.era,
            outcome: joined.outcome,
        })));
    }

    fn refuse(&mut self, number: u64, tier: Tier, text: &str, refusal: Refusal) {
        self.push(number, tier, text, Err(refusal));
    }

    fn push(&mut self, line: u64, tier: Tier, text: &str, outcome: Result<crate::Target, Refusal>) {
        let about = self.about.get_or_insert_with(|| About::of(text));
        let is_read_only = outcome
            .as_ref()
            .is_ok_and(|target| about.is_read_only || prose::is_watcher(&target.user));
        let job = about.ids.job.clone().or_else(|| self.section.job.clone());
        self.found.push(Finding::Candidate(Box::new(Candidate {
            line,
            tier,
            text: about.shown.clone(),
            job,
            is_read_only,
            era: self.era,
            outcome,
        })));
    }
}

#[cfg(test)]
mod tests;
