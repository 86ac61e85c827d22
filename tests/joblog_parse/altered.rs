//! What a log says does not depend on the names in it, its layout or the text around it: changed
//! announcements give the login that follows the change, and changed look-alikes give none.

mod changes;

use std::fs;
use std::io::{Cursor, Write as _};

use changes::{CHANGES, Log};
use harness::workspace::fixture;
use joblog_parse::choose::{Choice, Sightings};
use joblog_parse::{Target, scan};

use super::random::Random;

const SEEDS: [u64; 2] = [1, 2];
/// How many changes at once are made to a log.
const MIXED: usize = 3;

/// What must be right, in percent of the announcements, and what may be wrong, in ten thousandths
/// of all logs.
struct Goal {
    percent: usize,
    wrong: usize,
}

/// The login in a log; the default port is not printed.
fn printed(log: &str) -> Option<Target> {
    let mut sightings = Sightings::new(Choice::Latest, false, false);
    scan::read(Cursor::new(log.to_owned()), 0, None, &mut sightings).ok()?;
    sightings.take_chosen().into_iter().next().map(|chosen| plain(&chosen.target))
}

fn plain(target: &Target) -> Target {
    let port = target.port.filter(|port| port.get() != 22);
    Target::new(target.user.clone(), target.host.clone(), port)
}

/// The written logs that are read correctly as they are.
fn logs() -> Vec<Log> {
    let folder = fixture("written");
    let table = fs::read_to_string(folder.join("expected.tsv")).expect("the table");
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let [file, "", login, ..] = line.split('\t').collect::<Vec<_>>()[..] else { return None };
        let text = fs::read_to_string(folder.join(file)).ok()?;
        let login = match login {
            "" => None,
            login => Some(plain(&login.parse().ok()?)),
        };
        (printed(&text) == login).then_some(Log { text, login })
    });
    let logs: Vec<_> = rows.collect();
    assert!(logs.len() > 2000, "{} logs", logs.len());
    logs
}

/// How many announcements are understood, and how many logs give a wrong login.
#[derive(Default)]
struct Count {
    announcements: usize,
    understood: usize,
    wrong: usize,
    look_alikes: usize,
    wrong_look_alikes: usize,
}

impl Count {
    fn add(&mut self, log: &Log) {
        let found = printed(&log.text);
        let wanted = log.login.as_ref().map(plain);
        let is_wrong = found.is_some() && found != wanted;
        if wanted.is_some() {
            self.announcements += 1;
            self.understood += usize::from(found == wanted);
            self.wrong += usize::from(is_wrong);
        } else {
            self.look_alikes += 1;
            self.wrong_look_alikes += usize::from(is_wrong);
        }
    }

    fn add_some(&mut self, log: Option<Log>) {
        if let Some(log) = log {
            self.add(&log);
        }
    }

    /// Prints the figures; returns what misses the goal.
    fn judge(&self, name: &str, goal: &Goal) -> Option<String> {
        let Self { announcements, understood, wrong, look_alikes, wrong_look_alikes } = self;
        let said = format!(
            "{name}: {understood} of {announcements} announcements understood, {wrong} wrong; \
             {wrong_look_alikes} of {look_alikes} look-alikes wrong"
        );
        // Fails only if standard error is closed.
        let _ = writeln!(std::io::stderr(), "{said}");
        let all = announcements + look_alikes;
        let is_met = understood * 100 >= goal.percent * announcements
            && (wrong + wrong_look_alikes) * 10_000 <= goal.wrong * all;
        (!is_met || all < 100).then_some(said)
    }
}

#[test]
fn one_change_of_names_layout_or_words_changes_nothing_else() {
    let logs = logs();
    let mut failed = Vec::new();
    for (name, goal, change) in CHANGES {
        let mut count = Count::default();
        for seed in SEEDS {
            let mut random = Random(seed);
            logs.iter().filter_map(|log| change(log, &mut random)).for_each(|log| count.add(&log));
        }
        failed.extend(count.judge(name, &Goal { percent: goal.0, wrong: goal.1 }));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn several_changes_at_once_change_nothing_else() {
    let logs = logs();
    let mut count = Count::default();
    for seed in SEEDS {
        let mut random = Random(seed);
        for log in &logs {
            let mut log = log.clone();
            for _ in 0..MIXED {
                let at = random.below(CHANGES.len());
                let Some((_, _, change)) = CHANGES.get(at) else { continue };
                log = change(&log, &mut random).unwrap_or(log);
            }
            count.add(&log);
        }
    }
    let missed = count.judge("three changes", &Goal { percent: 97, wrong: 60 });
    assert!(missed.is_none(), "{missed:?}");
}

/// A log of several, one after another; the host of the announcement occurs in no other.
fn crossed(parts: &[&Log]) -> Option<Log> {
    let login = parts.iter().find_map(|log| log.login.clone());
    let host = login.as_ref().map(|login| login.host.to_string());
    let others = parts.iter().filter(|log| log.login.is_none());
    let is_apart = { others }.all(|log| host.as_ref().is_none_or(|host| !log.text.contains(host)));
    let text = parts.iter().map(|log| log.text.trim_end()).collect::<Vec<_>>();
    is_apart.then(|| Log { text: text.join("\n") + "\n", login })
}

#[test]
fn look_alikes_around_an_announcement_change_nothing() {
    let logs = logs();
    let (announcements, look_alikes): (Vec<_>, Vec<_>) =
        logs.iter().partition(|log| log.login.is_some());
    let mut counts = [const {
        Count { announcements: 0, understood: 0, wrong: 0, look_alikes: 0, wrong_look_alikes: 0 }
    }; 3];
    let [after, before, two] = &mut counts;
    for seed in SEEDS {
        let mut random = Random(seed);
        let mut other = || look_alikes[random.below(look_alikes.len())];
        for log in &announcements {
            let look_alike = other();
            after.add_some(crossed(&[look_alike, log]));
            before.add_some(crossed(&[log, look_alike]));
        }
        for log in &look_alikes {
            two.add_some(crossed(&[log, other()]));
        }
    }
    let failed = [
        after.judge("after a look-alike", &Goal { percent: 98, wrong: 80 }),
        before.judge("before a look-alike", &Goal { percent: 94, wrong: 100 }),
        two.judge("two look-alikes", &Goal { percent: 0, wrong: 130 }),
    ];
    let failed = failed.into_iter().flatten().collect::<Vec<_>>();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
