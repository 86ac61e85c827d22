//! Private key files of every format: a reader that refuses or understands, quickly, and never a
//! panic.

#![no_main]

use keygen::{Passphrase, PrivateKeyFile, Protection};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = PrivateKeyFile::parse(bytes) else { return };
    let _ = (file.comment(), file.public_key());
    // Deriving a key may be meant to take long.
    if file.protection() == Protection::None {
        let _ = file.unlock(None::<&Passphrase>);
    }
});
