//! The SHA-256 of every file that was built.

use std::path::Path;
use std::process::Command;

use super::files;
use crate::step::{self, Failure, Outcome};

const FILE: &str = "SHA256SUMS";

/// Files by name, with their checksums in hexadecimal.
pub(super) struct Checksums(Vec<(String, String)>);

impl Checksums {
    /// The checksums of all files in this folder.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        let names: Vec<_> =
            files::names(folder)?.into_iter().filter(|it| folder.join(it).is_file()).collect();
        let mut sha256sum = Command::new("sha256sum");
        let lines = step::output(sha256sum.current_dir(folder).arg("--").args(names))?;
        let pair = |line: &str| {
            let (sum, name) = line.split_once("  ")?;
            Some((name.to_owned(), sum.to_owned()))
        };
        Ok(Self(lines.lines().filter_map(pair).collect()))
    }

    /// The checksum of this file, if it was built.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, sum)| sum.as_str())
    }

    /// Writes them in the format of `sha256sum --check`.
    pub(super) fn write(&self, folder: &Path) -> Outcome {
        let lines = self.0.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
        files::write(&folder.join(FILE), lines.collect::<String>())
    }
}
