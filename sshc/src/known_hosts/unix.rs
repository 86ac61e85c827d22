//! Files that only their owner may read, by mode.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Whether this is the device that keeps nothing.
pub(super) fn is_null(path: &Path) -> bool {
    path == Path::new("/dev/null")
}

/// Creates a directory for its owner only (0700), with those above it; one that is there stays as
/// it is.
pub(super) fn create_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file for reading and appending; a new one is for its owner only (0600).
pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    File::options().read(true).append(true).create(true).mode(0o600).open(path)
}

/// Opens a file to be written anew; a new one is for its owner only (0600).
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}
