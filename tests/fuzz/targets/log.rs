//! Logs: printed targets parse to the same targets, in a bounded time per byte.

#![no_main]

use std::io::Cursor;
use std::time::{Duration, Instant};

use joblog_parse::choose::{Choice, Sightings};
use joblog_parse::{Target, scan};
use libfuzzer_sys::fuzz_target;

/// Time allowed per byte, some hundred times that of a usual log: this build is slow, and the
/// machine may be busy.
const PER_BYTE: Duration = Duration::from_micros(100);

/// Time allowed in addition.
const AT_ALL: Duration = Duration::from_secs(1);

fuzz_target!(|bytes: &[u8]| {
    let start = Instant::now();
    let mut sightings = Sightings::new(Choice::All, false, true);
    let is_whole = scan::read(Cursor::new(bytes.to_vec()), 0, None, &mut sightings).is_ok();
    let length = u32::try_from(bytes.len()).expect("it is short");
    assert!(start.elapsed() < AT_ALL + PER_BYTE * length, "{:?}", start.elapsed());
    if is_whole {
        for chosen in sightings.take_chosen() {
            let text = chosen.target.to_string();
            assert!(text.is_ascii());
            assert_eq!(text.parse::<Target>().map(|read| read.to_string()), Ok(text));
        }
    }
});
