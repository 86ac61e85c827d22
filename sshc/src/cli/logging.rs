//! `-v`: what happens, with the time since the start, on standard error.

use std::io::Write as _;
use std::time::Instant;

use log::{LevelFilter, Log, Metadata, Record};

use crate::escape;

struct Narrator {
    start: Instant,
    verbosity: u8,
}

/// Tells what happens from now on; `verbosity` counts the `-v`s.
pub(super) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::Info,
        2 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    let narrator = Box::leak(Box::new(Narrator { start: Instant::now(), verbosity }));
    if log::set_logger(narrator).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for Narrator {
    /// The libraries below us speak from the third `-v` on.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.verbosity > 2 || metadata.target().starts_with("sshc")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let seconds = self.start.elapsed().as_secs_f64();
            let text = record.args().to_string();
            let _ = writeln!(std::io::stderr(), "sshc: {seconds:8.3} {}", escape::line(&text));
        }
    }

    fn flush(&self) {}
}
