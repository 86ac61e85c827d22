//! Files that only their owner may read: in the user's profile that is what new files inherit.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Whether this is the device that keeps nothing, also by the name that configurations bring along
/// from Unix: here that would be a file.
pub(super) fn is_null(path: &Path) -> bool {
    path.as_os_str().eq_ignore_ascii_case("NUL") || path == Path::new("/dev/null")
}

/// Creates a directory with those above it; one that is there stays as it is.
pub(super) fn create_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Opens a file for reading and appending, or creates it.
pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    File::options().read(true).append(true).create(true).open(path)
}

/// Opens a file to be written anew.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    File::create(path)
}
