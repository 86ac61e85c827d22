//! `cargo xtask windows`: the five programs for Windows, built from Linux and run under Wine.
//!
//! Here is how they are built and what Wine needs to start them; what is asked of them is in
//! `tests/windows.rs`.

mod toolchain;
mod wine;

use std::path::{Path, PathBuf};

use crate::step::{self, Failure, Outcome};
use crate::workspace;
use toolchain::Toolchain;

/// The target that mingw links for.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// Between `dev` and `release`: optimised enough for the key derivations, without the minutes of
/// fat LTO (the root `Cargo.toml` says more).
const PROFILE: &str = "windows";

/// What Debian calls the compiler, the linker and Wine.
pub(crate) fn debian_packages() -> impl Iterator<Item = &'static str> {
    toolchain::DEBIAN_PACKAGES.into_iter().chain(wine::DEBIAN_PACKAGES)
}

/// Builds the five, makes Wine ready and runs the checks; arguments go to the test program,
/// `--build` stops before Wine.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let programs = build(PROFILE)?;
    if arguments == ["--build"] {
        return step::say(&programs.display().to_string());
    }
    let prefix = wine::prefix(&folder())?;
    let _session = wine::Session::start(&prefix)?;
    let mut checks = workspace::cargo();
    checks.args(["test", "--locked", "--package", "tests", "--test", "windows", "--"]);
    checks.args(arguments).env("WINDOWS_PROGRAMS", &programs).env("WINEPREFIX", &prefix);
    step::run(&mut checks)
}

/// Builds the five with this profile, in a target folder of their own, and says where they are.
fn build(profile: &str) -> Result<PathBuf, Failure> {
    let mut cargo = Toolchain::find()?.cargo();
    cargo.args(["build", "--locked", "--target", TARGET, "--profile", profile]);
    for tool in workspace::TOOLS {
        cargo.args(["--package", tool]);
    }
    step::run(cargo.env("CARGO_TARGET_DIR", folder()))?;
    let programs = folder().join(TARGET).join(profile);
    match workspace::TOOLS.iter().find(|tool| !is_program(&programs, tool)) {
        Some(missing) => Err(Failure::new(format!("no `{missing}.exe` in {}", programs.display()))),
        None => Ok(programs),
    }
}

fn is_program(programs: &Path, tool: &str) -> bool {
    programs.join(tool).with_extension("exe").is_file()
}

/// Apart from the host's: another compiler fills it, and neither should make the other start over.
fn folder() -> PathBuf {
    workspace::target().join("windows")
}
