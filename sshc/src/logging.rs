//! What happens, with the time since the start: `-v` on standard error, `--log-json` for scripts.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use contract::shown;
use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::json;

use crate::Error;
use crate::lock::lock;
use crate::reason::Reason;
use crate::terminal;

/// Fields that some lines have as numbers: the exit status, the number of an attempt, and that of a
/// failed connection,
const NUMBERS: [&str; 3] = ["status", "attempt", "count"];

/// and the reason of a failure, as a code.
const REASON: &str = "reason";

/// Gets all messages once [`start`] has been called.
static LOGGER: OnceLock<Logger> = OnceLock::new();

/// How the lines of `-v` begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With our name and the time since the start.
    Own,
    /// With `debug1: `, for programs that look for words at their place in the lines of ssh;
    /// errors with nothing.
    Ssh,
}

impl Form {
    fn line(self, level: Level, elapsed: Duration, text: &str) -> String {
        match self {
            Self::Own => format!("sshc: {:8.3} {}", elapsed.as_secs_f64(), shown(text)),
            Self::Ssh => {
                let detail = match level {
                    Level::Error | Level::Warn => "",
                    Level::Info => "debug1: ",
                    Level::Debug => "debug2: ",
                    Level::Trace => "debug3: ",
                };
                format!("{detail}{}", shown(text))
            }
        }
    }
}

#[derive(Debug)]
struct Logger {
    start: Instant,
    form: Form,
    /// Which messages go to standard error.
    shown: Mutex<LevelFilter>,
    file: Option<Mutex<Written>>,
    /// Where `-v` writes instead of standard error (`-E`).
    text: Option<Mutex<Written>>,
}

/// A log file, and the first error in writing it.
#[derive(Debug)]
struct Written {
    path: PathBuf,
    file: File,
    failure: Option<io::Error>,
}

impl Written {
    fn open(path: &Path) -> Result<Self, Error> {
        let file = File::options().append(true).create(true).open(path);
        let file = file.map_err(|cause| Error::log(path, cause))?;
        Ok(Self { path: path.to_owned(), file, failure: None })
    }

    /// A failure to write the log must not end the session.
    fn append(&mut self, line: &str) {
        if let Err(cause) = self.file.write_all(line.as_bytes()) {
            self.failure.get_or_insert(cause);
        }
    }
}

/// Whether another process logs how the program ends.
static ENDS_ELSEWHERE: AtomicBool = AtomicBool::new(false);

/// Leaves the last line of the log to another process: the holder of a shared connection logs why
/// its login failed, and its caller logs how the command ended.
pub(crate) fn leave_the_end() {
    ENDS_ELSEWHERE.store(true, Ordering::Relaxed);
    log::set_max_level(LevelFilter::Off);
}

/// Logs how the program ends, as the last message.
pub(crate) fn end(status: u8, reason: Option<Reason>) {
    if ENDS_ELSEWHERE.load(Ordering::Relaxed) {
        return;
    }
    match reason.map(Reason::code) {
        Some(reason) => log::info!(status, reason; "exit status {status}"),
        None => log::info!(status; "exit status {status}"),
    }
}

/// Starts logging; `verbosity` counts the `-v`s. The JSON log gets at least what a single `-v`
/// shows.
///
/// # Errors
/// When a file cannot be opened.
pub(crate) fn start(
    verbosity: u8,
    form: Form,
    file: Option<&Path>,
    text: Option<&Path>,
) -> Result<(), Error> {
    let shown = level(verbosity);
    let file = file.map(Written::open).transpose()?.map(Mutex::new);
    let text = text.map(Written::open).transpose()?.map(Mutex::new);
    let logger = Logger { start: Instant::now(), form, shown: Mutex::new(shown), file, text };
    if log::set_logger(LOGGER.get_or_init(|| logger)).is_ok() {
        show_up_to(shown);
    }
    Ok(())
}

/// Changes how much is shown, to as many `-v`s as `verbosity`.
pub(crate) fn show(verbosity: u8) {
    show_up_to(level(verbosity));
}

fn level(verbosity: u8) -> LevelFilter {
    match verbosity {
        0 => LevelFilter::Off,
        1 => LevelFilter::Info,
        2 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    }
}

/// The first error in writing a log, if any.
pub(crate) fn failure() -> Option<Error> {
    let logger = LOGGER.get()?;
    logger.file.iter().chain(&logger.text).find_map(|file| {
        let mut written = lock(file);
        let cause = written.failure.take()?;
        Some(Error::log(&written.path, cause))
    })
}

/// Shows more on standard error from now on, as one more `-v` does; returns the new level.
pub(crate) fn louder() -> LevelFilter {
    change(|shown| match shown {
        LevelFilter::Info => LevelFilter::Debug,
        LevelFilter::Debug | LevelFilter::Trace => LevelFilter::Trace,
        _ => LevelFilter::Info,
    })
}

/// Shows less, as one `-v` less does.
pub(crate) fn quieter() -> LevelFilter {
    change(|shown| match shown {
        LevelFilter::Trace => LevelFilter::Debug,
        LevelFilter::Debug => LevelFilter::Info,
        _ => LevelFilter::Off,
    })
}

fn change(step: impl FnOnce(LevelFilter) -> LevelFilter) -> LevelFilter {
    let shown = LOGGER.get().map_or(LevelFilter::Off, |logger| step(*lock(&logger.shown)));
    show_up_to(shown);
    shown
}

fn show_up_to(shown: LevelFilter) {
    if let Some(logger) = LOGGER.get() {
        *lock(&logger.shown) = shown;
        let for_file = logger.file.as_ref().map_or(LevelFilter::Off, |_| LevelFilter::Info);
        let for_text = logger.text.as_ref().map_or(LevelFilter::Off, |_| LevelFilter::Error);
        log::set_max_level(shown.max(for_file).max(for_text));
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Messages of other crates are shown only from the third `-v` on.
        *lock(&self.shown) == LevelFilter::Trace || metadata.target().starts_with("sshc")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let text = record.args().to_string();
        let elapsed = self.start.elapsed();
        // Errors always reach standard error, at the end of the program.
        let line = |end| self.form.line(record.level(), elapsed, &text) + end;
        match &self.text {
            // With `-E` errors also go to the file, whose reader wants to know later what went
            // wrong.
            Some(file)
                if record.level() <= *lock(&self.shown) || record.level() == Level::Error =>
            {
                lock(file).append(&line("\n"));
            }
            None if record.level() <= *lock(&self.shown) && record.level() != Level::Error => {
                let _ = io::stderr().write_all(line(terminal::line_end()).as_bytes());
            }
            _ => {}
        }
        if let Some(file) = &self.file {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let mut line = json!({
                "time_ms": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
                "elapsed_ms": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                "level": record.level().as_str().to_ascii_lowercase(),
                "message": text,
            });
            add_fields(&mut line, record);
            lock(file).append(&contract::json::line(&line));
        }
    }

    fn flush(&self) {}
}

fn add_fields(line: &mut serde_json::Value, record: &Record<'_>) {
    let values = record.key_values();
    let Some(fields) = line.as_object_mut() else { return };
    for name in NUMBERS {
        if let Some(number) = values.get(name.into()) {
            fields.insert(name.to_owned(), number.to_u64().into());
        }
    }
    if let Some(code) = values.get(REASON.into()) {
        fields.insert(REASON.to_owned(), code.to_string().into());
    }
}
