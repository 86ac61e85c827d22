//! `cargo xtask train`: learns again which words are those of an announcement and of a login.
//!
//! The weights in `joblog-parse/src/recognize/tagging/weights.tsv` and `wording/weights.tsv` come
//! from the logs in `tests/fixtures`; the trainings are tests of joblog-parse, because they see
//! what the program sees. `wording` also judges what `tagging` points to: it is learned after that.

use crate::step::{self, Failure, Outcome};
use crate::workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(Failure::usage("usage: cargo xtask train   (then look at `git diff`)"));
    }
    ["tagging", "wording"].iter().try_for_each(|module| {
        let mut cargo = workspace::cargo();
        cargo.args(["test", "--release", "--locked", "--package", "joblog-parse", "--lib", "--"]);
        cargo.args(["--ignored", "--exact"]);
        step::run(cargo.arg(format!("recognize::{module}::training::train")))
    })
}
