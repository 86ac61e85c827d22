//! Which Rust builds for another target: the developer's, or Debian's with the sources of its
//! library.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::step::{self, Failure};
use crate::workspace;

/// Debian's newer Rust with the sources of its library.
pub(crate) const DEBIAN_PACKAGES: [&str; 3] = ["cargo-web", "rust-web-src", "rustc-web"];

/// Where Debian keeps the library's sources; the package `rustc` of older releases has none.
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/std";

/// Variables set by rustup and by the cargo that runs us, which would lead to their compiler and
/// its libraries.
const OTHER_TOOLCHAINS: [&str; 9] = [
    "CARGO",
    "CARGO_ENCODED_RUSTFLAGS",
    "LD_LIBRARY_PATH",
    "RUSTC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
];

/// A matching compiler, cargo and standard library.
pub(crate) enum Toolchain {
    /// The compiler that runs us also has the target's library.
    Installed,
    /// `/usr/bin/cargo` builds the target's library from its sources.
    Debian,
}

impl Toolchain {
    /// The toolchain for this target, or what is missing for it.
    pub(crate) fn find(target: &str) -> Result<Self, Failure> {
        if has_library(target)? {
            return Ok(Self::Installed);
        }
        if Path::new("/usr/bin/cargo").exists() && Path::new(DEBIAN_LIBRARY).exists() {
            return Ok(Self::Debian);
        }
        Err(Failure::new(format!(
            "no Rust here builds for {target}\n\
             on Debian: apt-get install {}\nelsewhere: rustup target add {target}",
            DEBIAN_PACKAGES.join(" ")
        )))
    }

    /// This toolchain's cargo, in the workspace's root, without variables of another toolchain.
    pub(crate) fn cargo(&self) -> Command {
        match self {
            Self::Installed => workspace::cargo(),
            Self::Debian => debian_cargo(),
        }
    }
}

fn has_library(target: &str) -> Result<bool, Failure> {
    let mut rustc = Command::new("rustc");
    let library = step::output(rustc.args(["--print", "target-libdir", "--target", target]))?;
    Ok(Path::new(library.trim()).exists())
}

fn debian_cargo() -> Command {
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.current_dir(workspace::root());
    for name in OTHER_TOOLCHAINS {
        cargo.env_remove(name);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    cargo.env("PATH", [OsString::from("/usr/bin:"), path].into_iter().collect::<OsString>());
    cargo.env("RUSTC", "/usr/bin/rustc");
    // Only with this variable does a released compiler accept the flag that builds the library.
    cargo.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
    // Without unwinding and backtraces: a program that panics ends, and its symbols are stripped.
    cargo.arg("-Zbuild-std-features=");
    cargo
}
