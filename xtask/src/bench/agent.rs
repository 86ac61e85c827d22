//! `keyagent` against ssh-agent: signatures per second for one client and for sixteen, start-up,
//! and memory.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use other as platform;
#[cfg(unix)]
use unix as platform;

use crate::step::Outcome;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    platform::run(arguments)
}
