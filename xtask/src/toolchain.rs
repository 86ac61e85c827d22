//! Which Rust builds for another target: the developer's, or Debian's with the sources of its
//! library.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::step::{self, Failure};
use crate::{auditable, workspace};

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

/// Builds the standard library from its sources, without unwinding and backtraces: a program that
/// panics ends, and its symbols are stripped. Tests would need unwinding without the last flag.
const LIBRARY: [&str; 3] =
    ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=", "-Zpanic-abort-tests"];

/// A matching compiler, cargo and standard library.
pub(crate) enum Toolchain {
    /// The compiler that runs us also has the target's library.
    Installed,
    /// `/usr/bin/cargo` builds the target's library from its sources.
    Debian,
}

impl Toolchain {
    /// The toolchain that builds with this profile for this target, or what is missing for it.
    ///
    /// The programs that users get are built with Debian's wherever it is: a library built for
    /// them is smaller, and everyone with this Debian gets the same bytes.
    pub(crate) fn for_profile(profile: &str, target: &str) -> Result<Self, Failure> {
        if profile == workspace::RELEASE && has_debian() {
            return Ok(Self::Debian);
        }
        Self::find(target)
    }

    /// The toolchain for this target, or what is missing for it.
    pub(crate) fn find(target: &str) -> Result<Self, Failure> {
        if has_library(target)? {
            return Ok(Self::Installed);
        }
        if has_debian() {
            return Ok(Self::Debian);
        }
        Err(Failure::new(format!(
            "no Rust toolchain here builds for {target}\non Debian: apt-get install \
             {}\nelsewhere: rustup target add {target}",
            DEBIAN_PACKAGES.join(" ")
        )))
    }

    /// This toolchain's cargo with a subcommand, in the workspace's root, without variables of
    /// another toolchain.
    pub(crate) fn cargo(&self, subcommand: &[&str]) -> Command {
        let (mut cargo, library) = match self {
            Self::Installed => (workspace::cargo(), &[][..]),
            Self::Debian => (debian_cargo(), &LIBRARY[..]),
        };
        cargo.args(subcommand).args(library);
        cargo
    }

    /// A cargo that builds programs for users, with the list of their crates in each.
    pub(crate) fn build(&self) -> Result<Command, Failure> {
        let folder = auditable::install()?;
        let mut cargo = self.cargo(&["auditable", "build", "--locked"]);
        let path = cargo.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path);
        let path = path.map_or_else(|| env::var_os("PATH").unwrap_or_default(), OsString::from);
        let folders = [folder].into_iter().chain(env::split_paths(&path));
        let path = env::join_paths(folders).map_err(|error| Failure::new(error.to_string()))?;
        cargo.env("PATH", path);
        Ok(cargo)
    }
}

fn has_debian() -> bool {
    Path::new("/usr/bin/cargo").exists() && Path::new(DEBIAN_LIBRARY).exists()
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
    // Only with this variable does a released compiler accept the flags of `LIBRARY`.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    cargo
}
