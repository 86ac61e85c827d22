//! Creates files and directories: in the user's profile only their owner may read new ones.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Whether this is the null device, also under its Unix name, which configurations bring along: on
/// Windows that would name a file.
pub(super) fn is_null(path: &Path) -> bool {
    path.as_os_str().eq_ignore_ascii_case("NUL") || path == Path::new("/dev/null")
}

/// Creates a directory and its parents; an existing one stays as it is.
pub(super) fn create_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Opens a file to read and append, or creates it.
pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    File::options().read(true).append(true).create(true).open(path)
}

/// Opens a file to overwrite it, or creates it.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    File::create(path)
}
