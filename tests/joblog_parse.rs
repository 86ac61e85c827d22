//! `joblog-parse` as users run it.

mod altered;
mod corpus;
mod following;
mod generated;
mod limits;
mod logs;
mod names;
mod output;
mod pairing;
mod properties;
mod random;
mod services;

use std::io::Cursor;

use joblog_parse::choose::{Choice, Sightings};
use joblog_parse::scan;

/// What a log announces, on one line.
fn announced(log: &str, choice: Choice) -> String {
    let mut sightings = Sightings::new(choice, false, false);
    scan::read(Cursor::new(log.to_owned()), 0, None, &mut sightings).expect("a readable log");
    let chosen = sightings.take_chosen();
    chosen.iter().map(|chosen| chosen.target.to_string()).collect::<Vec<_>>().join(" ")
}
