//! Which file a path leads to, on Unix.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What tells a file from the one that took its place: the device and the number of the file on it.
pub(super) type Identity = (u64, u64);

/// That of an open file.
pub(super) fn identity(file: &File) -> io::Result<Identity> {
    file.metadata().map(|about| numbers(&about))
}

/// That of the file which has the name now.
pub(super) fn identity_at(path: &Path) -> io::Result<Identity> {
    std::fs::metadata(path).map(|about| numbers(&about))
}

/// Whether the file still has a name: it was moved, and not replaced or deleted.
pub(super) fn has_name(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.nlink() > 0)
}

fn numbers(about: &Metadata) -> Identity {
    (about.dev(), about.ino())
}
