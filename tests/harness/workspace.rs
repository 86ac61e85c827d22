//! The workspace's root folder, and the files that developers edit.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace's `Cargo.toml`: the one above the package that cargo tests, or above
/// this program. A path compiled in would lead a moved or copied program to another clone.
#[must_use]
pub fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let starts = package.into_iter().chain(env::current_exe());
    let found = starts.into_iter().find_map(|start| workspace_above(&start));
    found.expect("the tests run with `cargo test`, or from a folder of the workspace")
}

fn workspace_above(path: &Path) -> Option<PathBuf> {
    let is_workspace = |folder: &&Path| {
        folder.join("Cargo.lock").is_file() && folder.join("tests/fixtures").is_dir()
    };
    path.ancestors().find(is_workspace).map(Path::to_owned)
}

/// A file or folder of the tests' fixtures.
#[must_use]
pub fn fixture(path: &str) -> PathBuf {
    root().join("tests/fixtures").join(path)
}

/// The text of a file, by its path from the root.
#[must_use]
pub fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// All files below a folder whose names have this ending, as paths from the root with `/`, sorted.
#[must_use]
pub fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let root = root();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let path = path.strip_prefix(&root).expect("it is below the root");
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort_unstable();
    found
}
