//! `cargo xtask check --target TRIPLE`: the programs are type-checked for a platform that cannot be
//! linked for here.
//!
//! macOS's library needs Apple's SDK to link with; its headers come with Zig, which is enough for
//! what is written in C.

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
    let mut cargo = Toolchain::find(target.rust)?.cargo();
    target.equip(&mut cargo)?;
    // A warning for this platform alone would be seen by nobody else.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "-Dwarnings");
    cargo.env("CARGO_TARGET_DIR", workspace::target().join("check"));
    cargo.args(["check", "--quiet", "--locked", "--target", target.rust]);
    workspace::select_programs(&mut cargo);
    step::run(&mut cargo)
}
