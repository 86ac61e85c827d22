//! On Windows: volume and file index.

use std::fs::File;
use std::io;
use std::path::Path;

use winapi_util::file::{Information, information};

/// What distinguishes a file from its replacement: its volume and file index. The creation time
/// would not do: a file that takes the name of one deleted moments ago also gets that one's
/// creation time.
pub(in crate::follow) type FileId = (u64, u64);

/// The identity of an open file.
pub(in crate::follow) fn identity(file: &File) -> io::Result<FileId> {
    information(file).map(|about| numbers(&about))
}

/// The identity of the file that has the name now.
pub(in crate::follow) fn identity_at(path: &Path) -> io::Result<FileId> {
    identity(&File::open(path)?)
}

/// Whether the file still has a name: then it was moved, not replaced or deleted.
pub(in crate::follow) fn has_name(file: &File) -> io::Result<bool> {
    Ok(information(file)?.number_of_links() > 0)
}

fn numbers(about: &Information) -> FileId {
    (about.volume_serial_number(), about.file_index())
}
