//! Which file a path leads to, on Windows.

use std::fs::File;
use std::io;
use std::path::Path;

use winapi_util::file::{Information, information};

/// What tells a file from the one that took its place: the volume and the index of the file on it.
/// The time it was made would not do: a file that takes the name of one deleted moments ago is
/// given that one's time, too.
pub(super) type Identity = (u64, u64);

/// That of an open file.
pub(super) fn identity(file: &File) -> io::Result<Identity> {
    information(file).map(|about| numbers(&about))
}

/// That of the file which has the name now.
pub(super) fn identity_at(path: &Path) -> io::Result<Identity> {
    identity(&File::open(path)?)
}

/// Whether the file still has a name: it was moved, and not replaced or deleted.
pub(super) fn has_name(file: &File) -> io::Result<bool> {
    Ok(information(file)?.number_of_links() > 0)
}

fn numbers(about: &Information) -> Identity {
    (about.volume_serial_number(), about.file_index())
}
