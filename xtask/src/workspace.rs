//! Where the workspace lies, and what cargo makes of it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{self, Failure, Outcome};

/// The five programs, in the order in which a user meets them.
pub(crate) const TOOLS: [&str; 5] = ["keygen", "pubkey-copy", "cidr", "joblog-parse", "sshc"];

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(elsewhere) => root().join(elsewhere),
        None => root().join("target"),
    }
}

/// The cargo that runs us, started in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Builds one of the five as users get it, and says where it is.
pub(crate) fn release(tool: &str) -> Result<PathBuf, Failure> {
    build(&["--release", "--package", tool, "--bin", tool])?;
    Ok(target().join("release").join(program(tool)))
}

/// `cargo build` with these arguments; quiet unless something is wrong.
pub(crate) fn build(arguments: &[&str]) -> Outcome {
    step::run(cargo().args(["build", "--quiet", "--locked"]).args(arguments))
}

/// The file name of a program on this system.
pub(crate) fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
