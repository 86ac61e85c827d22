//! Which file a path leads to, on Windows.

use std::fs::Metadata;
use std::os::windows::fs::MetadataExt as _;

/// What tells a file from the one that took its place.
pub(super) type Identity = u64;

/// The time the file was made: the index of a file is not to be had without opening it.
pub(super) fn identity(about: &Metadata) -> Identity {
    about.creation_time()
}
