//! `--diagnose`: every way in which a login can fail, found without logging in.

use std::path::Path;

use harness::home::Home;
use harness::invocation::{Finished, Invocation};
use serde_json::Value;

use super::{Site, key_pair, public_line};

mod accounts;
mod host_keys;
mod keys;
mod network;
mod report;
mod servers;
mod sessions;

/// The output of a diagnosis.
#[derive(Debug)]
struct Diagnosis {
    /// Each step's word, and its reason.
    steps: Vec<(String, Option<String>)>,
    /// The last line.
    end: Value,
    code: i32,
}

impl Diagnosis {
    fn text(&self, field: &str) -> &str {
        let text = self.end.get(field).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no {field}: {self:#?}"))
    }

    /// Checks the status, the reason, and words of the verdict and of the hint.
    #[track_caller]
    fn must_be(&self, code: i32, reason: &str, verdict: &str, hint: &str) {
        assert_eq!((self.code, self.text("reason")), (code, reason), "{self:#?}");
        let status = self.end.get("status").and_then(Value::as_i64);
        assert_eq!(status, Some(code.into()), "{self:#?}");
        assert!(self.text("verdict").contains(verdict), "{self:#?}");
        assert!(self.text("hint").contains(hint), "{self:#?}");
    }
}

/// Runs `sshc --diagnose --json`, which must print nothing on standard error.
#[track_caller]
fn diagnose(sshc: Invocation) -> Diagnosis {
    read(&sshc.args(["--diagnose", "--json"]).run())
}

#[track_caller]
fn read(ran: &Finished) -> Diagnosis {
    let lines = ran.stdout().lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let mut lines: Vec<Value> = lines.collect();
    assert_eq!(ran.stderr(), "", "{lines:#?}");
    let end = lines.pop().expect("there is a verdict");
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let step = |line: &Value| (word(&line["step"]).expect("a step"), word(&line["reason"]));
    let mut at = 0;
    for line in &lines {
        let elapsed = line["elapsed_ms"].as_u64().expect("a time");
        assert!(elapsed >= at && line["took_ms"].as_u64().is_some(), "{line}");
        assert_eq!(line["ok"].as_bool(), Some(line["reason"].is_null()), "{line}");
        at = elapsed;
    }
    Diagnosis { steps: lines.iter().map(step).collect(), end, code: ran.code() }
}

/// An ordinary run that cannot ask must end for the same reason, with the same hint.
#[track_caller]
fn ordinary_run_agrees(home: &Home, sshc: Invocation, found: &Diagnosis) {
    home.write("ordinary", "");
    let ran = sshc.args(["--batch", "--log-json", "ordinary"]).run();
    let log = home.read_text("ordinary");
    let end: Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
    let reasons = (end.get("reason"), found.end.get("reason"));
    assert_eq!((reasons.0, ran.code()), (reasons.1, 255), "{found:#?}\n{log}");
    let hint = format!("sshc: hint: {}\n", found.text("hint"));
    assert!(ran.stderr().ends_with(&hint), "{hint}{}", ran.stderr());
}

/// Everything in a home, for comparison.
fn contents(home: &Home) -> Vec<(String, Vec<u8>)> {
    fn collect(folder: &Path, into: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).expect("it is a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, into);
            } else {
                let bytes = std::fs::read(&path).unwrap_or_default();
                into.push((path.display().to_string(), bytes));
            }
        }
    }
    let mut all = Vec::new();
    for name in home.names() {
        if home.path(&name).is_dir() {
            collect(&home.path(&name), &mut all);
        } else {
            all.push((name.clone(), home.read(&name)));
        }
    }
    all.sort();
    all
}
