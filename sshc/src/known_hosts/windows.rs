//! Files that only their owner may read: in the user's profile that is what new files inherit.

use std::fs::{self, File};
use std::io;
use std::path::Path;

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
