//! Private key files of every format: the reader parses or refuses them, quickly, and never panics.

#![no_main]

use keygen::{Passphrase, PrivateKeyFile, Protection};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = PrivateKeyFile::parse(bytes) else { return };
    let _ = (file.comment(), file.public_key());
    // A file may legitimately demand a slow key derivation.
    if file.protection() == Protection::None {
        let _ = file.unlock(None::<&Passphrase>);
    }
});
