//! `--wait`: decides which failures deserve another attempt, and when to make it; `run::wait` acts
//! on that.

use std::time::Duration;

use crate::defaults::{
    LONGEST_WAIT_DIAL, LONGEST_WAIT_PAUSE, SHORTEST_WAIT_PAUSE, WAIT_DIAL, WAIT_FREE_PAUSE,
    WAIT_HANDSHAKE, WAIT_VERSION,
};
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

/// The pause before the next attempt, if attempts have failed for `reason` for the time
/// `unchanged`.
///
/// It is a hundredth of that time, so that the login is late by at most one percent of the wait:
/// one second during the first two minutes, 15 s after 25 minutes. An attempt that reached no
/// server costs no server anything, so the pause after it stays short. `jitter` is around 1, and
/// keeps the computers of a team from connecting at the same moment.
pub(crate) fn pause(reason: Option<Reason>, unchanged: Duration, jitter: f64) -> Duration {
    let is_free = reason.is_some_and(|reason| reason.stage() == Stage::Network);
    let longest = if is_free { WAIT_FREE_PAUSE } else { LONGEST_WAIT_PAUSE };
    (unchanged / 100).clamp(SHORTEST_WAIT_PAUSE, longest).mul_f64(jitter)
}

/// How long to wait for an address to answer, if it has not answered for `unanswered`: a network
/// may be that slow.
pub(crate) fn dial(unanswered: Duration) -> Duration {
    (unanswered / 100).clamp(WAIT_DIAL, LONGEST_WAIT_DIAL)
}

/// How long to wait for a word on one connection, if the server has been silent for `silent`.
///
/// A peer that accepts connections but stays silent may be a gateway that will never pass them on,
/// or a server that is too busy for a while. The first needs a new connection soon, the second
/// a longer wait.
pub(crate) fn version_timeout(silent: Duration) -> Duration {
    (silent / 4).clamp(WAIT_VERSION, WAIT_HANDSHAKE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_timeout_grows_with_silence_from_two_seconds_to_ten() {
        for (silent, seconds) in [(0, 2), (8, 2), (20, 5), (40, 10), (3600, 10)] {
            assert_eq!(version_timeout(Duration::from_secs(silent)), Duration::from_secs(seconds));
        }
    }

    #[test]
    fn pauses_grow_with_what_was_waited_from_one_second_to_fifteen() {
        for (waited, milliseconds) in
            [(0, 1000), (60, 1000), (150, 1500), (300, 3000), (1500, 15_000), (86_400, 15_000)]
        {
            let pause = pause(Some(Reason::Closed), Duration::from_secs(waited), 1.0);
            assert_eq!(pause, Duration::from_millis(milliseconds), "{waited}");
        }
        assert_eq!(pause(None, Duration::ZERO, 1.2), Duration::from_millis(1200));
    }

    #[test]
    fn what_no_server_notices_is_tried_again_within_two_seconds_however_long_it_was_waited() {
        for reason in [Reason::Refused, Reason::NoAnswer, Reason::Unreachable] {
            for hours in [0, 1, 24] {
                let longest = pause(Some(reason), Duration::from_secs(hours * 3600), 1.2);
                assert!(longest <= Duration::from_millis(1500), "{reason:?}: {longest:?}");
            }
        }
    }

    #[test]
    fn an_address_is_given_more_time_when_it_has_not_answered_for_long() {
        for (unanswered, seconds) in [(0, 2), (200, 2), (300, 3), (400, 4), (86_400, 4)] {
            let dial = dial(Duration::from_secs(unanswered));
            assert_eq!(dial, Duration::from_secs(seconds), "{unanswered}");
        }
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
