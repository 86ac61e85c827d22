//! `cargo xtask test`: everything that must be true, in one command; `.ci/run` is exactly this.

use std::time::Instant;

use crate::step::{self, Failure, Outcome};
use crate::{peers, windows, workspace};

struct Check {
    title: &'static str,
    run: fn() -> Outcome,
}

/// In the order in which an author wants to hear of a mistake.
const CHECKS: &[Check] = &[
    Check { title: "formatting", run: formatting },
    Check { title: "lints", run: lints },
    Check { title: "documentation", run: documentation },
    Check { title: "tests", run: tests },
    Check { title: "Windows", run: || windows::run(&[]) },
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(Failure::usage(
            "usage: cargo xtask test   (one test: cargo test -p tests NAME)",
        ));
    }
    peers::install()?;
    let mut failed = Vec::new();
    for Check { title, run } in CHECKS {
        step::say(&format!("== {title}"))?;
        let start = Instant::now();
        if let Err(failure) = run() {
            step::say(&format!("== {title} FAILED: {failure}"))?;
            failed.push(*title);
        }
        step::say(&format!("== {title}: {} s", start.elapsed().as_secs()))?;
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("failed: {}", failed.join(", "))))
}

fn formatting() -> Outcome {
    step::run(workspace::cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Outcome {
    let arguments = ["clippy", "--quiet", "--locked", "--workspace", "--all-targets"];
    step::run(workspace::cargo().args(arguments).args(["--", "-D", "warnings"]))
}

fn documentation() -> Outcome {
    let mut cargo = workspace::cargo();
    cargo.args(["doc", "--quiet", "--locked", "--workspace", "--no-deps"]);
    step::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Every test runs, also behind one that fails.
fn tests() -> Outcome {
    step::run(workspace::cargo().args(["test", "--locked", "--workspace", "--no-fail-fast"]))
}
