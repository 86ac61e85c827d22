//! The check in `tests/fuzzing/public_line.rs`, on inputs found by coverage.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/public_line.rs"]
mod public_line;

fuzz_target!(|bytes: &[u8]| public_line::check(bytes));
