//! Lets one run at a time rename a pair of files, so that both always belong to the same key.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::path::Path;

/// A folder in which other runs wait; dropping this lets the next one go on.
#[derive(Debug)]
pub(super) struct FolderLock {
    _held: Option<platform::Held>,
}

impl FolderLock {
    /// Waits for its turn. Some network drives have no locks; there the order of the renames must
    /// suffice.
    pub(super) fn take(folder: &Path) -> Self {
        Self { _held: platform::take(folder).ok() }
    }
}
