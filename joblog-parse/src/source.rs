//! The sources of logs.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A log: a file or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input, written `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// The name for output: the path as given, or `-`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".into(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Opens it.
    pub(crate) fn open(&self) -> Result<Box<dyn Read>, Error> {
        match self {
            Self::Stdin => Ok(Box::new(io::stdin().lock())),
            Self::File(path) => Ok(Box::new(open_file(path)?)),
        }
    }

    /// The error when this source cannot be read.
    pub(crate) fn unreadable(&self, cause: io::Error) -> Error {
        match self {
            Self::Stdin => Error::Read { name: "standard input".into(), cause },
            Self::File(path) => Error::Read { name: quoted(path), cause },
        }
    }
}

/// Opens a file; refuses a directory.
pub(crate) fn open_file(path: &Path) -> Result<File, Error> {
    // Windows cannot open a directory at all, and its error does not say that it is one.
    if path.is_dir() {
        return Err(Error::Directory(quoted(path)));
    }
    File::open(path).map_err(|cause| Error::Read { name: quoted(path), cause })
}

fn quoted(path: &Path) -> String {
    format!("`{}`", contract::shown(path))
}
