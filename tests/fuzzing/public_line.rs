//! Public keys: lines of `authorized_keys`, certificates, RFC 4716. A printed key parses to the
//! same key.

use keygen::{PublicKeyLine, split_options};

pub(crate) fn check(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = split_options(text).count();
    }
    if let Ok(key) = PublicKeyLine::parse_file(bytes) {
        let again: PublicKeyLine = key.to_string().parse().expect("what is printed is read");
        assert!(again.is_same_key(&key));
    }
}
