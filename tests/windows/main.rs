//! The programs as Windows users get them, run under Wine against the same peers as on Linux.
//!
//! `cargo xtask windows` builds them, starts Wine and runs this. Variables name the programs and
//! Wine's prefix.

mod agents;
mod clipboard;
mod console;
mod key_files;
mod keyagent;
mod login;
mod pipeline;
mod prompts;
mod putty;
mod sharing;
mod wine;

use harness::home::Home;

#[test]
fn each_of_the_six_starts_and_says_its_version() {
    let home = Home::new();
    for name in ["keygen", "keyagent", "pubkey-copy", "joblog-parse", "cidr", "sshc"] {
        let version = wine::tool(&home, name).arg("--version").run().quiet_success();
        assert_eq!(version, format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
    }
}
