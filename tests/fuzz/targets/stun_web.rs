//! Answers of STUN servers and of web servers that are asked for our address.

#![no_main]

use cidr::my_address::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Its own transaction ID is where an answer has it: others are not read further.
    let id = bytes.get(8..20).and_then(|id| id.try_into().ok()).unwrap_or_default();
    let _ = fuzzing::stun_answer(bytes, id);
    match fuzzing::web_answer(bytes) {
        Ok(address) => assert_eq!(fuzzing::web_answer(address.to_string().as_bytes()), Ok(address)),
        Err(said) => assert!(!said.contains(|it: char| it.is_control()), "{said:?}"),
    }
});
