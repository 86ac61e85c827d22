//! The checks of the fuzz targets in `tests/fuzz`, for a moment: on the inputs kept for them, and
//! on damaged ones.

use harness::fuzz::kept;
use harness::home::Home;

mod agent_answer;
mod key_file;
mod known_hosts;
mod platforms;
mod public_line;
mod rules;
mod shown;
mod ssh_config;

#[test]
fn fuzz_agent_answer() {
    kept("fuzz/agent_answer", agent_answer::check);
}

#[test]
fn fuzz_key_file() {
    kept("keys", key_file::check);
    kept("fuzz/key_file", key_file::check);
}

#[test]
fn fuzz_known_hosts() {
    kept("fuzz/known_hosts", known_hosts::check);
}

#[test]
fn fuzz_platforms() {
    kept("fuzz/platforms", platforms::check);
}

#[test]
fn fuzz_public_line() {
    kept("fuzz/public_line", public_line::check);
}

#[test]
fn fuzz_rules() {
    kept("fuzz/rules", rules::check);
}

#[test]
fn fuzz_shown() {
    kept("fuzz/shown", shown::check);
}

#[test]
fn fuzz_ssh_config() {
    let home = Home::new();
    for folder in ["ssh_config", "fuzz/ssh_config"] {
        kept(folder, |bytes| ssh_config::check(bytes, &home.path(".")));
    }
}
