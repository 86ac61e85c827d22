//! Holds tunnels, and with `--reconnect` connects again after a loss, with growing pauses.

use std::pin::Pin;
use std::time::Duration;

use rand::RngExt as _;
use tokio::time::sleep;

use super::connector::Connector;
use super::{notice, open_to_guests, status_line, wait};
use crate::Error;
use crate::defaults::{LONGEST_RECONNECT_PAUSE, SHORTEST_RECONNECT_PAUSE};
use crate::forward::{ConnectionSlot, LiveConnection, Tunnels};
use crate::plan::Plan;
use crate::share::InProcessHolder;

/// What is needed to bring a tunnel back.
pub(super) struct Reconnection<'a, 'p> {
    pub(super) connector: &'a mut Connector<'p>,
    pub(super) holder: Option<&'a mut InProcessHolder<'p>>,
}

/// `-N`: keeps the tunnels until the user ends them or the connection is lost for good.
pub(super) async fn hold_tunnels(
    plan: &Plan,
    mut reconnect: Option<Reconnection<'_, '_>>,
    slot: &ConnectionSlot,
    tunnels: &mut Tunnels,
    place: &str,
    mut ending: Pin<Box<dyn Future<Output = u8>>>,
) -> Result<u8, Error> {
    while let Some(live) = slot.current() {
        let end = tokio::select! {
            end = live.shared.wait_for_end() => end,
            status = &mut ending => return Ok(status),
            () = status_line::show(place, tunnels, plan.quiet || plan.background) => return Ok(0),
        };
        slot.set(None);
        let lost = Error::Lost { place: place.to_owned(), reason: end.words() };
        log::info!("{}", lost.plain());
        let (Some(most), Some(reconnect)) = (plan.reconnect, reconnect.as_mut()) else {
            return Err(lost);
        };
        if !reconnect.may().await {
            return Ok(0);
        }
        notice(plan, &format!("{}; connecting again", lost.plain()));
        let live = tokio::select! {
            live = reconnect.connect(plan, most) => live?,
            status = &mut ending => return Ok(status),
        };
        slot.set(Some(live.clone()));
        tokio::select! {
            resumed = tunnels.resume() => resumed?,
            // The connection was lost again; the next turn of the loop handles it.
            _ = live.shared.wait_for_end() => continue,
            status = &mut ending => return Ok(status),
        }
        log::info!("connected to {place} again");
    }
    Ok(0)
}

impl Reconnection<'_, '_> {
    /// Whether to reconnect: not if the user has ended the shared connection.
    async fn may(&mut self) -> bool {
        match &mut self.holder {
            Some(holder) => holder.comes_back().await,
            None => true,
        }
    }

    /// Connects again: as `--wait` says, or with `--reconnect`'s number of attempts.
    async fn connect(&mut self, plan: &Plan, most: u32) -> Result<LiveConnection, Error> {
        let connector = &mut *self.connector;
        let connected = async {
            match plan.wait {
                Some(wait) => wait::go(connector, wait, plan.quiet).await,
                None => retry(connector, most).await,
            }
        };
        let turned_away = async {
            match &self.holder {
                Some(holder) => holder.turn_away().await,
                None => std::future::pending().await,
            }
        };
        let live = tokio::select! {
            live = connected => live?,
            never = turned_away => match never {},
        };
        open_to_guests(self.holder.as_deref_mut(), live).await
    }
}

/// Tries to connect until it works, at most `most` times in a row.
///
/// # Errors
/// A failure that another attempt would not change, such as a changed host key or a refused login;
/// or the last failure after `most` attempts.
async fn retry(connector: &mut Connector<'_>, most: u32) -> Result<LiveConnection, Error> {
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
