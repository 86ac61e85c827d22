//! The location of the workspace, and building it with cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::PROGRAMS;
use crate::step::{self, Failure, Outcome};

/// The profile for the programs that users get.
pub(crate) const RELEASE: &str = "release";

/// The folder of the workspace's `Cargo.toml`, as `cargo run` reports it. A path compiled in could
/// lead to another clone from which `target/` was copied.
pub(crate) fn root() -> PathBuf {
    let compiled = || env!("CARGO_MANIFEST_DIR").into();
    let xtask = env::var_os("CARGO_MANIFEST_DIR").map_or_else(compiled, PathBuf::from);
    xtask.parent().map_or_else(|| xtask.clone(), Path::to_owned)
}

/// The folder of cargo's output.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(elsewhere) => root().join(elsewhere),
        None => root().join("target"),
    }
}

/// The cargo that runs us, in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Builds one of the programs like a release, and returns its path.
pub(crate) fn release(tool: &str) -> Result<PathBuf, Failure> {
    let package = PROGRAMS.iter().find(|it| it.name == tool).map_or(tool, |it| it.package);
    build(&["--release", "--package", package, "--bin", tool])?;
    Ok(target().join("release").join(program(tool)))
}

/// `cargo build` with these arguments; quiet unless something is wrong.
pub(crate) fn build(arguments: &[&str]) -> Outcome {
    step::run(cargo().args(["build", "--quiet", "--locked"]).args(arguments))
}

/// Makes a `cargo build` build the programs that users get, all in one call so that they share
/// their dependencies.
pub(crate) fn select_programs(cargo: &mut Command) {
    for (at, program) in PROGRAMS.iter().enumerate() {
        if PROGRAMS.iter().position(|other| other.package == program.package) == Some(at) {
            cargo.args(["--package", program.package]);
        }
        cargo.args(["--bin", program.name]);
    }
}

/// The folder below the target's in which cargo puts the output of this profile.
pub(crate) fn profile_folder(profile: &str) -> &str {
    if profile == "dev" { "debug" } else { profile }
}

/// Compiler flags that keep build paths out of the programs, so that these do not depend on them.
pub(crate) fn no_paths() -> Vec<String> {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    [(root(), "/cluster-login"), (cargo, "/cargo")]
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .to_vec()
}

/// The file name of a program on this system.
pub(crate) fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
