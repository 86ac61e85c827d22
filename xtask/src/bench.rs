//! `cargo xtask bench TOOL`: our release binary and its peers, run alternately and compared.
//!
//! A benchmark is a module here with `pub(crate) fn run(arguments: &[String]) -> Outcome` and one
//! line in [`BENCHES`]. [`measure`] does the measuring and [`table`] the printing, for all of them.

mod agent;
mod cidr;
mod joblog;
mod keygen;
pub(crate) mod measure;
mod sshc;
mod startup;
pub(crate) mod table;

use std::fs;
use std::num::NonZero;
use std::process::Command;
use std::thread;

use crate::step::{self, Failure, Outcome};

struct Bench {
    name: &'static str,
    run: fn(&[String]) -> Outcome,
}

const BENCHES: &[Bench] = &[
    Bench { name: "agent", run: agent::run },
    Bench { name: "cidr", run: cidr::run },
    Bench { name: "joblog", run: joblog::run },
    Bench { name: "keygen", run: keygen::run },
    Bench { name: "share", run: sshc::share },
    Bench { name: "sshc", run: sshc::run },
    Bench { name: "startup", run: startup::run },
];

/// Runs the benchmark that the first argument names, after a line that describes the machine; the
/// benchmark gets the other arguments.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(Failure::usage(usage()));
    };
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        return Err(Failure::usage(format!("there is no benchmark `{name}`\n{}", usage())));
    };
    step::say(&machine()?)?;
    (bench.run)(rest)
}

fn usage() -> String {
    let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
    format!("usage: cargo xtask bench {}", names.join("|"))
}

/// The machine, its system and the date, without which figures mean nothing.
pub(crate) fn machine() -> Result<String, Failure> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let cpus = fs::read_to_string("/proc/cpuinfo")
        .map_err(|error| Failure::new(format!("cannot read `/proc/cpuinfo`: {error}")))?;
    let model = cpus.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": ")).map_or("a processor", |(_, it)| it);
    let system = step::output(Command::new("uname").arg("-sr"))?;
    let day = step::output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    Ok(format!("{model}, {cores} cores, {}, {}", system.trim(), day.trim()))
}
