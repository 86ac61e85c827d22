//! `--diagnose`: the conclusion from each step of the route to a cluster. Only decisions and texts;
//! `run::diagnose` carries out the steps.

use std::io::Write;
use std::time::Duration;

use contract::{escape, shown};
use serde_json::json;

use crate::advice;
use crate::forward::spec::HostPort;
use crate::reason::{Reason, Stage};

pub(crate) mod access_rule;
pub(crate) mod address;
pub(crate) mod control;

use access_rule::AccessRule;

/// What to find out, besides whether a login would work.
#[derive(Clone, Debug)]
pub(crate) struct Diagnosis {
    /// The access rule of the cluster.
    pub(crate) rule: Option<AccessRule>,
    /// Servers that are known to be up, for comparison.
    pub(crate) controls: Vec<HostPort>,
    /// Whether the report is JSON.
    pub(crate) json: bool,
    /// How long each step may take.
    pub(crate) time_limit: Duration,
}

/// One step of the route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Its name.
    pub(crate) name: &'static str,
    /// When it ended, since the start.
    pub(crate) at: Duration,
    /// How long it took.
    pub(crate) took: Duration,
    /// Why it failed, if it did.
    pub(crate) reason: Option<Reason>,
    /// What was observed, escaped.
    pub(crate) seen: String,
}

/// The conclusion from all steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Why a login would not work; or [`Reason::Slow`].
    pub(crate) reason: Option<Reason>,
    /// What is wrong, escaped.
    pub(crate) matter: String,
    /// What to do.
    pub(crate) hint: String,
    /// 0 if a login would work, 1 if not, 255 if that could not be determined.
    pub(crate) status: u8,
}

/// A step that takes longer counts as slow.
const SLOW: Duration = Duration::from_secs(2);

impl Verdict {
    /// A login would work, with this key.
    pub(crate) fn works(user: &str, key: &str, steps: &[Step]) -> Self {
        let works = format!("a login as {user} would work, with the key {key}");
        let slowest = steps.iter().max_by_key(|step| step.took).filter(|it| it.took >= SLOW);
        let Some(slowest) = slowest else {
            let hint = "log in with the same options, without --diagnose".to_owned();
            return Self { reason: None, matter: works, hint, status: 0 };
        };
        let Step { name, took, .. } = slowest;
        let lead = advice::lead(Reason::Slow);
        let matter = format!("{lead}: {works}, but the step `{name}` took {}", seconds(*took));
        let hint = advice::slow(name).to_owned();
        Self { reason: Some(Reason::Slow), matter, hint, status: 0 }
    }

    /// A login would not work, or that could not be determined.
    pub(crate) fn fails(reason: Reason, matter: &str, hint: Option<String>) -> Self {
        let status = if reason.stage() == Stage::Preparation { u8::MAX } else { 1 };
        let matter = format!("{}: {matter}", advice::lead(reason));
        let hint = hint.unwrap_or_else(|| advice::otherwise(reason).to_owned());
        Self { reason: Some(reason), matter, hint, status }
    }

    /// The rest of the route can be seen only from this host.
    pub(crate) fn ends_at(host: &str) -> Self {
        let matter =
            format!("a login to {host} would work; hosts beyond it can be checked only from there");
        let hint = format!("log in to {host}, and run sshc --diagnose there for the rest");
        Self::fails(Reason::BeyondJumpHost, &matter, Some(hint))
    }
}

/// Writes the report, one step at a time.
pub(crate) struct Report<W> {
    out: W,
    json: bool,
}

impl<W: Write> Report<W> {
    pub(crate) fn new(out: W, json: bool) -> Self {
        Self { out, json }
    }

    /// Writes a step, as soon as it is known.
    pub(crate) fn step(&mut self, step: &Step) -> std::io::Result<()> {
        let Step { name, at, took, reason, seen } = step;
        let line = if self.json {
            contract::json::line(&json!({
                "step": name,
                "elapsed_ms": milliseconds(*at),
                "took_ms": milliseconds(*took),
                "ok": reason.is_none(),
                "reason": reason.map(Reason::code),
                "message": seen,
            }))
        } else {
            let mark = if reason.is_some() { '!' } else { ' ' };
            format!("{:>8} {mark} {name:<11} {}\n", seconds(*took), shown(seen))
        };
        self.out.write_all(line.as_bytes())?;
        self.out.flush()
    }

    /// Writes the conclusion from all steps.
    pub(crate) fn verdict(&mut self, verdict: &Verdict, elapsed: Duration) -> std::io::Result<()> {
        let Verdict { reason, matter, hint, status } = verdict;
        let text = if self.json {
            contract::json::line(&json!({
                "verdict": matter,
                "hint": hint,
                "reason": reason.map(Reason::code),
                "status": status,
                "elapsed_ms": milliseconds(elapsed),
            }))
        } else {
            let code = reason.map(|reason| format!(" [{}]", reason.code())).unwrap_or_default();
            format!("verdict: {}{code}\nwhat to do: {}\n", shown(matter), escape::lines(hint))
        };
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str, took: u64) -> Step {
        let took = Duration::from_millis(took);
        Step { name, at: took, took, reason: None, seen: "\u{1b}[2Jx".to_owned() }
    }

    fn written(json: bool) -> String {
        let mut out = Vec::new();
        let mut report = Report::new(&mut out, json);
        report.step(&step("server", 12)).unwrap();
        let verdict = Verdict::fails(Reason::Refused, "no\u{202e}", None);
        report.verdict(&verdict, Duration::from_millis(1)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn nothing_of_the_servers_is_obeyed_by_a_terminal() {
        for json in [true, false] {
            let written = written(json);
            assert!(!written.contains(['\u{1b}', '\u{202e}']), "{written:?}");
        }
        assert_eq!(written(false).lines().next(), Some(r" 0.012 s   server      \u{1b}[2Jx"));
        let last: serde_json::Value =
            serde_json::from_str(written(true).lines().last().unwrap()).unwrap();
        assert_eq!((&last["reason"], &last["status"]), (&json!("refused"), &json!(1)));
    }

    #[test]
    fn a_slow_step_is_named_and_a_login_works_all_the_same() {
        let steps = [step("name", 5000), step("connection", 100)];
        let verdict = Verdict::works("ada", "SHA256:x", &steps);
        assert_eq!((verdict.status, verdict.reason), (0, Some(Reason::Slow)));
        assert!(verdict.matter.ends_with("the step `name` took 5.000 s"), "{}", verdict.matter);
        assert_eq!(Verdict::works("ada", "SHA256:x", &steps[1..]).reason, None);
    }

    #[test]
    fn what_could_not_be_found_out_has_a_status_of_its_own() {
        for (reason, status) in [
            (Reason::KeyUnusable, 255),
            (Reason::ProxyLogin, 255),
            (Reason::Refused, 1),
            (Reason::HostKeyUnknown, 1),
            (Reason::KeyNotWelcome, 1),
        ] {
            let verdict = Verdict::fails(reason, "x", None);
            assert_eq!(verdict.status, status, "{reason:?}");
            assert!(!verdict.hint.is_empty(), "{reason:?}");
        }
    }
}
