//! What is forgotten when the system says that its user has left.

use super::{Store, forget_unlocked};

impl Store {
    /// Forgets what passphrases have unlocked, so that they are wanted again.
    pub(in super::super) fn forget_unlocked(&self) {
        forget_unlocked(&self.state().keys);
    }
}
