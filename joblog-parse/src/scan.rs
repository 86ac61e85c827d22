//! Reads sources to their end and collects what they announce.

use std::io::{self, Read};

use crate::choose::Sightings;
use crate::error::Error;
use crate::pattern::Pattern;
use crate::recognize::Recognizer;
use crate::source::Source;
use crate::text::decode::Utf8Reader;
use crate::text::decompress;
use crate::text::line_filter::LineFilter;
use crate::text::strip;

/// A source that is being read through the filter and the recognizers.
#[derive(Clone)]
pub(crate) struct Reading {
    place: usize,
    filter: LineFilter,
    finder: Finder,
    /// The number of bytes in lines that the recognizers have read.
    close: u64,
}

#[derive(Clone)]
enum Finder {
    Structure(Box<Recognizer>),
    Pattern(Pattern),
}

impl Reading {
    /// Starts with the source at this index, of which nothing has been read.
    pub(crate) fn new(place: usize, pattern: Option<&Pattern>) -> Self {
        let (filter, finder) = match pattern {
            Some(pattern) => (LineFilter::open(), Finder::Pattern(pattern.clone())),
            None => (LineFilter::new(), Finder::Structure(Box::default())),
        };
        Self { place, filter, finder, close: 0 }
    }

    /// Reads once; returns 0 at the end of the text, or if there is no more for now.
    pub(crate) fn fill(&mut self, text: &mut impl Read) -> io::Result<usize> {
        self.filter.fill(text)
    }

    /// Examines every complete line; with `is_last`, also a last line without an end.
    pub(crate) fn look(&mut self, is_last: bool, sightings: &mut Sightings) {
        while let Some(line) = self.filter.next(is_last) {
            match &mut self.finder {
                Finder::Structure(recognizer) => {
                    self.close += line.bytes.len() as u64;
                    let wanted = recognizer.read(&line);
                    // A block of text may have more findings than memory should hold.
                    for finding in recognizer.take_found() {
                        sightings.add(self.place, finding);
                    }
                    self.filter.let_through(wanted);
                }
                Finder::Pattern(pattern) => {
                    for finding in pattern.find(line.number, &strip::visible(line.bytes)) {
                        sightings.add(self.place, finding);
                    }
                }
            }
        }
    }

    /// Examines a last line without an end that has not changed, and will read it again if it
    /// grows.
    pub(crate) fn peek(&self, sightings: &mut Sightings) {
        let mut ahead = self.clone();
        ahead.look(true, sightings);
        ahead.settle(sightings);
    }

    /// No more text comes for now: anything that waits for the next line is taken as it is.
    pub(crate) fn settle(&mut self, sightings: &mut Sightings) {
        if let Finder::Structure(recognizer) = &mut self.finder {
            recognizer.settle();
        }
        self.collect(sightings);
    }

    /// No more text comes at all.
    pub(crate) fn finish(&mut self, sightings: &mut Sightings) {
        self.look(true, sightings);
        if let Finder::Structure(recognizer) = &mut self.finder {
            recognizer.finish();
        }
        self.collect(sightings);
    }

    /// The text continues at the beginning of another file; what is known about the cluster stays.
    pub(crate) fn go_on_in_another_file(&mut self) {
        let is_open = matches!(self.finder, Finder::Pattern(_));
        self.filter = if is_open { LineFilter::open() } else { LineFilter::new() };
    }

    /// How many times a cluster has ended so far.
    pub(crate) fn era(&self) -> u32 {
        match &self.finder {
            Finder::Structure(recognizer) => recognizer.era(),
            Finder::Pattern(_) => 0,
        }
    }

    fn collect(&mut self, sightings: &mut Sightings) {
        if let Finder::Structure(recognizer) = &mut self.finder {
            for finding in recognizer.take_found() {
                sightings.add(self.place, finding);
            }
        }
    }
}

/// Reads the source at index `place` to its end.
///
/// # Errors
/// [`Error::Directory`], or [`Error::Read`] with what is wrong with the source or its compression.
pub fn scan(
    source: &Source,
    place: usize,
    pattern: Option<&Pattern>,
    sightings: &mut Sightings,
) -> Result<(), Error> {
    read(source.open()?, place, pattern, sightings).map_err(|cause| source.unreadable(cause))
}

/// The same for bytes from anywhere: compressed or not, UTF-8 or UTF-16.
///
/// # Errors
/// When the bytes cannot be read or decompressed.
pub fn read(
    bytes: impl Read + 'static,
    place: usize,
    pattern: Option<&Pattern>,
    sightings: &mut Sightings,
) -> io::Result<()> {
    let mut text = Utf8Reader::new(decompress::plain(bytes)?);
    let mut reading = Reading::new(place, pattern);
    while !sightings.is_over() && reading.fill(&mut text)? > 0 {
        sightings.add_text();
        reading.look(false, sightings);
        text.source().check(reading.close)?;
    }
    reading.finish(sightings);
    Ok(())
}
