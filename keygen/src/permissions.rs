//! Who may read a key file: its mode on Unix, its access list on Windows. The two platform files
//! have the same functions.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;
#[cfg(windows)]
pub use windows::{AccessList, owner_of, user};
#[cfg(windows)]
pub(crate) use windows::{create_socket_file, is_elevated, owner_of_process};

use std::fs::File;
use std::io;
use std::path::Path;

/// Creates a new file that from the first moment only its owner can read.
pub(crate) fn create_owner_only(path: &Path) -> io::Result<File> {
    platform::create_owner_only(path)
}

/// Creates a new file that everyone can read and its owner can write.
pub(crate) fn create_public(path: &Path) -> io::Result<File> {
    platform::create_public(path)
}

/// Gives a new file the owner of the file that it will replace, if there is one. Otherwise a file
/// rewritten by root would be lost to its owner.
pub(crate) fn keep_owner(file: &File, replaced: &Path) -> io::Result<()> {
    platform::keep_owner(file, replaced)
}

/// Creates a folder for its owner only.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    platform::create_private_folder(path)
}

/// Who, besides the owner and the system, may read or write a file, in the system's words; `None`
/// if no one else may.
pub(crate) fn exposure(path: &Path) -> io::Result<Option<String>> {
    platform::exposure(path)
}

/// Removes all rights to a file except its owner's.
pub(crate) fn restrict_to_owner(path: &Path) -> io::Result<()> {
    platform::restrict_to_owner(path)
}
