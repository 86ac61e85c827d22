//! Files and folders, with errors that name them.

use std::fs;
use std::io;
use std::path::Path;

use crate::step::{Failure, Outcome};

/// Makes the folder, or empties it.
pub(super) fn empty(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| failure("empty", folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| failure("create", folder, &error))
}

/// Copies a file with its mode, and makes the folders above the destination.
pub(super) fn copy(from: &Path, to: &Path) -> Outcome {
    make_parent(to)?;
    fs::copy(from, to).map(drop).map_err(|error| failure("copy", from, &error))
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| failure("read", path, &error))
}

/// Writes a file, and makes the folders above it.
pub(super) fn write(path: &Path, text: impl AsRef<[u8]>) -> Outcome {
    make_parent(path)?;
    fs::write(path, text).map_err(|error| failure("write", path, &error))
}

fn make_parent(path: &Path) -> Outcome {
    match path.parent() {
        Some(folder) => {
            fs::create_dir_all(folder).map_err(|error| failure("create", folder, &error))
        }
        None => Ok(()),
    }
}

/// The names in a folder, in order.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| failure("read", folder, &error))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failure("read", folder, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The files in a folder with their sizes in bytes, in order.
pub(super) fn sizes(folder: &Path) -> Result<Vec<(String, u64)>, Failure> {
    let size = |name: String| {
        let path = folder.join(&name);
        let data = fs::metadata(&path).map_err(|error| failure("read", &path, &error))?;
        Ok((name, data.len()))
    };
    names(folder)?.into_iter().map(size).collect()
}

fn failure(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot {what} {}: {error}", path.display()))
}
