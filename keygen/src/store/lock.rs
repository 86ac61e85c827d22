//! One run after another gives a pair of files its names, so that both are always of one key.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::path::Path;

/// A folder in which other runs wait; dropped, the next one goes on.
#[derive(Debug)]
pub(super) struct FolderLock {
    _held: Option<platform::Held>,
}

impl FolderLock {
    /// Waits for its turn. Some network drives have no locks: there the order of the renames must
    /// do.
    pub(super) fn take(folder: &Path) -> Self {
        Self { _held: platform::take(folder).ok() }
    }
}
