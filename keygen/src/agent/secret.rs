//! Secrets in memory that is not swapped out, and is wiped on drop.

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

/// Bytes that only this process may see.
pub(super) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Keeps these bytes in place. If the system allows no more locked memory (`ulimit -l`), keeps
    /// them unlocked.
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

/// From now on no other process of this user can read our memory, and no crash writes it to a file.
pub(super) fn seal_process() {
    platform::seal_process();
}
