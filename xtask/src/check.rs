//! `cargo xtask check --target TRIPLE`: type-checks the programs for a platform for which we cannot
//! link here.
//!
//! Linking for macOS needs Apple's SDK. Zig brings the headers, which are enough to compile the C
//! parts.

use crate::step::{self, Failure, Outcome};
use crate::toolchain::{self, Toolchain};
use crate::{peers, workspace, zig};

const TARGETS: [zig::Target; 2] = [
    zig::Target { rust: "aarch64-apple-darwin", zig: "aarch64-macos" },
    zig::Target { rust: "x86_64-apple-darwin", zig: "x86_64-macos" },
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let known = match arguments {
        [option, name] if option == "--target" => TARGETS.iter().find(|it| it.rust == name),
        _ => None,
    };
    let Some(target) = known else {
        let names = TARGETS.map(|target| target.rust).join("|");
        return Err(Failure::usage(format!("usage: cargo xtask check --target {names}")));
    };
    peers::install_packages(&toolchain::DEBIAN_PACKAGES)?;
    let mut cargo = Toolchain::find(target.rust)?.cargo(&["check", "--quiet", "--locked"]);
    target.equip(&mut cargo)?;
    // No other check would show a warning that is specific to this platform.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "-Dwarnings");
    cargo.env("CARGO_TARGET_DIR", workspace::target().join("check"));
    cargo.args(["--target", target.rust]);
    workspace::select_programs(&mut cargo);
    step::run(&mut cargo)
}
