//! Where programs are: those under test, those of this crate, and installed ones.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The path of one of the programs under test.
#[must_use]
pub fn under_test(tool: &str) -> PathBuf {
    built(&format!("{tool}-under-test"))
}

/// The path of a program of this crate: beside the current one, or one folder up if the current one
/// is in `deps`.
pub(crate) fn built(name: &str) -> PathBuf {
    let us = env::current_exe().expect("a program knows where it is");
    let found =
        us.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|it| it.is_file());
    found.unwrap_or_else(|| {
        panic!("`{name}` is not built; run the tests with `cargo test -p tests`")
    })
}

/// The path of an installed program.
#[must_use]
pub fn installed(name: &str) -> PathBuf {
    let path = search_path(Path::new("/usr/local/bin"));
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|it| it.is_file());
    found.unwrap_or_else(|| panic!("`{name}` is not installed; `cargo xtask test` installs it"))
}

/// `first`, then the developer's `PATH`, then the folders in which Debian installs servers.
pub(crate) fn search_path(first: &Path) -> OsString {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![first.to_owned()];
    folders.extend(env::split_paths(&inherited));
    folders.extend(["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map(PathBuf::from));
    env::join_paths(folders).expect("a PATH's own parts can be joined again")
}
