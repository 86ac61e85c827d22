//! Rust's own clock; whether that counts sleep is the system's to say (Windows' and macOS' do not).

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

static START: OnceLock<(Instant, SystemTime)> = OnceLock::new();

pub(super) fn now() -> Duration {
    let (start, _) = START.get_or_init(begin);
    start.elapsed() + slept()
}

/// What the calendar is ahead: a clock that was set looks like sleep, and keys are forgotten early
/// rather than late.
pub(super) fn slept() -> Duration {
    let (start, date) = START.get_or_init(begin);
    date.elapsed().unwrap_or_default().saturating_sub(start.elapsed())
}

fn begin() -> (Instant, SystemTime) {
    (Instant::now(), SystemTime::now())
}
