//! `cargo xtask golden`: rewrites everything that is generated from the clap definitions.
//!
//! These are the help texts, man pages, completions and option tables, and every text that a test
//! compares with a file under `tests/golden/`. The tests generate them; with `UPDATE_GOLDEN` they
//! write instead of comparing.

use crate::step::{self, Failure, Outcome};
use crate::workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(Failure::usage("usage: cargo xtask golden   (then look at `git diff`)"));
    }
    let mut cargo = workspace::cargo();
    cargo.env("UPDATE_GOLDEN", "1");
    cargo.args(["test", "--quiet", "--locked", "--package", "tests", "--test", "all", "golden"]);
    step::run(&mut cargo)
}
