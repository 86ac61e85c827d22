//! The check in `tests/fuzzing/known_hosts.rs`, on inputs found by coverage.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/known_hosts.rs"]
mod known_hosts;

fuzz_target!(|bytes: &[u8]| known_hosts::check(bytes));
