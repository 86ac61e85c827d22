//! What happens, with the time since the start: `-v` on standard error, `--log-json` for scripts.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::json;

use crate::Error;
use crate::channel::held;
use crate::escape;

struct Narrator {
    start: Instant,
    /// How much of it is for standard error.
    shown: LevelFilter,
    /// Whether the libraries below us are heard: from the third `-v` on.
    with_libraries: bool,
    file: Option<Mutex<File>>,
}

/// Tells what happens from now on; `verbosity` counts the `-v`s. The file gets no less than a single `-v` tells.
///
/// # Errors
/// The file cannot be written.
pub(super) fn start(verbosity: u8, file: Option<&Path>) -> Result<(), Error> {
    let shown = match verbosity {
        0 => LevelFilter::Off,
        1 => LevelFilter::Info,
        2 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    let open = |path| File::options().append(true).create(true).open(path).map(Mutex::new);
    let file = file
        .map(open)
        .transpose()
        .map_err(|source| Error::Stream { what: "the log for scripts", source })?;
    let level = if file.is_some() { shown.max(LevelFilter::Info) } else { shown };
    if level == LevelFilter::Off {
        return Ok(());
    }
    let narrator = Narrator { start: Instant::now(), shown, with_libraries: verbosity > 2, file };
    if log::set_logger(Box::leak(Box::new(narrator))).is_ok() {
        log::set_max_level(level);
    }
    Ok(())
}

impl Log for Narrator {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.with_libraries || metadata.target().starts_with("sshc")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let text = record.args().to_string();
        let elapsed = self.start.elapsed();
        // Errors are told to everybody, at the end.
        if record.level() <= self.shown && record.level() != Level::Error {
            let seconds = elapsed.as_secs_f64();
            let _ = writeln!(io::stderr(), "sshc: {seconds:8.3} {}", escape::line(&text));
        }
        if let Some(file) = &self.file {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let line = joblog_parse::render::json(&json!({
                "time_ms": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
                "elapsed_ms": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                "level": record.level().as_str().to_ascii_lowercase(),
                "message": text,
            }));
            // A log that cannot be written must not end the session it is about.
            let _ = held(file).write_all((line + "\n").as_bytes());
        }
    }

    fn flush(&self) {}
}
