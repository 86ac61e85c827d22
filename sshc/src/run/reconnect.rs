//! `--reconnect`: a line that was lost is made again, with patience.

use std::time::Duration;

use rand::RngExt as _;
use tokio::time::sleep;

use super::connector::Connector;
use crate::Error;
use crate::defaults::{LONGEST_RECONNECT_PAUSE, SHORTEST_RECONNECT_PAUSE};
use crate::error::ProxyFailure;
use crate::forward::LiveConnection;

/// Goes the way again until it works, `most` times in a row.
///
/// # Errors
/// What another try would not change, such as a changed host key or a refused login; or the
/// last failure when there were `most` of them.
pub(super) async fn go(connector: &mut Connector<'_>, most: u32) -> Result<LiveConnection, Error> {
    let mut tries = 0;
    loop {
        sleep(pause(tries, rand::rng().random_range(0.75..1.25))).await;
        tries += 1;
        match connector.go().await {
            Err(cause) if may_pass(&cause) && tries < most => {
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

/// Whether time alone may mend it.
fn may_pass(cause: &Error) -> bool {
    if let Error::Proxy { reason, .. } = cause {
        return matches!(reason, ProxyFailure::Other(_));
    }
    matches!(
        cause,
        Error::Dial { .. }
            | Error::ProxyCommand { .. }
            | Error::ProxyTimeout { .. }
            | Error::Timeout { .. }
            | Error::NoVersion { .. }
            | Error::Handshake { .. }
            | Error::Login { is_broken: true, .. }
            | Error::Lost { .. }
            | Error::Protocol(_)
    )
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

    #[test]
    fn what_a_person_must_decide_is_not_tried_again() {
        let refused = Error::HostKey { message: String::new(), hint: None };
        assert!(!may_pass(&refused));
        let login = |is_broken| {
            let (user, place, reason) = Default::default();
            Error::Login { user, place, reason, hint: None, is_broken }
        };
        assert!(!may_pass(&login(false)) && may_pass(&login(true)));
        let proxy = |reason| Error::Proxy { place: String::new(), reason };
        assert!(!may_pass(&proxy(ProxyFailure::WrongPassword)));
        assert!(may_pass(&proxy(ProxyFailure::Other("it is tired".into()))));
        let gone = Error::Lost { place: String::new(), reason: String::new() };
        assert!(may_pass(&gone));
    }
}
