//! `cargo xtask test`: runs all checks; `.ci/run` does exactly this. `--here` leaves out the checks
//! that need other programs, root or Linux.

use std::time::Instant;

use crate::step::{self, Failure, Outcome};
use crate::{check, deny, dist, peers, windows, workspace};

struct Check {
    title: &'static str,
    run: fn() -> Outcome,
}

/// In the order in which an author wants to learn of mistakes.
const CHECKS: &[Check] = &[
    Check { title: "formatting", run: formatting },
    Check { title: "lints", run: lints },
    Check { title: "dependencies", run: deny::run },
    Check { title: "documentation", run: documentation },
    Check { title: "tests", run: tests },
    Check { title: "Windows", run: || windows::run(&[]) },
    Check { title: "packages", run: packages },
    Check { title: "types for Windows", run: || types(windows::TARGET) },
    Check { title: "types for macOS", run: || types("aarch64-apple-darwin") },
];

/// The checks that need no peer, no root and no Linux.
const HERE: &[Check] = &[
    Check { title: "formatting", run: formatting },
    Check { title: "lints", run: lints },
    Check { title: "documentation", run: documentation },
    Check { title: "unit tests", run: unit_tests },
    Check { title: "the workspace's shape", run: shape },
];

const USAGE: &str =
    "usage: cargo xtask test [--here]   (one test: cargo test -p tests --test all NAME)";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    match arguments {
        [] => {
            peers::install()?;
            run_all(CHECKS)
        }
        [only] if only == "--here" => run_all(HERE),
        _ => Err(Failure::usage(USAGE)),
    }
}

fn run_all(checks: &[Check]) -> Outcome {
    let mut failed = Vec::new();
    for Check { title, run } in checks {
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
    // Not among all targets, because `cargo test` does not run it.
    let packages = ["--test", "dist"];
    step::run(workspace::cargo().args(arguments).args(packages).args(["--", "-D", "warnings"]))
}

fn documentation() -> Outcome {
    let mut cargo = workspace::cargo();
    cargo.args(["doc", "--quiet", "--locked", "--workspace", "--no-deps"]);
    step::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Packages for every system; the programs for Windows have been built by the previous check. The
/// build from source repeats these checks in a fresh Debian, and is left to `dist --check`.
fn packages() -> Outcome {
    dist::run(&["--check", "--without-source"].map(str::to_owned))
}

/// Checks the types of the tests and of code for macOS, which no other check compiles.
fn types(target: &str) -> Outcome {
    check::run(&["--target", target].map(str::to_owned))
}

/// Runs every test, even after one that fails.
fn tests() -> Outcome {
    step::run(workspace::cargo().args(["test", "--locked", "--workspace", "--no-fail-fast"]))
}

/// Unit tests that start another program are in modules of the skipped name. The whole workspace is
/// selected, so that the next check builds nothing again with other features.
fn unit_tests() -> Outcome {
    let arguments = ["test", "--locked", "--workspace", "--lib", "--bins", "--no-fail-fast"];
    step::run(workspace::cargo().args(arguments).args(["--", "--skip", "::needs_peers::"]))
}

/// The tests of sources, documentation and definitions, which start no program.
fn shape() -> Outcome {
    let arguments = ["test", "--locked", "--package", "tests", "--test", "all", "--"];
    let modules = ["architecture::", "docs::", "golden::"];
    step::run(workspace::cargo().args(arguments).args(modules))
}
