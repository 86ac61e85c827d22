//! Which file a path leads to, on Unix.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

/// What tells a file from the one that took its place.
pub(super) type Identity = (u64, u64);

/// The device and the number of the file on it.
pub(super) fn identity(about: &Metadata) -> Identity {
    (about.dev(), about.ino())
}
