//! Rust's own clock; whether it counts sleep depends on the system (on Windows and macOS it does
//! not).

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

static START: OnceLock<(Instant, SystemTime)> = OnceLock::new();

pub(super) fn now() -> Duration {
    let (start, _) = START.get_or_init(begin);
    start.elapsed() + slept()
}

/// How far the calendar is ahead. Setting the calendar clock looks like sleep, so keys are
/// forgotten early rather than late.
pub(super) fn slept() -> Duration {
    let (start, date) = START.get_or_init(begin);
    date.elapsed().unwrap_or_default().saturating_sub(start.elapsed())
}

fn begin() -> (Instant, SystemTime) {
    (Instant::now(), SystemTime::now())
}
