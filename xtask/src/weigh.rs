//! `cargo xtask weigh`: learns again which words are those of an announcement.
//!
//! The weights in `joblog-parse/src/recognize/wording/weights.tsv` come from the logs in
//! `tests/fixtures`; the training is a test of joblog-parse, because it sees what the program sees.

use crate::step::{self, Failure, Outcome};
use crate::workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(Failure::usage("usage: cargo xtask weigh   (then look at `git diff`)"));
    }
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--release", "--locked", "--package", "joblog-parse", "--lib"]);
    step::run(cargo.args(["--", "--ignored", "--exact", "recognize::wording::training::weigh"]))
}
