//! How long to wait for a holder before it is given up.
//!
//! It is counted in turns of our own: on a busy computer time passes in which neither a living
//! holder nor we are run.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// The length of a turn.
const TURN: Duration = Duration::from_millis(50);

/// The first pause between two looks for a holder that starts.
const LOOK: Duration = Duration::from_millis(10);

/// A time to wait, in turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HolderTimeout(u32);

impl HolderTimeout {
    /// With a living holder, which answers at once: a second.
    pub(crate) const USUAL: Self = Self(20);

    /// While the holder waits for a silent server, or for a user's password: it sends signs of life
    /// all the time.
    pub(crate) const WAITING: Self = Self(60);

    /// With a holder that starts: ten seconds.
    #[cfg_attr(
        windows,
        expect(dead_code, reason = "there a holder that can be reached has started")
    )]
    pub(crate) const STARTING: Self = Self(200);

    /// For what has come but was not seen yet.
    pub(crate) const LAST_CALL: Self = Self(2);

    /// Waits for this; `None` if it takes too long.
    pub(crate) async fn wait<T>(self, awaited: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(awaited);
        for _ in 0..self.0 {
            if let Ok(outcome) = timeout(TURN, &mut awaited).await {
                return Some(outcome);
            }
        }
        None
    }
}

/// The pauses between looks for a holder that starts, as long as it may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pauses {
    next: Duration,
    longest: Duration,
    left: Duration,
}

impl Pauses {
    /// For the program that has started the holder.
    pub(crate) const fn short() -> Self {
        Self { next: LOOK, longest: LOOK, left: Self::IN_ALL }
    }

    /// For the others. They look less and less often: many of them would keep the computer busy
    /// while the holder starts.
    pub(crate) const fn growing() -> Self {
        Self { next: LOOK, longest: Duration::from_millis(80), left: Self::IN_ALL }
    }

    const IN_ALL: Duration = Duration::from_secs(10);

    /// Makes a pause; `false` if the holder should have started by now.
    pub(crate) async fn pause(&mut self) -> bool {
        match self.advance() {
            Some(pause) => sleep(pause).await,
            None => return false,
        }
        true
    }

    /// The length of the next pause.
    fn advance(&mut self) -> Option<Duration> {
        let pause = self.next;
        self.left = self.left.checked_sub(pause)?;
        self.next = self.longest.min(pause * 2);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::hint::spin_loop;
    use std::time::Instant;

    use tokio::task::yield_now;

    use super::*;

    const SHORT: HolderTimeout = HolderTimeout(2);

    #[tokio::test]
    async fn a_time_limit_ends() {
        let begun = Instant::now();
        assert_eq!(SHORT.wait(pending::<()>()).await, None);
        assert!(begun.elapsed() >= 2 * TURN);
        assert_eq!(SHORT.wait(ready(1)).await, Some(1));
    }

    #[tokio::test]
    async fn a_stall_of_the_computer_costs_one_turn() {
        let stalled = async {
            let begun = Instant::now();
            while begun.elapsed() < 4 * TURN {
                spin_loop();
            }
            yield_now().await;
            1
        };
        assert_eq!(SHORT.wait(stalled).await, Some(1));
    }

    #[test]
    fn pauses_grow_and_end() {
        for (mut pauses, longest, count) in
            [(Pauses::short(), 10, 1000), (Pauses::growing(), 80, 127)]
        {
            let all: Vec<Duration> = std::iter::from_fn(|| pauses.advance()).collect();
            assert_eq!(all.iter().max(), Some(&Duration::from_millis(longest)));
            assert_eq!(all.len(), count);
        }
    }
}
