//! The check in `tests/fuzzing/agent_answer.rs`, on inputs found by coverage.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/agent_answer.rs"]
mod agent_answer;

fuzz_target!(|bytes: &[u8]| agent_answer::check(bytes));
