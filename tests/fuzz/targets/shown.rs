//! The check in `tests/fuzzing/shown.rs`, on inputs found by coverage.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/shown.rs"]
mod shown;

fuzz_target!(|bytes: &[u8]| shown::check(bytes));
