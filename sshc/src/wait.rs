//! `--wait`: decides which failures deserve another attempt, and when to make it; `run::wait` acts
//! on that.

use std::time::Duration;

use crate::defaults::{LONGEST_WAIT_PAUSE, SHORTEST_WAIT_PAUSE, WAIT_GREETING, WAIT_HANDSHAKE};
use crate::reason::{Reason, Stage};

pub(crate) mod penalties;

/// What to wait for, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) time: Duration,
    pub(crate) until: WaitFor,
}

/// What a cluster must do before the wait ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum WaitFor {
    /// The port is open.
    Tcp,
    /// An SSH server introduces itself.
    Banner,
    /// It lets us in.
    #[default]
    Login,
}

impl WaitFor {
    /// Whether to try again after this failure; `may_pass` says that it may pass with time.
    pub(crate) fn waits_out(self, reason: Reason, may_pass: bool) -> bool {
        let furthest = match self {
            Self::Tcp => Stage::Network,
            Self::Banner => Stage::Greeting,
            Self::Login => Stage::Login,
        };
        may_pass && reason.stage() <= furthest
    }
}

/// The pause before the next attempt, after the cluster has shown nothing new for so long.
///
/// It is a hundredth of that time, so that a login comes late by one percent of what was waited: a
/// second during the first two minutes, 15 s after 25 minutes. `jitter` is around 1, and keeps the
/// computers of a whole team from knocking at the same moment.
pub(crate) fn pause(unchanged: Duration, jitter: f64) -> Duration {
    (unchanged / 100).clamp(SHORTEST_WAIT_PAUSE, LONGEST_WAIT_PAUSE).mul_f64(jitter)
}

/// How long to wait for a word on one connection, if the server has been silent for `silent`.
///
/// A peer that accepts connections but stays silent may be a gateway that will never pass them on,
/// or a server that is too busy for a while. The first needs a new connection soon, the second
/// patience.
pub(crate) fn patience(silent: Duration) -> Duration {
    (silent / 4).clamp(WAIT_GREETING, WAIT_HANDSHAKE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_with_silence_from_two_seconds_to_ten() {
        for (silent, seconds) in [(0, 2), (8, 2), (20, 5), (40, 10), (3600, 10)] {
            assert_eq!(patience(Duration::from_secs(silent)), Duration::from_secs(seconds));
        }
    }

    #[test]
    fn pauses_grow_with_what_was_waited_from_one_second_to_fifteen() {
        for (waited, milliseconds) in
            [(0, 1000), (60, 1000), (150, 1500), (300, 3000), (1500, 15_000), (86_400, 15_000)]
        {
            let pause = pause(Duration::from_secs(waited), 1.0);
            assert_eq!(pause, Duration::from_millis(milliseconds), "{waited}");
        }
        assert_eq!(pause(Duration::ZERO, 1.2), Duration::from_millis(1200));
    }

    #[test]
    fn what_is_waited_out_depends_on_what_is_waited_for() {
        use WaitFor::{Banner, Login, Tcp};
        for (reason, waits) in [
            (Reason::Refused, &[Tcp, Banner, Login][..]),
            (Reason::NoAnswer, &[Tcp, Banner, Login]),
            (Reason::Silent, &[Banner, Login]),
            (Reason::Closed, &[Banner, Login]),
            (Reason::TurnedAway, &[Banner, Login]),
            (Reason::KeyExchange, &[Login]),
            (Reason::LoginBroken, &[Login]),
            (Reason::HostKeyChanged, &[]),
            (Reason::KeyUnusable, &[]),
            (Reason::PasswordRefused, &[]),
        ] {
            for until in [Tcp, Banner, Login] {
                let expected = waits.contains(&until);
                assert_eq!(until.waits_out(reason, reason.may_pass()), expected, "{reason:?}");
            }
        }
        assert!(Login.waits_out(Reason::KeyNotWelcome, true));
        assert!(!Login.waits_out(Reason::KeyNotWelcome, false));
    }
}
