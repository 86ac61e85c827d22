//! Messages to `keyagent`, with the keys and restrictions in them.

#![no_main]

use keygen::agent::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzzing::read_request(bytes));
