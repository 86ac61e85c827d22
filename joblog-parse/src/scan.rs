//! Reads sources to their end and collects what they announce.

use std::io::{self, Read};

use crate::choose::Sightings;
use crate::error::Error;
use crate::pattern::Pattern;
use crate::recognize::Recognizer;
use crate::source::Source;
use crate::text::decode::Utf8Reader;
use crate::text::decompress;
use crate::text::sieve::Sieve;
use crate::text::strip;

/// One source on its way through the sieve and the recognisers.
#[derive(Clone)]
pub(crate) struct Reading {
    place: usize,
    sieve: Sieve,
    finder: Finder,
    /// The bytes of the lines that the recognisers read.
    close: u64,
}

#[derive(Clone)]
enum Finder {
    Structure(Box<Recognizer>),
    Pattern(Pattern),
}

impl Reading {
    /// Nothing read yet of the source at `place` among those given.
    pub(crate) fn new(place: usize, pattern: Option<&Pattern>) -> Self {
        let (sieve, finder) = match pattern {
            Some(pattern) => (Sieve::open(), Finder::Pattern(pattern.clone())),
            None => (Sieve::new(), Finder::Structure(Box::default())),
        };
        Self { place, sieve, finder, close: 0 }
    }

    /// Reads once; 0 is the end of the text, or for now.
    pub(crate) fn fill(&mut self, text: &mut impl Read) -> io::Result<usize> {
        self.sieve.fill(text)
    }

    /// Looks at every line that is whole; with `is_last` also at a last one without an end.
    pub(crate) fn look(&mut self, is_last: bool, sightings: &mut Sightings) {
        while let Some(line) = self.sieve.next(is_last) {
            match &mut self.finder {
                Finder::Structure(recognizer) => {
                    self.close += line.bytes.len() as u64;
                    let wanted = recognizer.read(&line);
                    // A block of text may have more of them than memory should hold.
                    for finding in recognizer.take_found() {
                        sightings.add(self.place, finding);
                    }
                    self.sieve.let_through(wanted);
                }
                Finder::Pattern(pattern) => {
                    for finding in pattern.find(line.number, &strip::visible(line.bytes)) {
                        sightings.add(self.place, finding);
                    }
                }
            }
        }
    }

    /// Looks at a last line without an end that has stood still, and reads it again when it goes
    /// on.
    pub(crate) fn peek(&self, sightings: &mut Sightings) {
        let mut ahead = self.clone();
        ahead.look(true, sightings);
        ahead.settle(sightings);
    }

    /// Nothing more comes for a while: what waited for the next line is taken as it is.
    pub(crate) fn settle(&mut self, sightings: &mut Sightings) {
        if let Finder::Structure(recognizer) = &mut self.finder {
            recognizer.settle();
        }
        self.collect(sightings);
    }

    /// Nothing more comes at all.
    pub(crate) fn finish(&mut self, sightings: &mut Sightings) {
        self.look(true, sightings);
        if let Finder::Structure(recognizer) = &mut self.finder {
            recognizer.finish();
        }
        self.collect(sightings);
    }

    /// The text goes on in another file, from its beginning; what is known of the cluster stays.
    pub(crate) fn go_on_in_another_file(&mut self) {
        let is_open = matches!(self.finder, Finder::Pattern(_));
        self.sieve = if is_open { Sieve::open() } else { Sieve::new() };
    }

    /// How often a cluster was said to have ended so far.
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

/// Reads the source at `place` among those given to its end.
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

/// The same for bytes of any origin: compressed or not, UTF-8 or UTF-16.
///
/// # Errors
/// Those of the bytes, and of their compression.
pub fn read(
    bytes: impl Read + 'static,
    place: usize,
    pattern: Option<&Pattern>,
    sightings: &mut Sightings,
) -> io::Result<()> {
    let mut text = Utf8Reader::new(decompress::plain(bytes)?);
    let mut reading = Reading::new(place, pattern);
    while !sightings.is_over() && reading.fill(&mut text)? > 0 {
        reading.look(false, sightings);
        text.source().check(reading.close)?;
    }
    reading.finish(sightings);
    Ok(())
}
