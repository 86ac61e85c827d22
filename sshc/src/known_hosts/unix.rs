//! Creates files and directories that only their owner may read, by their mode.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Whether this is the null device.
pub(super) fn is_null(path: &Path) -> bool {
    path == Path::new("/dev/null")
}

/// Creates a directory and its parents for their owner only (0700); an existing one stays as it is.
pub(super) fn create_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file to read and append; a new one is for its owner only (0600).
pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    File::options().read(true).append(true).create(true).mode(0o600).open(path)
}

/// Opens a file to overwrite it; a new one is for its owner only (0600).
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}
