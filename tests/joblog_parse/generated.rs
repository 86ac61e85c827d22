//! Thousands of announcements and look-alikes, combined at random from what platforms print. Counts
//! how many announcements are understood, and checks that no look-alike is ever printed.

use std::io::Write as _;

use joblog_parse::choose::Choice;

use super::logs::log;
use super::random::Random;

/// The number of logs generated from one seed.
const LOGS: usize = 10_000;
const SEEDS: [u64; 5] = [1, 2, 3, 5, 8];
/// The percentage of announcements that must be understood.
const RECALL_PERCENT: usize = 97;

#[test]
fn announcements_are_understood_and_look_alikes_never_printed() {
    let mut failed = Vec::new();
    for seed in SEEDS {
        let mut random = Random(seed);
        let (mut announced, mut understood, mut wrong) = (0, 0, 0);
        for _ in 0..LOGS {
            let log = log(&mut random);
            let found = super::announced(&log.text, Choice::Latest);
            announced += usize::from(!log.login.is_empty());
            understood += usize::from(!log.login.is_empty() && found == log.login);
            if !found.is_empty() && found != log.login {
                wrong += 1;
                failed.push(format!("{:?}: {found:?} instead of {:?}", log.text, log.login));
            }
        }
        let recall = understood * 100 / announced;
        // Fails only if standard error is closed.
        let _ = writeln!(
            std::io::stderr(),
            "seed {seed}: {understood} of {announced} announcements understood, {wrong} wrong logins in {LOGS} logs"
        );
        if recall < RECALL_PERCENT {
            failed.push(format!("seed {seed}: {understood} of {announced} understood"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
