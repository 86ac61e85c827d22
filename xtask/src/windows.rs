//! `cargo xtask windows`: builds the programs for Windows on Linux, and runs them under Wine.
//!
//! This module builds them and prepares Wine; the tests are in `tests/windows.rs`.

pub(crate) mod wine;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::PROGRAMS;
use crate::step::{self, Failure, Outcome};
use crate::toolchain::{self, Toolchain};
use crate::workspace;

/// The target for which mingw links.
pub(crate) const TARGET: &str = "x86_64-pc-windows-gnu";

const LINKER: &str = "x86_64-w64-mingw32-gcc";

/// The C compiler, the linker and `windres`, which makes resources.
const LINKER_PACKAGES: [&str; 2] = ["g++-mingw-w64-x86-64", "gcc-mingw-w64-x86-64"];

/// Between `dev` and `release`: optimised enough for key derivations, without the minutes of fat
/// LTO (see the root `Cargo.toml`).
pub(crate) const PROFILE: &str = "windows";

/// The Debian packages of the compiler, the linker and Wine.
pub(crate) fn debian_packages() -> impl Iterator<Item = &'static str> {
    build_packages().chain(wine::DEBIAN_PACKAGES)
}

/// The Debian packages of the compiler and the linker.
pub(crate) fn build_packages() -> impl Iterator<Item = &'static str> {
    toolchain::DEBIAN_PACKAGES.into_iter().chain(LINKER_PACKAGES)
}

/// Builds the programs, prepares Wine and runs the tests. Arguments go to the test program;
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

/// Builds them with this profile, in a separate target folder, and returns the folder of the
/// programs.
pub(crate) fn build(profile: &str) -> Result<PathBuf, Failure> {
    if step::output(Command::new(LINKER).arg("-dumpmachine")).is_err() {
        let packages = LINKER_PACKAGES.join(" ");
        return Err(Failure::new(format!(
            "there is no linker for Windows\non Debian: apt-get install {packages}\nelsewhere: mingw-w64's gcc"
        )));
    }
    let mut cargo = Toolchain::for_profile(profile, TARGET)?.build()?;
    equip(&mut cargo, profile);
    cargo.args(["--target", TARGET]);
    workspace::select_programs(&mut cargo);
    step::run(&mut cargo)?;
    let programs = folder().join(TARGET).join(workspace::profile_folder(profile));
    match PROGRAMS.iter().find(|program| !is_program(&programs, program.name)) {
        Some(missing) => {
            Err(Failure::new(format!("no `{}.exe` in {}", missing.name, programs.display())))
        }
        None => Ok(programs),
    }
}

/// Makes this cargo compile for Windows with this profile, in a separate target folder.
pub(crate) fn equip(cargo: &mut Command, profile: &str) {
    cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", LINKER);
    let mut flags = workspace::no_paths();
    // GNU's linker would write the current time into every program.
    flags.push("-Clink-arg=-Wl,--no-insert-timestamp".to_owned());
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    cargo.env("CARGO_TARGET_DIR", folder());
    cargo.args(["--profile", profile]);
}

fn is_program(programs: &Path, name: &str) -> bool {
    programs.join(name).with_extension("exe").is_file()
}

/// Separate from the host's folder, because two compilers would make each other rebuild everything.
fn folder() -> PathBuf {
    workspace::target().join("windows")
}
