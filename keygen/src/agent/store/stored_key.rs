//! One key in the agent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::super::clock;
use super::super::request::Terms;
use super::super::secret::Secret;
use super::super::signer::Signer;
use crate::date::seconds_since_1970;
use crate::public_key::PublicKeyLine;

/// A key with its terms.
#[derive(Debug)]
pub(in super::super) struct StoredKey {
    /// The public key or certificate.
    pub(in super::super) blob: Vec<u8>,
    pub(in super::super) comment: Vec<u8>,
    pub(in super::super) terms: Terms,
    /// When it expires ([`clock::now`]).
    pub(in super::super) expires: Option<Duration>,
    /// The validity of its certificate, in seconds since 1970.
    valid: Option<(u64, u64)>,
    locked_file: Option<Secret>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    signer: Option<Arc<Signer>>,
    used: Duration,
}

/// What we hold of a private key.
#[derive(Debug)]
pub(in super::super) enum Material {
    /// The key.
    Signer(Signer),
    /// Its file, still locked with its passphrase.
    LockedFile(Secret),
}

impl StoredKey {
    pub(super) fn new(
        blob: Vec<u8>,
        comment: Vec<u8>,
        terms: Terms,
        expires: Option<Duration>,
        material: Material,
    ) -> Self {
        let line = PublicKeyLine::from_blob(&blob, "").ok();
        let valid = line.as_ref().and_then(PublicKeyLine::certificate);
        let valid = valid.map(|it| (it.valid_after(), it.valid_before()));
        let (signer, locked_file) = match material {
            Material::Signer(signer) => (Some(Arc::new(signer)), None),
            Material::LockedFile(file) => (None, Some(file)),
        };
        let state = Mutex::new(State { signer, used: clock::now() });
        Self { blob, comment, terms, expires, valid, locked_file, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key for signing, unless its passphrase is needed first.
    pub(in super::super) fn signer(&self) -> Option<Arc<Signer>> {
        let mut state = self.state();
        state.used = clock::now();
        state.signer.clone()
    }

    /// Whether the next signature needs a passphrase.
    pub(in super::super) fn wants_passphrase(&self) -> bool {
        self.state().signer.is_none()
    }

    /// The file that waits for its passphrase.
    pub(in super::super) fn locked_file(&self) -> Option<&Secret> {
        self.locked_file.as_ref()
    }

    /// Keeps the key that the passphrase has unlocked.
    pub(in super::super) fn unlocked(&self, signer: Signer) -> Arc<Signer> {
        let signer = Arc::new(signer);
        // The person may have taken longer than a key may be idle.
        *self.state() = State { signer: Some(Arc::clone(&signer)), used: clock::now() };
        signer
    }

    /// Forgets the unlocked key; `false` if the key did not come from a locked file, so that it can
    /// only be removed completely.
    pub(super) fn forget_unlocked(&self) -> bool {
        if self.locked_file.is_some() {
            self.state().signer = None;
        }
        self.locked_file.is_some()
    }

    pub(super) fn has_run_out(&self, now: Duration) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }

    pub(super) fn is_idle(&self, now: Duration, limit: Duration) -> bool {
        now.saturating_sub(self.state().used) >= limit
    }

    /// Whether it is a certificate that has expired, for the key in this blob. It is not listed, so
    /// no program can remove it by itself.
    pub(super) fn is_expired_certificate_of(&self, blob: &[u8]) -> bool {
        if self.is_valid_now() {
            return false;
        }
        let [ours, theirs] = [&self.blob, blob].map(|blob| PublicKeyLine::from_blob(blob, "").ok());
        ours.zip(theirs).is_some_and(|(ours, theirs)| ours.is_same_key(&theirs))
    }

    /// Whether its certificate, if it has one, is still valid.
    pub(in super::super) fn is_valid_now(&self) -> bool {
        let now = seconds_since_1970(SystemTime::now());
        self.valid.is_none_or(|(_, before)| now < before)
    }
}
