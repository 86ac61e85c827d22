//! Answers of STUN servers and web servers to the question for our address.

#![no_main]

use cidr::my_address::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Takes the transaction ID from the message, because answers with another ID are rejected
    // early.
    let id = bytes.get(8..20).and_then(|id| id.try_into().ok()).unwrap_or_default();
    let _ = fuzzing::stun_answer(bytes, id);
    match fuzzing::web_answer(bytes) {
        Ok(address) => assert_eq!(fuzzing::web_answer(address.to_string().as_bytes()), Ok(address)),
        Err(said) => assert!(!said.contains(|it: char| it.is_control()), "{said:?}"),
    }
});
