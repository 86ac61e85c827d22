//! Counts the penalties that a server charges us, so that waiting never gets us locked out.
//!
//! Since OpenSSH 9.8 the server adds up penalties for each address (`sshd_config(5)`,
//! `PerSourcePenalties`): 5 s for a connection with a failed login, 1 s for one without a login.
//! They run off second by second. From 15 s on it drops every connection until they have run off.
//! We count in the same way and stay below.

use std::time::Duration;

use crate::reason::{Reason, Stage};

/// For a connection that ends after a refused login (`authfail`, `invaliduser`).
const FAILED_LOGIN: Duration = Duration::from_secs(5);

/// For a connection that ends without a login (`noauth`).
const NO_LOGIN: Duration = Duration::from_secs(1);

/// The most that we allow: 1 s below the limit of 15 s (`min`), as clocks differ.
const MOST: Duration = Duration::from_secs(14);

/// The penalties of one server. Times count from any fixed moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Penalties {
    /// When all penalties have run off.
    run_off: Duration,
}

impl Penalties {
    /// Adds the penalty for a connection that ended with `reason`.
    pub(crate) fn charge(&mut self, now: Duration, reason: Reason) {
        self.run_off = self.run_off.max(now) + cost(reason);
    }

    /// When the next connection may begin, even if its login fails, too.
    pub(crate) fn next_connection(&self) -> Duration {
        (self.run_off + FAILED_LOGIN).saturating_sub(MOST)
    }

    /// When the next connection may begin if the current one ends with a refused login.
    pub(crate) fn next_after_refusal(&self, now: Duration) -> Duration {
        let mut after = *self;
        after.charge(now, Reason::KeyNotWelcome);
        after.next_connection()
    }
}

/// The penalty for a connection that ended with `reason`. It is zero if the connection never
/// reached the server's program, or was turned away: then it ended before it was counted.
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

    /// The server's own count, as in `srclimit.c`.
    fn servers_penalty(history: &[(Duration, Reason)], now: Duration) -> Duration {
        let mut expiry = Duration::ZERO;
        for (at, reason) in history {
            expiry = expiry.max(*at) + cost(*reason);
        }
        expiry.saturating_sub(now)
    }

    #[test]
    fn attempts_stay_below_the_server_s_penalty_limit() {
        let reasons = [
            Reason::KeyNotWelcome,
            Reason::Closed,
            Reason::Refused,
            Reason::LoginBroken,
            Reason::KeyExchange,
        ];
        // All sequences of the outcomes, with each attempt as early as allowed.
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
    fn an_open_connection_knows_when_the_next_may_follow() {
        let mut penalties = Penalties::default();
        let now = Duration::from_secs(100);
        assert_eq!(penalties.next_after_refusal(now), Duration::from_secs(96));
        penalties.charge(now, Reason::KeyNotWelcome);
        assert_eq!(penalties.next_after_refusal(now), Duration::from_secs(101));
    }
}
