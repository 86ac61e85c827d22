//! `cargo xtask check --target TRIPLE`: type-checks the programs and their tests for a platform
//! other than this one.
//!
//! Linking for macOS needs Apple's SDK. Zig brings the headers, which are enough to compile the C
//! parts. For Windows, `cargo xtask windows` has compiled them already.

use std::process::Command;

use crate::step::{self, Failure, Outcome};
use crate::toolchain::{self, Toolchain};
use crate::{peers, windows, workspace, zig};

/// A target, and how to make cargo compile for it.
struct Platform {
    target: &'static str,
    equip: fn(&mut Command) -> Outcome,
}

const PLATFORMS: [Platform; 3] = [
    Platform { target: windows::TARGET, equip: for_windows },
    Platform { target: APPLE_SILICON.rust, equip: |cargo| for_macos(&APPLE_SILICON, cargo) },
    Platform { target: INTEL_MAC.rust, equip: |cargo| for_macos(&INTEL_MAC, cargo) },
];

const APPLE_SILICON: zig::Target =
    zig::Target { rust: "aarch64-apple-darwin", zig: "aarch64-macos" };
const INTEL_MAC: zig::Target = zig::Target { rust: "x86_64-apple-darwin", zig: "x86_64-macos" };

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let known = match arguments {
        [option, name] if option == "--target" => PLATFORMS.iter().find(|it| it.target == name),
        _ => None,
    };
    let Some(Platform { target, equip }) = known else {
        let names = PLATFORMS.map(|platform| platform.target).join("|");
        return Err(Failure::usage(format!("usage: cargo xtask check --target {names}")));
    };
    peers::install_packages(&toolchain::DEBIAN_PACKAGES)?;
    let mut cargo = Toolchain::find(target)?.cargo(&["check", "--quiet", "--locked"]);
    equip(&mut cargo)?;
    cargo.args(["--target", target]);
    workspace::select_programs(&mut cargo);
    step::run(cargo.args(["--package", "tests", "--tests"]))
}

/// With the profile, the flags and the folder of the programs that run under Wine, whose build has
/// compiled the C parts and the macros.
#[expect(clippy::unnecessary_wraps, reason = "as for the other platforms")]
fn for_windows(cargo: &mut Command) -> Outcome {
    windows::equip(cargo, windows::PROFILE);
    Ok(())
}

fn for_macos(target: &zig::Target, cargo: &mut Command) -> Outcome {
    // No other check would show a warning that is specific to this platform.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "-Dwarnings");
    cargo.env("CARGO_TARGET_DIR", workspace::target().join("check"));
    target.equip(cargo)
}
