//! `cargo xtask fuzz [NAME] [--seconds N]`: damaged input for every reader, longer than CI has time
//! for.
//!
//! The fuzz targets are the tests whose names begin with `fuzz_`; `harness::fuzz` damages the
//! seeds.

use crate::step::{self, Failure, Outcome};
use crate::workspace;

const USAGE: &str = "usage: cargo xtask fuzz [NAME] [--seconds N]   (60 seconds for each target)";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (mut name, mut seconds) = ("", 60_u64);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            let value = rest.next().and_then(|value| value.parse().ok());
            seconds = value.ok_or_else(|| Failure::usage(USAGE))?;
        } else if argument.starts_with('-') || !name.is_empty() {
            return Err(Failure::usage(USAGE));
        } else {
            name = argument;
        }
    }
    let mut cargo = workspace::cargo();
    cargo.env("FUZZ_SECONDS", seconds.to_string());
    cargo.args(["test", "--workspace", "--locked", "--"]).arg(format!("fuzz_{name}"));
    step::run(&mut cargo)
}
