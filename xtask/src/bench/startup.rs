//! How long a program takes to print its version, and how large it is: the cost of every call in a
//! script.

use std::fs;
use std::process::Command;

use super::measure::{Contender, alternate};
use super::table;
use crate::programs::PROGRAMS;
use crate::step::{self, Failure, Outcome};
use crate::workspace;

const ROUNDS: usize = 200;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(Failure::usage("usage: cargo xtask bench startup"));
    }
    for tool in PROGRAMS.iter().map(|program| program.name) {
        let program = workspace::release(tool)?;
        let size = fs::metadata(&program)
            .map_err(|error| Failure::new(format!("cannot read `{}`: {error}", program.display())))?
            .len();
        let ours = Contender::new(format!("{tool} --version"), || {
            let mut command = Command::new(&program);
            command.arg("--version");
            command
        });
        let theirs = Contender::new("ssh -V", || {
            let mut command = Command::new("ssh");
            command.arg("-V");
            command
        });
        let costs = alternate(ROUNDS, &[ours, theirs])?;
        let title = format!("{tool}: {size} bytes stripped; {ROUNDS} runs in turn");
        step::say(&table::render(&title, &costs))?;
    }
    Ok(())
}
