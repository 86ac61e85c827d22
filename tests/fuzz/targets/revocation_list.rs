//! Key revocation lists, and a host certificate that they may revoke.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sshc::fuzzing::is_revoked;
use sshc::known_hosts::RevocationList;

fuzz_target!(|bytes: &[u8]| {
    match RevocationList::parse(bytes) {
        Ok(list) => {
            let _ = is_revoked(&list);
        }
        Err(fault) => assert!(!fault.to_string().contains(|it: char| it.is_control()), "{fault}"),
    }
});
