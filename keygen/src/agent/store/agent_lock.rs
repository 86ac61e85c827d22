//! The lock on the whole agent: a slow hash of the passphrase, and a count of wrong guesses.

use std::time::Duration;

use hmac::Hmac;
use sha2::Sha512;
use subtle::ConstantTimeEq as _;

use crate::random;

/// About 20 ms; each guess is delayed anyway.
const ITERATIONS: u32 = 50_000;

/// The same as in OpenSSH's agent.
const STEP: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// Open, or closed with a passphrase.
#[derive(Clone, Debug, Default)]
pub(super) struct AgentLock(Option<Closed>);

#[derive(Clone, Debug)]
struct Closed {
    salt: [u8; 16],
    hash: [u8; 32],
    failures: u32,
}

impl AgentLock {
    /// A lock that this passphrase opens; `None` for an empty passphrase.
    pub(super) fn closed(passphrase: &[u8]) -> Option<Self> {
        let mut salt = [0; 16];
        random::fill(&mut salt).ok()?;
        let hash = hash(passphrase, &salt)?;
        (!passphrase.is_empty()).then_some(Self(Some(Closed { salt, hash, failures: 0 })))
    }

    pub(super) fn is_locked(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn opens_with(&self, passphrase: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|closed| {
            hash(passphrase, &closed.salt).is_some_and(|hash| hash.ct_eq(&closed.hash).into())
        })
    }

    /// Counts a wrong guess; returns the delay of the answer.
    pub(super) fn count_failure(&mut self) -> Duration {
        let Some(closed) = &mut self.0 else { return Duration::ZERO };
        closed.failures = closed.failures.saturating_add(1);
        STEP.saturating_mul(closed.failures).min(LONGEST)
    }
}

fn hash(passphrase: &[u8], salt: &[u8]) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    pbkdf2::pbkdf2::<Hmac<Sha512>>(passphrase, salt, ITERATIONS, &mut hash).ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_passphrase_opens_it_and_wrong_ones_wait_longer() {
        let mut lock = AgentLock::closed(b"sesam").expect("closed");
        assert!(lock.is_locked() && lock.opens_with(b"sesam") && !lock.opens_with(b""));
        let waits: Vec<_> = (0..3).map(|_| lock.count_failure().as_millis()).collect();
        assert_eq!(waits, [100, 200, 300]);
        assert!(AgentLock::closed(b"").is_none());
        assert!(!AgentLock::default().opens_with(b"sesam"));
    }
}
