//! What a server holds against us, so that waiting never gets us locked out.
//!
//! OpenSSH's server since 9.8 adds up penalties for each address (`sshd_config(5)`,
//! `PerSourcePenalties`): 5 s for a connection whose login failed, 1 s for one without a login.
//! They run off second by second. From 15 s on it drops every connection until they have run off.
//! We keep the same account and stay below.

use std::time::Duration;

use crate::reason::{Reason, Stage};

/// For a connection that ends after a refused login (`authfail`, `invaliduser`).
const FAILED_LOGIN: Duration = Duration::from_secs(5);

/// For one that ends without any (`noauth`).
const NO_LOGIN: Duration = Duration::from_secs(1);

/// The most that we run up: one second below the 15 (`min`), for clocks that differ.
const MOST: Duration = Duration::from_secs(14);

/// The account of one server. Times are those since any fixed moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Penalties {
    /// When all of them have run off.
    run_off: Duration,
}

impl Penalties {
    /// Notes how a connection ended.
    pub(crate) fn charge(&mut self, now: Duration, reason: Reason) {
        self.run_off = self.run_off.max(now) + cost(reason);
    }

    /// When the next connection may begin, even if its login fails too.
    pub(crate) fn next_connection(&self) -> Duration {
        (self.run_off + FAILED_LOGIN).saturating_sub(MOST)
    }

    /// When the next one may begin if this one, which stands, ends with a refused login.
    pub(crate) fn next_after_refusal(&self, now: Duration) -> Duration {
        let mut after = *self;
        after.charge(now, Reason::KeyNotWelcome);
        after.next_connection()
    }
}

/// What a connection costs that ended so. One that never reached the server's program costs
/// nothing,
/// nor does one that was turned away: it ended before it was counted.
fn cost(reason: Reason) -> Duration {
    match (reason.stage(), reason) {
        (Stage::Preparation | Stage::Network, _) | (_, Reason::TurnedAway) => Duration::ZERO,
        (Stage::Greeting | Stage::KeyExchange | Stage::HostKey, _)
        | (_, Reason::NothingToOffer) => NO_LOGIN,
        (Stage::Login, _) => FAILED_LOGIN,
        (Stage::Session, _) => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The server's own account, as `srclimit.c` keeps it.
    fn servers_penalty(history: &[(Duration, Reason)], now: Duration) -> Duration {
        let mut expiry = Duration::ZERO;
        for (at, reason) in history {
            expiry = expiry.max(*at) + cost(*reason);
        }
        expiry.saturating_sub(now)
    }

    #[test]
    fn the_server_never_has_enough_against_us() {
        let reasons = [
            Reason::KeyNotWelcome,
            Reason::Closed,
            Reason::Refused,
            Reason::LoginBroken,
            Reason::KeyExchange,
        ];
        // Every order of them, by counting: each attempt as early as it may be.
        for order in 0..5_usize.pow(6) {
            let (mut penalties, mut history) = (Penalties::default(), Vec::new());
            let (mut now, mut rest) = (Duration::ZERO, order);
            for _ in 0..6 {
                now = now.max(penalties.next_connection());
                let reason = reasons[rest % reasons.len()];
                rest /= reasons.len();
                penalties.charge(now, reason);
                history.push((now, reason));
                assert!(servers_penalty(&history, now) < Duration::from_secs(15), "{history:?}");
            }
        }
    }

    #[test]
    fn refused_logins_come_at_once_and_then_every_five_seconds() {
        let (mut penalties, mut now, mut begun) = (Penalties::default(), Duration::ZERO, vec![]);
        for _ in 0..5 {
            now = now.max(penalties.next_connection());
            begun.push(now.as_secs());
            penalties.charge(now, Reason::KeyNotWelcome);
        }
        assert_eq!(begun, [0, 0, 1, 6, 11]);
    }

    #[test]
    fn a_connection_that_stands_knows_when_the_next_may_follow() {
        let mut penalties = Penalties::default();
        let now = Duration::from_secs(100);
        assert_eq!(penalties.next_after_refusal(now), Duration::from_secs(96));
        penalties.charge(now, Reason::KeyNotWelcome);
        assert_eq!(penalties.next_after_refusal(now), Duration::from_secs(101));
    }
}
