//! `--follow`: waits for the announcement in logs that grow.
//!
//! It polls, because network drives send no events, and an empty read is cheap. A file is never
//! mapped into memory, because it may be truncated at any time.

mod duration;
mod file_id;
mod rewrite_check;
mod tail;

use std::thread;
use std::time::{Duration, Instant};

pub use duration::{DurationError, parse_duration};

use crate::choose::{Chosen, Sightings};
use crate::defaults::{POLL_PAUSE, QUIET, UNENDED_LINE_PAUSE};
use crate::error::Error;
use crate::pattern::Pattern;
use crate::scan::Reading;
use crate::source::Source;
use tail::{Tail, TailEvent};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Until {
    /// a login
    #[default]
    Login,
    /// a login, and a service beside it
    Service,
    /// A service, with a login or without.
    #[value(skip)]
    ServiceAlone,
}

/// The options of following.
#[derive(Debug, Clone, Copy, Default)]
pub struct FollowOptions {
    /// Give up after this long.
    pub timeout: Option<Duration>,
    /// Continue after the first target.
    pub is_endless: bool,
    /// What to wait for.
    pub until: Until,
}

struct Followed {
    source: Source,
    place: usize,
    pattern: Option<Pattern>,
    tail: Tail,
    reading: Reading,
    last_change: Instant,
    /// Whether the last line has been read before its end came.
    has_peeked: bool,
    has_ended: bool,
}

/// Reads the sources and goes on as they grow: until there is a target of a cluster that has not
/// ended since, until all sources have ended, or until the timeout. Calls `on_pause` regularly
/// while nothing happens, with the time since the start, and `on_target` with each further target
/// if the options say endless.
///
/// # Errors
/// When a source cannot be read (one that does not exist yet is waited for), [`Error::TimedOut`],
/// and errors of the callbacks.
pub fn follow(
    sources: &[Source],
    pattern: Option<&Pattern>,
    options: FollowOptions,
    sightings: &mut Sightings,
    mut on_pause: impl FnMut(Duration),
    mut on_target: impl FnMut(&Chosen) -> Result<(), Error>,
) -> Result<(), Error> {
    let start = Instant::now();
    let mut followed = Vec::with_capacity(sources.len());
    for (place, source) in sources.iter().enumerate() {
        followed.push(Followed::new(source, place, pattern)?);
    }
    let mut reported = 0;
    loop {
        let mut has_news = false;
        for one in &mut followed {
            has_news |= one.poll(sightings, options.is_endless)?;
        }
        if sightings.is_over() {
            return Err(Error::TooMany);
        }
        if options.is_endless {
            for chosen in sightings.chosen_since(reported) {
                on_target(&chosen)?;
                reported += 1;
            }
        } else if !has_news && is_fulfilled(&followed, options, sightings) {
            return Ok(());
        }
        if !has_news && followed.iter().all(|one| one.has_ended) {
            return Ok(());
        }
        if let Some(timeout) = options.timeout.filter(|timeout| start.elapsed() >= *timeout) {
            if reported > 0 {
                return Ok(());
            }
            let missing = followed.iter().find(|one| one.tail.is_missing());
            let missing = missing.map(|one| one.source.name().as_str().into());
            return Err(Error::TimedOut { timeout, sources: sources.len(), missing });
        }
        if !has_news {
            on_pause(start.elapsed());
            thread::sleep(POLL_PAUSE);
        }
    }
}

/// Whether a source has what the options ask for, of a cluster that has not ended since.
fn is_fulfilled(followed: &[Followed], options: FollowOptions, sightings: &Sightings) -> bool {
    followed.iter().enumerate().any(|(place, one)| {
        let era = one.reading.era();
        let has_login = options.until == Until::ServiceAlone || sightings.has_current(place, era);
        let has_service =
            options.until == Until::Login || sightings.has_current_service(place, era);
        has_login && has_service
    })
}

impl Followed {
    fn new(source: &Source, place: usize, pattern: Option<&Pattern>) -> Result<Self, Error> {
        Ok(Self {
            source: source.clone(),
            place,
            pattern: pattern.cloned(),
            tail: Tail::new(source)?,
            reading: Reading::new(place, pattern),
            last_change: Instant::now(),
            has_peeked: false,
            has_ended: false,
        })
    }

    /// Reads what is available; returns whether there was anything.
    fn poll(&mut self, sightings: &mut Sightings, is_endless: bool) -> Result<bool, Error> {
        if self.has_ended {
            return Ok(false);
        }
        let event =
            self.tail.poll(&mut self.reading).map_err(|cause| self.source.unreadable(cause))?;
        match event {
            TailEvent::Text => {
                self.reading.look(false, sightings);
                self.last_change = Instant::now();
                self.has_peeked = false;
                return Ok(true);
            }
            TailEvent::Nothing => {
                if self.last_change.elapsed() >= QUIET {
                    self.reading.settle(sightings);
                }
                if !is_endless
                    && !self.has_peeked
                    && self.last_change.elapsed() >= UNENDED_LINE_PAUSE
                {
                    self.has_peeked = true;
                    self.reading.peek(sightings);
                }
            }
            TailEvent::Rotated => {
                self.reading.look(true, sightings);
                self.reading.go_on_in_another_file();
                return Ok(true);
            }
            TailEvent::Rewritten => {
                sightings.forget(self.place);
                self.reading = Reading::new(self.place, self.pattern.as_ref());
                self.last_change = Instant::now();
                self.has_peeked = false;
                return Ok(true);
            }
            TailEvent::End => {
                self.reading.finish(sightings);
                self.has_ended = true;
                return Ok(true);
            }
        }
        Ok(false)
    }
}
