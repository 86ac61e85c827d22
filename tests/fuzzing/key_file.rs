//! Private key files of every format: the reader parses or refuses them, quickly, and never panics.

use keygen::{Passphrase, PrivateKeyFile, Protection};

pub(crate) fn check(bytes: &[u8]) {
    let Ok(file) = PrivateKeyFile::parse(bytes) else { return };
    let _ = (file.comment(), file.public_key());
    // A file may legitimately demand a slow key derivation.
    if file.protection() == Protection::None {
        let _ = file.unlock(None::<&Passphrase>);
    }
}
