//! `joblog-parse` on large logs against grep, ripgrep and cat, and how its time grows with the log.
//!
//! `cargo xtask bench joblog [MEGABYTES]` (2000 by default) prints the tables; with `--plot` it
//! also times logs of 1 MB to 4 GB and draws `docs/joblog-growth.svg`. The peers search for less:
//! one pattern, on one line.

mod growth;
mod logs;

use std::path::Path;
use std::process::Command;

use super::measure::{Contender, alternate};
use super::table;
use crate::step::{self, Failure, Outcome};
use crate::workspace;
use logs::Log;

const USAGE: &str = "usage: cargo xtask bench joblog [MEGABYTES] [--plot]";
const ROUNDS: usize = 5;
/// The time to start a program varies by fractions of a millisecond.
const SMALL_ROUNDS: usize = 200;
/// A login, a named user or an address: roughly what `joblog-parse` looks for, in one expression.
const PATTERN: &str = "[A-Za-z0-9_][A-Za-z0-9._+-]*@([0-9]{1,3}\\.){3}[0-9]{1,3}|([Uu]ser|[Ll]ogin)[^:=]*[:=] *[A-Za-z0-9_]+|([0-9]{1,3}\\.){3}[0-9]{1,3}";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (mut megabytes, mut plots) = (2_000, false);
    for argument in arguments {
        match (argument.as_str(), argument.parse()) {
            ("--plot", _) => plots = true,
            (_, Ok(number @ 1..)) => megabytes = number,
            _ => return Err(Failure::usage(USAGE)),
        }
    }
    let ours = workspace::release("joblog-parse")?;
    small(&ours)?;
    for log in Log::ALL {
        let path = log.write(megabytes)?;
        let title = format!("{}, {megabytes} MB; {ROUNDS} runs in turn", log.title());
        let costs = alternate(
            ROUNDS,
            &[
                contender("joblog-parse", &[], &ours, &path),
                contender("grep -aE", &["-acE", PATTERN], Path::new("grep"), &path),
                contender("rg", &["-acE", "none", PATTERN], Path::new("rg"), &path),
                contender("cat", &[], Path::new("cat"), &path),
            ],
        )?;
        logs::remove(&path)?;
        step::say(&table::render(&title, &costs))?;
    }
    if plots { growth::plot(&ours) } else { Ok(()) }
}

/// The cost of a log that fits into a page.
fn small(ours: &Path) -> Outcome {
    let path = logs::small()?;
    let costs = alternate(
        SMALL_ROUNDS,
        &[
            contender("joblog-parse", &[], ours, &path),
            contender("grep -aE", &["-acE", PATTERN], Path::new("grep"), &path),
            contender("cat", &[], Path::new("cat"), &path),
        ],
    )?;
    logs::remove(&path)?;
    step::say(&table::render(&format!("1 KB; {SMALL_ROUNDS} runs in turn"), &costs))
}

/// A program on a log. Finding nothing (status 1) is not a failure. Its output goes into a pipe,
/// because grep stops at the first match if its output is not read. `cat` writes too much for that.
fn contender<'a>(
    label: &str,
    options: &'a [&'a str],
    program: &'a Path,
    log: &'a Path,
) -> Contender<'a> {
    let script = match label {
        "cat" => "\"$@\"",
        _ => "found=$(\"$@\"); test $? -le 1",
    };
    Contender::new(label, move || {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).arg(program).args(options).arg(log);
        command.env("LC_ALL", "C.UTF-8");
        command
    })
}
