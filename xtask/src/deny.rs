//! What the dependencies may be: their licences, their sources, and crates that are not wanted (`deny.toml`).

use std::path::PathBuf;
use std::process::Command;

use crate::step::{self, Outcome};
use crate::workspace;

const VERSION: &str = "0.20.2";

/// Runs cargo-deny, which is installed below `target/` first. Advisories need a database from the network; they are
/// looked at by `.github/workflows/audit.yml`.
pub(crate) fn check() -> Outcome {
    let program = install()?;
    let mut deny = Command::new(program);
    deny.current_dir(workspace::root());
    deny.args(["--locked", "--all-features", "check", "bans", "licenses", "sources"]);
    step::run(&mut deny)
}

fn install() -> Result<PathBuf, step::Failure> {
    let folder = workspace::target().join("tools");
    let program = folder.join("bin").join(workspace::program("cargo-deny"));
    let has_version = step::output(Command::new(&program).arg("--version"))
        .is_ok_and(|version| version.trim().ends_with(VERSION));
    if !has_version {
        let mut cargo = workspace::cargo();
        // Built without optimisation it takes a third of the time, and is fast enough.
        cargo.args(["install", "--quiet", "--locked", "--debug", "--force", "cargo-deny"]);
        step::run(cargo.args(["--version", VERSION, "--root"]).arg(&folder))?;
    }
    Ok(program)
}
