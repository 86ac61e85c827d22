//! The check in `tests/fuzzing/rules.rs`, on inputs found by coverage.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/rules.rs"]
mod rules;

fuzz_target!(|bytes: &[u8]| rules::check(bytes));
