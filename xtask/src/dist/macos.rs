//! macOS: an archive. It must be built on a Mac, with GNU's `tar` and `date` first on the PATH.

use std::path::Path;

use super::options::Options;
use super::payload;
use super::product::Product;
use crate::step::{self, Outcome};
use crate::toolchain::Toolchain;
use crate::workspace;

/// Builds for this target and packs.
pub(super) fn make(target: &str, product: &Product, options: &Options, dist: &Path) -> Outcome {
    let built = match options.built_for(target) {
        Some(folder) => folder,
        None => {
            let mut cargo = Toolchain::Installed.build()?;
            cargo.env("CARGO_ENCODED_RUSTFLAGS", workspace::no_paths().join("\x1f"));
            let profile = options.profile(target);
            cargo.args(["--target", target, "--profile", profile]);
            workspace::select_programs(&mut cargo);
            step::run(&mut cargo)?;
            workspace::target().join(target).join(workspace::profile_folder(profile))
        }
    };
    let machine = target.split('-').next().unwrap_or(target);
    payload::archive(&format!("{machine}-macos"), &built, product, dist)
}
