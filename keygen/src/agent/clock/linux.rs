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

#[cfg(test)]
mod needs_peers {
    use std::env;
    use std::process::Command;

    use super::*;

    /// Set in the process whose clocks are a day apart.
    const AHEAD: &str = "CLOCKS_ARE_APART";
    const DAY: Duration = Duration::from_secs(86_400);

    /// In a time namespace this program sees what it would after a day's sleep.
    #[test]
    fn sleep_is_what_the_clocks_differ_by() {
        if let Ok(before) = env::var(AHEAD) {
            let before = Duration::from_secs_f64(before.parse().unwrap());
            let more = slept().saturating_sub(before);
            assert!(more.abs_diff(DAY) < Duration::from_secs(1), "{more:?}");
            return;
        }
        let before = slept().as_secs_f64().to_string();
        let this =
            ["--exact", "agent::clock::linux::needs_peers::sleep_is_what_the_clocks_differ_by"];
        let mut child = Command::new("unshare");
        child.args(["--map-root-user", "--time", "--fork", "--boottime", "86400"]);
        child.arg(env::current_exe().unwrap());
        let ran = child.args(this).env(AHEAD, before).output().unwrap();
        let said = [ran.stdout, ran.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    }
}
