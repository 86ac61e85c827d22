//! Reads sources to their end and collects what they announce.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::choose::Sightings;
use crate::error::Error;
use crate::escaped::Escaped;
use crate::recognize::Recognizer;
use crate::text::decode::Utf8Reader;
use crate::text::decompress;
use crate::text::sieve::Sieve;

/// Where a log comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input, written `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// The name that output shows: the path as it was given, or `-`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".into(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// A directory, or what the system says.
    pub(crate) fn open(&self) -> Result<Box<dyn Read>, Error> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin().lock())),
            Self::File(path) => open_file(path).map(|file| Box::new(file) as Box<dyn Read>),
        }
    }

    /// The error for this source.
    pub(crate) fn unreadable(&self, cause: io::Error) -> Error {
        match self {
            Self::Stdin => Error::Read { name: "standard input".into(), cause },
            Self::File(path) => Error::Read { name: shown(path), cause },
        }
    }
}

pub(crate) fn open_file(path: &Path) -> Result<File, Error> {
    // Windows cannot open a directory at all, and says something else about it.
    if path.is_dir() {
        return Err(Error::Directory(shown(path)));
    }
    File::open(path).map_err(|cause| Error::Read { name: shown(path), cause })
}

fn shown(path: &Path) -> Escaped {
    Escaped::new(&path.to_string_lossy())
}

/// Reads the source to its end.
///
/// # Errors
/// [`Error::Directory`], or [`Error::Read`] with what is wrong with the source or its compression.
pub fn scan(source: &Source, place: usize, sightings: &mut Sightings) -> Result<(), Error> {
    let unreadable = |cause| source.unreadable(cause);
    let plain = decompress::plain(source.open()?).map_err(unreadable)?;
    let mut text = Utf8Reader::new(plain);
    let mut sieve = Sieve::new();
    let mut recognizer = Recognizer::default();
    loop {
        let is_last = sieve.fill(&mut text).map_err(unreadable)? == 0;
        while let Some(line) = sieve.next(is_last) {
            let wanted = recognizer.read(&line);
            sieve.let_through(wanted);
        }
        if is_last {
            recognizer.finish();
        }
        for finding in recognizer.take_found() {
            sightings.add(place, finding);
        }
        if is_last {
            return Ok(());
        }
    }
}
