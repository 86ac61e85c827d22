//! Building from source: README's two commands in a fresh clone, in a Debian that has Rust and a C
//! compiler and nothing else of ours.
//!
//! `cargo xtask test` as a whole installs peers for minutes and runs longer than everything here;
//! its part that needs no peers is `--here`. The whole runs in a fresh clone in CI, and on GitHub
//! in a fresh Debian, where `cargo xtask dist --check --only-source` runs this after it
//! (`.github/workflows/ci.yml`).

use std::process::Command;

use harness::home::Home;
use harness::workspace;

use super::debian::Debian;
use super::output;

/// What README asks for: Rust and a C compiler. With git and certificates, sources are fetched.
const README_ASKS_FOR: &[&str] =
    &["ca-certificates", "cargo-web", "gcc", "git", "libc6-dev", "rustc-web"];

/// The parts of Rust that `--here` lints with: rustup brings them, Debian has them apart.
const LINTS: &[&str] = &["rust-web-clippy", "rustfmt-web"];

#[test]
fn readmes_two_commands_work_in_a_fresh_clone() {
    let home = Home::new();
    let debian = Debian::fresh(home.path("debian"), &[]);
    debian.install(README_ASKS_FOR);
    let clone = debian.path("/root/cluster-login");
    output(Command::new("git").args(["clone", "--quiet"]).arg(workspace::root()).arg(&clone));
    let command = |words: &str| {
        debian.run(&["sh", "-c", &format!("cd /root/cluster-login && exec cargo xtask {words}")])
    };
    let shown = command("demo");
    assert!(shown.contains("\n$ keygen --no-passphrase -o id.ppk\n"), "{shown}");
    assert!(
        shown.trim_end().ends_with("says: HTTP/1.1 200 OK: hello from the notebook"),
        "{shown}"
    );
    debian.install(LINTS);
    let checked = command("test --here");
    for check in ["formatting", "lints", "documentation", "unit tests", "the workspace's shape"] {
        assert!(checked.contains(&format!("== {check}\n")), "{checked}");
    }
    assert!(!checked.contains("FAILED"), "{checked}");
}
