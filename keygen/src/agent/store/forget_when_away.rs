//! Forgets secrets when the system says that the user has left.

use super::{Store, forget_unlocked};

impl Store {
    /// Forgets keys that passphrases have unlocked, so that the next use needs the passphrase
    /// again.
    pub(in super::super) fn forget_unlocked(&self) {
        forget_unlocked(&self.state().keys);
    }
}
