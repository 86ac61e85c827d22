//! Files of settings with sections: what a section of another service names is not the cluster's.

use crate::recognize::cue::Cue;
use crate::recognize::evidence::Evidence;
use crate::recognize::parsed_line::ParsedLine;

/// From this section on, a file describes more than one login.
const SECTIONS: usize = 3;

/// The sections so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    sections: usize,
    taint: Evidence,
}

impl Settings {
    /// The evidence of the section against what the line names.
    pub(super) fn enter(&mut self, said: &str, line: &ParsedLine<'_>) -> Evidence {
        let said = said.trim();
        let name = said.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let is_name = |name: &&str| {
            !name.is_empty()
                && name.bytes().all(|it| it.is_ascii_alphabetic() || b"_-. ".contains(&it))
        };
        if name.as_ref().is_some_and(is_name) {
            self.sections += 1;
            let is_login = line.says(&[
                Cue::Connect,
                Cue::Ssh,
                Cue::Login,
                Cue::Cluster,
                Cue::Main,
                Cue::Machine,
                Cue::Host,
                Cue::Account,
                Cue::Ready,
                Cue::Job,
            ]);
            let is_other = !is_login && self.sections >= SECTIONS || is_of_transfer(said);
            self.taint = if is_other { Evidence::FOREIGN } else { Evidence::default() };
            return Evidence::default();
        }
        let Some((key, value)) = said.split_once('=') else {
            if !said.starts_with([';', '#']) {
                *self = Self::default();
            }
            return Evidence::default();
        };
        let is_kind = ["protocol", "type", "scheme", "transport"].contains(&key.trim());
        if is_kind && ["sftp", "ftp", "ftps", "s3", "webdav", "smb"].contains(&value.trim()) {
            self.taint.add(Evidence::FOREIGN);
        }
        self.taint
    }
}

/// Whether the name of a section is about moving files: `[sftp]`.
fn is_of_transfer(name: &str) -> bool {
    const NAMES: [&str; 8] =
        ["ftp", "upload", "transfer", "push", "deposit", "backup", "archive", "staging"];
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|it| name.contains(it))
}
