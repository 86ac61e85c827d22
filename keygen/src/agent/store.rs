//! The keys in our agent, and the lock on all of them.

mod agent_lock;
mod forget_when_away;
mod stored_key;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_lock::AgentLock;
pub(super) use stored_key::{Material, StoredKey};

use super::clock;
use super::message::Entry;
use super::request::Terms;
use super::session_bind::Session;

/// The most that OpenSSH's client lists.
const LIMIT: usize = 2048;

/// The agent's default limits, for keys that have none of their own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Defaults {
    /// Forget keys after this time.
    pub(super) lifetime: Option<Duration>,
    /// Forget keys that have not been used for a signature for this long.
    pub(super) idle: Option<Duration>,
}

/// Keys, in the order in which they were added.
#[derive(Debug)]
pub(super) struct Store {
    defaults: Defaults,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    keys: Vec<Arc<StoredKey>>,
    lock: AgentLock,
    slept: Duration,
}

impl Store {
    pub(super) fn new(defaults: Defaults) -> Self {
        let state = State { slept: clock::slept(), ..State::default() };
        Self { defaults, state: Mutex::new(state) }
    }

    /// The current state, after removing what has expired.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state_at(clock::now(), clock::slept())
    }

    /// The same for these readings of the clocks.
    fn state_at(&self, now: Duration, slept: Duration) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.keys.retain(|key| !key.has_run_out(now));
        if let Some(idle) = self.defaults.idle {
            state.keys.retain(|key| !key.is_idle(now, idle) || key.forget_unlocked());
        }
        // The two clocks are not read at the same moment.
        if slept > state.slept + Duration::from_secs(2) {
            forget_unlocked(&state.keys);
        }
        state.slept = slept;
        state
    }

    /// Removes expired keys; called regularly, so that it does not depend on requests.
    pub(super) fn sweep(&self) {
        drop(self.state());
    }

    /// The keys that a client may see.
    pub(super) fn list(&self, session: &Session) -> Vec<Entry> {
        let state = self.state();
        let keys = state.keys.iter().filter(|_| !state.lock.is_locked());
        keys.filter(|key| key.is_valid_now() && session.may_see(&key.terms.restrictions))
            .map(|key| Entry { blob: key.blob.clone(), comment: key.comment.clone() })
            .collect()
    }

    /// All keys, for the agent's owner; none while it is locked.
    pub(super) fn all(&self) -> Vec<Arc<StoredKey>> {
        let state = self.state();
        if state.lock.is_locked() { Vec::new() } else { state.keys.clone() }
    }

    /// The key with this blob, unless the agent is locked.
    pub(super) fn find(&self, blob: &[u8]) -> Option<Arc<StoredKey>> {
        let state = self.state();
        let mut keys = state.keys.iter().filter(|_| !state.lock.is_locked());
        keys.find(|key| key.blob == blob && key.is_valid_now()).cloned()
    }

    /// Whether the key is still there and usable; checked again after a question.
    pub(super) fn still_holds(&self, key: &Arc<StoredKey>) -> bool {
        let state = self.state();
        !state.lock.is_locked() && state.keys.iter().any(|held| Arc::ptr_eq(held, key))
    }

    /// Adds a key. Adding the same key again replaces its comment and terms, and keeps its
    /// position. Certificates of the key that have expired are removed.
    pub(super) fn add(
        &self,
        blob: Vec<u8>,
        comment: Vec<u8>,
        terms: Terms,
        material: Material,
    ) -> bool {
        let mut state = self.state();
        if state.lock.is_locked() {
            return false;
        }
        let own = terms.lifetime.map(|seconds| Duration::from_secs(seconds.into()));
        let expires = own.or(self.defaults.lifetime).map(|lifetime| clock::now() + lifetime);
        let held = Arc::new(StoredKey::new(blob, comment, terms, expires, material));
        state
            .keys
            .retain(|key| key.blob == held.blob || !key.is_expired_certificate_of(&held.blob));
        let has_room = state.keys.len() < LIMIT;
        match state.keys.iter_mut().find(|key| key.blob == held.blob) {
            Some(known) => *known = held,
            None if has_room => state.keys.push(held),
            None => return false,
        }
        true
    }

    /// Removes the key with this blob, and the key's certificates that have expired.
    pub(super) fn remove(&self, blob: &[u8]) -> bool {
        let mut state = self.state();
        let before = state.keys.len();
        if !state.lock.is_locked() {
            state.keys.retain(|key| key.blob != blob && !key.is_expired_certificate_of(blob));
        }
        state.keys.len() < before
    }

    /// Forgets all keys.
    pub(super) fn remove_all(&self) -> bool {
        let mut state = self.state();
        if state.lock.is_locked() {
            return false;
        }
        state.keys.clear();
        true
    }

    pub(super) fn is_locked(&self) -> bool {
        self.state().lock.is_locked()
    }

    /// Hides all keys until `unlock` gets the same passphrase.
    pub(super) fn lock(&self, passphrase: &[u8]) -> bool {
        let Some(closed) = AgentLock::closed(passphrase) else { return false };
        let mut state = self.state();
        if state.lock.is_locked() {
            return false;
        }
        state.lock = closed;
        forget_unlocked(&state.keys);
        true
    }

    /// Shows them again. For a wrong passphrase, returns how long to delay the answer.
    pub(super) fn unlock(&self, passphrase: &[u8]) -> Result<(), Duration> {
        // The slow hash must not hold up other clients.
        let lock = self.state().lock.clone();
        let is_right = lock.opens_with(passphrase);
        let mut state = self.state();
        if !state.lock.is_locked() {
            return Err(Duration::ZERO);
        }
        if is_right {
            state.lock = AgentLock::default();
            return Ok(());
        }
        Err(state.lock.count_failure())
    }
}

fn forget_unlocked(keys: &[Arc<StoredKey>]) {
    for key in keys {
        key.forget_unlocked();
    }
}

#[cfg(test)]
mod tests {
    use ssh_key::private::Ed25519Keypair;

    use super::*;
    use crate::agent::secret::Secret;
    use crate::agent::signer::Signer;

    const HOUR: Duration = Duration::from_secs(3600);
    const UNLOCKED_FOR_LATER: u8 = 1;
    const HELD: u8 = 2;

    fn signer(of: u8) -> Signer {
        Signer::new(&Ed25519Keypair::from_seed(&[of; 32]).into()).unwrap()
    }

    /// A key of `add --later` that was unlocked, and a plain one.
    fn store(defaults: Defaults, terms: &Terms) -> Store {
        let store = Store::new(defaults);
        let file = Material::LockedFile(Secret::new(vec![0].into()));
        let plain = Material::Signer(signer(HELD));
        for (name, material) in [(UNLOCKED_FOR_LATER, file), (HELD, plain)] {
            assert!(store.add(vec![name], Vec::new(), terms.clone(), material));
        }
        unlock(&store, Duration::ZERO);
        store
    }

    /// Gives the passphrase after so much sleep.
    fn unlock(store: &Store, asleep: Duration) {
        let state = store.state_at(clock::now(), clock::slept() + asleep);
        let key = state.keys.iter().find(|key| key.blob == [UNLOCKED_FOR_LATER]).unwrap();
        key.unlocked(signer(UNLOCKED_FOR_LATER));
    }

    /// The keys that can sign without a passphrase after so much time in all and asleep.
    fn usable(store: &Store, later: Duration, asleep: Duration) -> Vec<u8> {
        let state = store.state_at(clock::now() + later, clock::slept() + asleep);
        let usable = state.keys.iter().filter(|key| !key.wants_passphrase());
        usable.filter_map(|key| key.blob.first().copied()).collect()
    }

    #[test]
    fn what_was_unlocked_is_forgotten_once_for_each_sleep() {
        let both = [UNLOCKED_FOR_LATER, HELD];
        let store = store(Defaults::default(), &Terms::default());
        assert_eq!(usable(&store, HOUR, Duration::ZERO), both, "awake for an hour");
        // The readings of two clocks are never from the same moment.
        assert_eq!(usable(&store, HOUR, Duration::from_secs(1)), both);
        assert_eq!(usable(&store, HOUR, Duration::from_secs(60)), [HELD]);
        unlock(&store, Duration::from_secs(60));
        assert_eq!(usable(&store, HOUR, Duration::from_secs(61)), both, "that sleep is over");
        assert_eq!(usable(&store, HOUR, Duration::from_secs(90)), [HELD], "the next one");
    }

    #[test]
    fn lifetimes_and_idle_times_go_on_during_sleep() {
        let asleep = HOUR + Duration::from_secs(1);
        let limited = Terms { lifetime: Some(3600), ..Terms::default() };
        let store_of_an_hour = store(Defaults::default(), &limited);
        assert_eq!(usable(&store_of_an_hour, HOUR / 2, Duration::ZERO).len(), 2);
        assert!(usable(&store_of_an_hour, asleep, asleep).is_empty());
        assert!(store_of_an_hour.state.lock().unwrap().keys.is_empty(), "not even listed");
        let idle = Defaults { idle: Some(HOUR), ..Defaults::default() };
        let idle = store(idle, &Terms::default());
        assert_eq!(usable(&idle, HOUR / 2, Duration::ZERO).len(), 2);
        assert!(usable(&idle, asleep, Duration::ZERO).is_empty());
        assert_eq!(idle.state.lock().unwrap().keys.len(), 1, "the locked file stays");
    }
}
