//! `CLOCK_BOOTTIME`, and how far it is ahead of the clock that stops while the machine sleeps.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

pub(super) fn now() -> Duration {
    read(ClockId::Boottime)
}

pub(super) fn slept() -> Duration {
    let awake = read(ClockId::Monotonic);
    now().saturating_sub(awake)
}

fn read(clock: ClockId) -> Duration {
    // Both clocks begin at the start of the machine, so that no part is negative.
    clock_gettime(clock).try_into().unwrap_or_default()
}
