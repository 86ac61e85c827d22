//! The check in `tests/fuzzing/platforms.rs`, on inputs found by coverage.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/platforms.rs"]
mod platforms;

fuzz_target!(|bytes: &[u8]| platforms::check(bytes));
