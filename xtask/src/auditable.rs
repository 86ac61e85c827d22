//! `cargo auditable`, which puts the list of its crates into each program: scanners such as
//! `cargo audit bin` read it, and find programs with a vulnerable crate.

use std::path::PathBuf;

use crate::step::{self, Failure};
use crate::workspace;

/// Another version could produce other bytes.
const VERSION: &str = "0.7.7";

/// Installs it below `target/` if it is missing, and returns the folder for the PATH.
pub(crate) fn install() -> Result<PathBuf, Failure> {
    let root = workspace::target().join("cargo-auditable");
    let folder = root.join("bin");
    // Cargo itself does nothing if this version is there, but needs the network to say so.
    let list = root.join(".crates.toml");
    let listed = std::fs::read_to_string(list).unwrap_or_default();
    if !listed.contains(&format!("\"cargo-auditable {VERSION} ")) {
        let mut cargo = workspace::cargo();
        // It only starts other programs, so optimising it would take longer than it saves.
        cargo.args(["install", "--quiet", "--locked", "--debug", "--root"]).arg(&root);
        // The target and the flags are meant for our programs.
        for meant in ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"] {
            cargo.env_remove(meant);
        }
        step::run(cargo.arg(format!("cargo-auditable@{VERSION}")))?;
    }
    Ok(folder)
}
