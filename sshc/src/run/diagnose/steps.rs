//! The steps so far, and their report.

use std::io::{self, Stdout};
use std::time::Instant;

use crate::Error;
use crate::diagnose::{Report, Step, Verdict};
use crate::reason::Reason;

/// The steps so far.
pub(super) struct StepLog {
    start: Instant,
    last: Instant,
    steps: Vec<Step>,
    report: Report<Stdout>,
    /// The first error in writing the report.
    failure: Option<io::Error>,
}

impl StepLog {
    pub(super) fn new(json: bool) -> Self {
        let start = Instant::now();
        let report = Report::new(io::stdout(), json);
        Self { start, last: start, steps: Vec::new(), report, failure: None }
    }

    /// Reports a step that succeeded.
    pub(super) fn step(&mut self, name: &'static str, seen: String) {
        self.outcome(name, seen, None);
    }

    /// Reports a step, with the reason if it failed.
    pub(super) fn outcome(&mut self, name: &'static str, seen: String, reason: Option<Reason>) {
        let now = Instant::now();
        let (at, took) = (now - self.start, now - self.last);
        self.last = now;
        let step = Step { name, at, took, reason, seen };
        match reason.map(Reason::code) {
            Some(reason) => log::info!(reason; "{name}: {}", step.seen),
            None => log::info!("{name}: {}", step.seen),
        }
        self.failure = self.failure.take().or(self.report.step(&step).err());
        self.steps.push(step);
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether a step has failed already.
    pub(super) fn has_failed(&self) -> bool {
        self.steps.iter().any(|step| step.reason.is_some())
    }

    /// Reports the verdict.
    ///
    /// # Errors
    /// When any part of the report could not be written.
    pub(super) fn end(&mut self, verdict: &Verdict) -> Result<(), Error> {
        match self.failure.take() {
            Some(cause) => Err(Error::Output(cause)),
            None => self.report.verdict(verdict, self.start.elapsed()).map_err(Error::Output),
        }
    }
}
