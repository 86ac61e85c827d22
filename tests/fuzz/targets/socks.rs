//! SOCKS requests, as programs send them to `-D`.

#![no_main]

use libfuzzer_sys::fuzz_target;

thread_local! {
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
}

fuzz_target!(|bytes: &[u8]| {
    let asked = RUNTIME.with(|runtime| runtime.block_on(sshc::fuzzing::socks_client(bytes)));
    if let Ok((host, _)) = asked {
        assert!(host.len() <= 255);
    }
});
