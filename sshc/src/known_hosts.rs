//! Host keys on record: reads, searches and extends files in the `known_hosts` format (sshd(8)).
//!
//! [`host_key`](crate::host_key) decides what a record means for a key that a server shows.

pub mod command;
mod day;
mod edit;
mod entry;
mod error;
mod krl;
mod revoked;
mod server_name;
mod targets;
#[cfg(unix)]
mod unix;
mod update_host_keys;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use russh::keys::ssh_key::{Algorithm, HashAlg, PublicKey};

pub use day::Day;
pub use edit::{Forgotten, forget, remember, remember_with};
pub use entry::{Entry, LineError, Marker, Place, Relation};
pub use error::Error;
pub use krl::{RevocationList, RevocationListError};
pub use server_name::Name;
pub use targets::{Lifetime, NotALifetime, Targets};
pub use update_host_keys::{Changes, can_be_verified, changes, retire};

use crate::text_file;

/// The most bytes read of one file: enough for over a hundred thousand keys.
const MOST_BYTES: u64 = 64 << 20;

/// The keys of several files, in order.
#[derive(Clone, Debug, Default)]
pub struct KnownHosts {
    lines: Vec<Entry>,
    warnings: Vec<Warning>,
    revocation_lists: Vec<(Place, RevocationList)>,
}

/// A malformed line, which is ignored. The other lines count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where the line stands.
    pub place: Place,
    /// What is wrong with it.
    pub fault: LineError,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl KnownHosts {
    /// Reads files of known hosts. A file that does not exist counts as empty, and so does `none`.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when an existing file cannot be read or is over 64 MiB.
    pub fn read(files: &[impl AsRef<Path>]) -> Result<Self, Error> {
        let mut all = Self::default();
        for file in files.iter().map(AsRef::as_ref).filter(|file| !is_nothing(file)) {
            let text = text_file::read(file, MOST_BYTES)
                .map_err(|source| Error::Read { path: file.to_owned(), source })?;
            all.append(file, &text.unwrap_or_default());
        }
        Ok(all)
    }

    /// The known hosts in `text`; `file` is the name to report for its lines.
    #[must_use]
    pub fn parse(file: &Path, text: &str) -> Self {
        let mut all = Self::default();
        all.append(file, text);
        all
    }

    /// Adds keys that are on record in another place.
    pub fn extend(&mut self, lines: impl IntoIterator<Item = Entry>) {
        self.lines.extend(lines);
    }

    /// Adds the lines and warnings of other files.
    pub fn append_all(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.warnings.extend(other.warnings);
        self.revocation_lists.extend(other.revocation_lists);
    }

    /// The place of a revocation list that holds for a key or certificate, if there is one.
    pub(crate) fn listed_as_revoked(
        &self,
        is_revoked: impl Fn(&RevocationList) -> bool,
    ) -> Option<&Place> {
        let mut lists = self.revocation_lists.iter();
        lists.find(|(_, list)| is_revoked(list)).map(|(place, _)| place)
    }

    /// The malformed lines.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The lines that apply to a server with any of these names, in order, each once.
    pub fn about<'a>(&'a self, names: &'a [Name]) -> impl Iterator<Item = (&'a Entry, Relation)> {
        self.lines.iter().filter_map(|line| {
            let mut relations = names.iter().filter_map(|name| line.relation_to(name));
            let first = relations.next()?;
            Some((line, relations.fold(first, Relation::closer)))
        })
    }

    /// A key on record for the same address under another name than `name`: that of the host, or
    /// that of another target there.
    #[must_use]
    pub fn elsewhere(&self, name: &Name) -> Option<&Entry> {
        let is_key = |line: &&Entry| line.marker == Marker::HostKey;
        self.lines.iter().filter(is_key).find(|line| {
            line.relation_to(name) == Some(Relation::Covered) || line.is_target_beside(name)
        })
    }

    /// Where else this key is on record, with the names there, escaped; only the first of many.
    #[must_use]
    pub fn other_names(&self, key: &PublicKey) -> Vec<String> {
        const MOST: usize = 5;
        let Ok(blob) = key.to_bytes() else { return Vec::new() };
        let holders =
            self.lines.iter().filter(|line| line.marker == Marker::HostKey && line.has_key(&blob));
        let mut names = holders.clone().take(MOST).map(Entry::names_shown).collect::<Vec<_>>();
        match holders.count().saturating_sub(MOST) {
            0 => {}
            more => names.push(format!("and {more} more")),
        }
        names
    }

    /// The algorithms of a server's keys on record. Asking for these first avoids being shown a key
    /// that cannot be compared with any.
    #[must_use]
    pub fn algorithms_for(&self, names: &[Name]) -> Vec<Algorithm> {
        let mut algorithms = Vec::new();
        let keys = self.about(names).filter(|(line, _)| line.marker == Marker::HostKey);
        for algorithm in keys.filter_map(|(line, _)| line.algorithm()).flat_map(as_negotiated) {
            if !algorithms.contains(&algorithm) {
                algorithms.push(algorithm);
            }
        }
        algorithms
    }

    /// Whether certificates for one of these names could be valid: an authority is on record.
    #[must_use]
    pub fn has_authority_for(&self, names: &[Name]) -> bool {
        self.about(names).any(|(line, _)| line.marker == Marker::CertAuthority)
    }

    fn append(&mut self, file: &Path, text: &str) {
        let file: Arc<Path> = file.into();
        for (line, text) in (1..).zip(text_file::lines(text)) {
            let place = Place { file: Arc::clone(&file), line };
            match Entry::parse(text.trim_end_matches(['\r', '\n']), &place) {
                Ok(line) => self.lines.extend(line),
                Err(fault) => self.warnings.push(Warning { place, fault }),
            }
        }
    }
}

/// Whether this stands for no file: `none`, as in ssh, or the null device.
fn is_nothing(file: &Path) -> bool {
    file.as_os_str().eq_ignore_ascii_case("none") || platform::is_null(file)
}

/// The names of a key type in the key exchange: RSA keys sign with SHA-2 (RFC 8332).
fn as_negotiated(key_type: Algorithm) -> Vec<Algorithm> {
    match key_type {
        Algorithm::Rsa { .. } => [HashAlg::Sha512, HashAlg::Sha256]
            .map(|hash| Algorithm::Rsa { hash: Some(hash) })
            .to_vec(),
        other => vec![other],
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
