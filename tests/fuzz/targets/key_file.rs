//! The check in `tests/fuzzing/key_file.rs`, on inputs found by coverage.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/key_file.rs"]
mod key_file;

fuzz_target!(|bytes: &[u8]| key_file::check(bytes));
