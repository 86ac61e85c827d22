//! `cargo xtask …`: the developer's commands for this workspace. No dependencies, so that it starts
//! at once.
//!
//! A task is a module with `pub(crate) fn run(arguments: &[String]) -> Outcome` and one line in
//! [`TASKS`].

mod auditable;
mod bench;
mod check;
mod demo;
mod deny;
mod dist;
mod fuzz;
mod golden;
mod peers;
mod programs;
mod step;
mod test;
mod toolchain;
mod train;
mod windows;
mod workspace;
mod zig;

use std::env;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use step::{Failure, Outcome};

struct Task {
    name: &'static str,
    summary: &'static str,
    run: fn(&[String]) -> Outcome,
}

const TASKS: &[Task] = &[
    Task { name: "demo", summary: "run the main job on an embedded cluster", run: demo::run },
    Task { name: "test", summary: "run everything that CI checks", run: test::run },
    Task { name: "bench", summary: "benchmark our programs against their peers", run: bench::run },
    Task { name: "golden", summary: "regenerate help, man pages and tables", run: golden::run },
    Task { name: "fuzz", summary: "fuzz every reader of bytes from outside", run: fuzz::run },
    Task { name: "check", summary: "type-check for macOS or Windows", run: check::run },
    Task { name: "dist", summary: "build the packages that users install", run: dist::run },
    Task { name: "train", summary: "learn the weights of words in logs", run: train::run },
    Task { name: "windows", summary: "build for Windows and test under Wine", run: windows::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If standard error is closed, nothing can be reported.
            let _ = writeln!(io::stderr(), "xtask: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let (name, rest) = match arguments.split_first() {
        None => return Err(Failure::usage(usage())),
        Some((name, _)) if ["-h", "--help", "help"].contains(&name.as_str()) => {
            return step::say(&usage());
        }
        Some(split) => split,
    };
    match TASKS.iter().find(|task| task.name == name) {
        Some(task) => (task.run)(rest),
        None => Err(Failure::usage(format!("there is no task `{name}`\n{}", usage()))),
    }
}

fn usage() -> String {
    let mut text = String::from("usage: cargo xtask TASK [ARGUMENTS]\n");
    for Task { name, summary, .. } in TASKS {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {name:<8} {summary}");
    }
    text
}
