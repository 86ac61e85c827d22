//! On Unix: device and inode.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What distinguishes a file from its replacement: its device and inode.
pub(in crate::follow) type FileId = (u64, u64);

/// The identity of an open file.
pub(in crate::follow) fn identity(file: &File) -> io::Result<FileId> {
    file.metadata().map(|about| numbers(&about))
}

/// The identity of the file that has the name now.
pub(in crate::follow) fn identity_at(path: &Path) -> io::Result<FileId> {
    std::fs::metadata(path).map(|about| numbers(&about))
}

/// Whether the file still has a name: then it was moved, not replaced or deleted.
pub(in crate::follow) fn has_name(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.nlink() > 0)
}

fn numbers(about: &Metadata) -> FileId {
    (about.dev(), about.ino())
}
