//! Answers of HTTP and SOCKS proxies: bytes after the answer are not consumed, and messages contain
//! nothing unprintable.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sshc::fuzzing;

thread_local! {
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
}

fuzz_target!(|bytes: &[u8]| {
    let answers = RUNTIME.with(|runtime| {
        [
            runtime.block_on(fuzzing::http_proxy(bytes)),
            runtime.block_on(fuzzing::socks_proxy(bytes)),
        ]
    });
    for answer in answers {
        match answer {
            Ok(left) => assert!(left < bytes.len()),
            Err(said) => assert!(!said.contains(|it: char| it.is_control()), "{said:?}"),
        }
    }
});
