//! `--reconnect`: connects again after a loss, with growing pauses.

use std::time::Duration;

use rand::RngExt as _;
use tokio::time::sleep;

use super::connector::Connector;
use crate::Error;
use crate::defaults::{LONGEST_RECONNECT_PAUSE, SHORTEST_RECONNECT_PAUSE};
use crate::forward::LiveConnection;

/// Tries to connect until it works, at most `most` times in a row.
///
/// # Errors
/// A failure that another attempt would not change, such as a changed host key or a refused login;
/// or the last failure after `most` attempts.
pub(super) async fn go(connector: &mut Connector<'_>, most: u32) -> Result<LiveConnection, Error> {
    let mut tries = 0;
    loop {
        sleep(pause(tries, rand::rng().random_range(0.75..1.25))).await;
        tries += 1;
        match connector.go().await {
            Err(cause) if cause.may_pass() && tries < most => {
                log::info!("try {tries}: {}", cause.plain());
            }
            outcome => return outcome,
        }
    }
}

fn pause(tries: u32, jitter: f64) -> Duration {
    SHORTEST_RECONNECT_PAUSE
        .saturating_mul(1 << tries.min(16))
        .min(LONGEST_RECONNECT_PAUSE)
        .mul_f64(jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        let seconds: Vec<u64> = (0..8).map(|tries| pause(tries, 1.0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(pause(u32::MAX, 1.0).as_secs(), 30);
    }
}
