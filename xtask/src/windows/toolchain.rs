//! Which Rust builds for Windows: an installed rustup target, else Debian's own compiler. Never
//! parts of both.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::TARGET;
use crate::step::{self, Failure};
use crate::workspace;

/// Debian's newer Rust with the sources of its library, and the linker.
pub(super) const DEBIAN_PACKAGES: [&str; 5] =
    ["cargo-web", "g++-mingw-w64-x86-64", "gcc-mingw-w64-x86-64", "rust-web-src", "rustc-web"];

pub(super) const LINKER: &str = "x86_64-w64-mingw32-gcc";

/// Where Debian keeps the library's sources; the package `rustc` of older releases has none there.
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/std";

/// What rustup and the cargo that runs us leave behind; it would lead to their compiler and its
/// libraries.
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

/// A compiler, its cargo and a standard library that belong together.
pub(super) enum Toolchain {
    /// The compiler that runs us also has the library for Windows.
    Installed,
    /// `/usr/bin/cargo` builds the library for Windows from its own sources.
    Debian,
}

impl Toolchain {
    pub(super) fn find() -> Result<Self, Failure> {
        let mut linker = Command::new(LINKER);
        let found = step::output(linker.arg("-dumpmachine"));
        if found.is_err() {
            return Err(nothing_found("there is no linker for Windows"));
        }
        if has_library(&mut Command::new("rustc"))? {
            return Ok(Self::Installed);
        }
        if Path::new("/usr/bin/cargo").exists() && Path::new(DEBIAN_LIBRARY).exists() {
            return Ok(Self::Debian);
        }
        Err(nothing_found("no Rust here builds for Windows"))
    }

    /// This toolchain's cargo, in the workspace's root, with nothing in its environment of another
    /// toolchain.
    pub(super) fn cargo(&self) -> Command {
        let mut cargo = match self {
            Self::Installed => workspace::cargo(),
            Self::Debian => debian_cargo(),
        };
        cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", LINKER);
        cargo
    }
}

fn has_library(rustc: &mut Command) -> Result<bool, Failure> {
    let library = step::output(rustc.args(["--print", "target-libdir", "--target", TARGET]))?;
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
    // A released compiler accepts the flag that builds the library only with this variable.
    cargo.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
    cargo
}

fn nothing_found(what: &str) -> Failure {
    Failure::new(format!(
        "{what}\non Debian: apt-get install {}\nelsewhere: rustup target add {TARGET}, and mingw-w64's gcc",
        DEBIAN_PACKAGES.join(" ")
    ))
}
