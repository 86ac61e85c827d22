//! The packages, as users get them: unpacked, installed, run, upgraded and removed.
//!
//! `cargo xtask dist --check` makes the packages, starts Wine and runs this. Variables name the
//! folders: `once` and `again` hold the same packages, built twice; `next` holds signed installers
//! of a later version.

mod bytes;
mod crates;
mod debian;
mod github;
mod linux;
mod manifests;
mod msi;
mod powershell;
mod powershell_calls;
mod signatures;
mod source;
mod wine;
mod zip;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs, in the packages' order.
const PROGRAMS: &[&str] = &["cidr", "joblog-parse", "keyagent", "keygen", "pubkey-copy", "sshc"];

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A folder of packages.
fn dist(name: &str) -> PathBuf {
    PathBuf::from(from_xtask("DIST")).join(name)
}

/// A package of this version.
fn package(ending: &str) -> PathBuf {
    dist("once").join(format!("cluster-login-{VERSION}-{ending}"))
}

fn from_xtask(name: &str) -> String {
    env::var(name).expect("these tests are run by `cargo xtask dist --check`")
}

/// What the command writes to standard output; it must succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    let data = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{command:?}: {}\n{errors}{data}", output.status);
    data.into_owned()
}

/// A Python script, run where `cargo xtask dist --check` has installed what it imports.
fn python(script: &str, arguments: &[&Path]) -> String {
    output(Command::new(from_xtask("DIST_PYTHON")).args(["-c", script]).args(arguments))
}

/// Every file below a folder, by its path from there, in order.
fn files(folder: &Path) -> Vec<String> {
    let list = output(Command::new("find").current_dir(folder).args([".", "-type", "f"]));
    let mut files: Vec<_> =
        list.lines().map(|line| line.trim_start_matches("./").to_owned()).collect();
    files.sort();
    files
}

/// Checks that every link of the document beside others leads to one of them, or elsewhere.
fn assert_links(folder: &Path, name: &str) {
    let text = read(&folder.join(name));
    let links = text.split("](").skip(1).filter_map(|it| it.split([')', '#']).next());
    for link in links.filter(|it| !it.is_empty() && !it.contains("://")) {
        assert!(folder.join(link).is_file(), "{name} links to {link}, which is not packed");
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
