//! `--wait`: tries to log in until it works, and shows the progress in one line.

use std::cell::RefCell;
use std::convert::Infallible;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use rand::RngExt as _;
use tokio::time::{Instant, interval, sleep_until};

use super::connector::{AttemptLimits, Connector};
use super::status_line::{self, Erase};
use crate::Error;
use crate::defaults::{WAIT_HANDSHAKE, WAIT_KEY_PAUSE};
use crate::forward::LiveConnection;
use crate::notices;
use crate::reason::Reason;
use crate::terminal::{self, Size, Terminal};
use crate::wait::penalties::Penalties;
use crate::wait::{Wait, dial, pause, version_timeout};

/// The interval between updates of the line.
const EVERY: Duration = Duration::from_secs(1);

/// Connects as soon as possible.
///
/// # Errors
/// A failure that another attempt would not change; or [`Error::Waited`] with the last failure when
/// the time is over.
pub(super) async fn go(
    connector: &mut Connector<'_>,
    wait: Wait,
    quiet: bool,
) -> Result<LiveConnection, Error> {
    connector.ask_ahead().await?;
    let place = connector.place();
    let begun = Instant::now();
    let last = RefCell::new(String::from("connecting"));
    tokio::select! {
        biased;
        outcome = attempts(connector, wait, begun, &last) => outcome,
        never = show(&place, begun, &last, quiet) => match never {},
    }
}

async fn attempts(
    connector: &mut Connector<'_>,
    wait: Wait,
    begun: Instant,
    shown: &RefCell<String>,
) -> Result<LiveConnection, Error> {
    let deadline = begun + wait.time;
    let mut history = History::new(connector.hops());
    loop {
        let at = connector.position();
        let failure = match connector.attempt(history.limits(at, begun, deadline)).await {
            Ok(live) => return Ok(live),
            Err(failure) => failure,
        };
        let (reason, now) = (failure.reason(), Instant::now());
        history.note(connector.position(), reason, now - begun);
        let (count, code) = (history.attempts, reason.code());
        log::info!(attempt = count, reason = code; "attempt {count}: {}", failure.plain());
        if !wait.until.waits_out(reason, failure.may_pass()) {
            return Err(failure);
        }
        shown.replace(cause(&failure.plain(), &connector.place()).to_owned());
        let jitter = rand::rng().random_range(0.8..1.2);
        let next = begun + history.next(connector.position(), now - begun, jitter);
        if next >= deadline {
            let place = connector.place();
            sleep_until(deadline).await;
            return Err(Error::Waited { place, time_limit: wait.time, last: Box::new(failure) });
        }
        sleep_until(next).await;
    }
}

/// The cause of a failure, without the beginning that repeats what and where.
fn cause<'a>(failure: &'a str, place: &str) -> &'a str {
    failure.split_once(&format!("{place}: ")).map_or(failure, |(_, cause)| cause)
}

/// The outcome of the attempts so far. Times count from the first one.
struct History {
    attempts: u64,
    /// The penalties that each hop may have charged us.
    penalties: Vec<Penalties>,
    /// The hop and reason of the last failure, and since when they have been the same.
    last: Option<(usize, Reason, Duration)>,
}

impl History {
    fn new(hops: usize) -> Self {
        Self { attempts: 0, penalties: vec![Penalties::default(); hops], last: None }
    }

    fn note(&mut self, hop: usize, reason: Reason, now: Duration) {
        self.attempts += 1;
        if let Some(penalties) = self.penalties.get_mut(hop) {
            penalties.charge(now, reason);
        }
        match self.last {
            Some((at, before, _)) if (at, before) == (hop, reason) => {}
            _ => self.last = Some((hop, reason, now)),
        }
    }

    fn unchanged(&self, now: Duration) -> Duration {
        self.last.map_or(Duration::ZERO, |(.., since)| now.saturating_sub(since))
    }

    /// How long attempts have failed for this reason.
    fn since(&self, reason: Reason, now: Duration) -> Duration {
        let is_last = matches!(self.last, Some((_, last, _)) if last == reason);
        if is_last { self.unchanged(now) } else { Duration::ZERO }
    }

    /// When the next attempt begins.
    fn next(&self, hop: usize, now: Duration, jitter: f64) -> Duration {
        let reason = self.last.map(|(_, reason, _)| reason);
        let pause = match reason {
            // The attempt itself has waited long enough for an answer.
            Some(Reason::NoAnswer) => Duration::ZERO,
            // A key may be installed at any moment, and the penalties limit the pace.
            Some(Reason::KeyNotWelcome | Reason::TooManyAttempts) => {
                pause(reason, self.unchanged(now), 1.0).min(WAIT_KEY_PAUSE)
            }
            _ => pause(reason, self.unchanged(now), jitter),
        };
        let allowed = self.penalties.get(hop).map(Penalties::next_connection);
        (now + pause).max(allowed.unwrap_or_default())
    }

    fn limits(&self, hop: usize, begun: Instant, deadline: Instant) -> AttemptLimits {
        let now = begun.elapsed();
        let left = deadline.saturating_duration_since(Instant::now());
        let allowed = self.penalties.get(hop).map(|it| it.next_after_refusal(now));
        AttemptLimits {
            dial: dial(self.since(Reason::NoAnswer, now)).min(left),
            version: version_timeout(self.since(Reason::Silent, now)).min(left),
            handshake: WAIT_HANDSHAKE.min(left),
            keys_until: deadline.min(begun + allowed.unwrap_or_default()),
        }
    }
}

/// Draws the line until dropped; does nothing if standard error is not a terminal.
async fn show(place: &str, begun: Instant, last: &RefCell<String>, quiet: bool) -> Infallible {
    if quiet || !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let _erase = Erase;
    let terminal = Terminal::open().ok();
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        if terminal::is_in_background() {
            continue;
        }
        let clock = status_line::clock(begun.elapsed());
        let short = format!("waiting for {place} {clock}");
        let long = format!("{short}: {}", last.borrow());
        let size = terminal.as_ref().and_then(|terminal| terminal.size().ok());
        notices::draw(&status_line::cut(&long, size.unwrap_or(Size::VT100)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn the_line_says_the_place_once() {
        for (failure, shown) in [
            ("cannot connect to node7:22: refused", "refused"),
            (
                "cannot log in as `ada` to node7:22: no: it takes publickey",
                "no: it takes publickey",
            ),
            ("gate:22 could not connect", "gate:22 could not connect"),
        ] {
            assert_eq!(cause(failure, "node7:22"), shown);
        }
    }

    #[test]
    fn something_new_makes_the_pauses_short_again() {
        let mut history = History::new(1);
        history.note(0, Reason::Closed, seconds(0));
        history.note(0, Reason::Closed, seconds(500));
        assert_eq!(history.next(0, seconds(500), 1.0), seconds(505));
        history.note(0, Reason::Refused, seconds(505));
        assert_eq!(history.next(0, seconds(505), 1.0), seconds(506));
    }

    #[test]
    fn a_port_that_refuses_is_asked_as_often_after_an_hour() {
        let mut history = History::new(1);
        history.note(0, Reason::Refused, seconds(0));
        history.note(0, Reason::Refused, seconds(3600));
        let next = history.next(0, seconds(3600), 1.2);
        assert_eq!(next, seconds(3600) + Duration::from_millis(1500));
    }

    #[test]
    fn a_key_is_asked_for_as_often_after_an_hour_as_at_first() {
        let mut history = History::new(1);
        history.note(0, Reason::KeyNotWelcome, seconds(0));
        history.note(0, Reason::KeyNotWelcome, seconds(3600));
        assert_eq!(history.next(0, seconds(3600), 1.0), seconds(3600) + WAIT_KEY_PAUSE);
    }

    #[test]
    fn an_address_that_does_not_answer_is_asked_again_at_once() {
        let mut history = History::new(1);
        history.note(0, Reason::NoAnswer, seconds(2));
        assert_eq!(history.next(0, seconds(2), 1.0), seconds(2));
    }

    #[test]
    fn refused_keys_wait_for_the_penalties_of_their_own_server() {
        let mut history = History::new(2);
        for _ in 0..3 {
            history.note(1, Reason::KeyNotWelcome, seconds(1));
        }
        assert_eq!(history.next(1, seconds(1), 1.0), seconds(7));
        assert_eq!(history.next(0, seconds(1), 1.0), seconds(2));
    }
}
