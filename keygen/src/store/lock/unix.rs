//! `flock` on the folder itself, which needs no lock file.

use std::fs::File;
use std::io;
use std::path::Path;

/// Closing it ends the lock.
pub(super) type Held = File;

pub(super) fn take(folder: &Path) -> io::Result<Held> {
    let folder = File::open(folder)?;
    folder.lock()?;
    Ok(folder)
}
