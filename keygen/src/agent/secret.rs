//! Secrets in memory that is not written to the swap file, and wiped when dropped.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::fmt;

use zeroize::Zeroizing;

/// Bytes that only this process is to see.
pub(super) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Keeps these bytes where they are. Where the system allows no more locked memory
    /// (`ulimit -l`), they are kept all the same.
    pub(super) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        platform::lock(&bytes);
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// From now on no other process of this user reads the memory of this one, and no crash writes it
/// to a file.
pub(super) fn seal_process() {
    platform::seal_process();
}
