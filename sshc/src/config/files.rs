//! The files of a configuration: which are read, in which order, and which of their blocks apply.

mod criteria;
mod glob;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{DEEPEST_INCLUDE, Origin};
use super::option::{self, Known};
use super::syntax::Directive;
use super::template::Template;
use super::{Config, Context, Error, Note, Request, SettingError, platform};
use crate::pattern::match_one;
use crate::text_file;

/// The most bytes that are read of one file.
const MOST_BYTES: u64 = 16 << 20;

/// The files to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Files {
    /// The user's file (`~/.ssh/config`) and the system's (`/etc/ssh/ssh_config`).
    #[default]
    Usual,
    /// A single file (`--config FILE`).
    Only(PathBuf),
    /// None (`--config none`).
    None,
}

/// One pass over all files.
pub(super) struct Pass<'a> {
    pub(super) context: &'a Context,
    pub(super) request: &'a Request<'a>,
    pub(super) config: &'a mut Config,
    /// The second pass, in which `Match final` applies.
    pub(super) is_final: bool,
    /// Whether there was a `Match final`.
    pub(super) wants_final: bool,
}

/// The properties that a file shares with those that it includes.
#[derive(Clone, Copy)]
struct Inherited<'a> {
    /// The folder for relative names.
    directory: &'a Path,
    /// Whether other users must not be able to write it.
    is_users: bool,
    /// Whether it is for all users of the machine.
    is_systems: bool,
}

impl Pass<'_> {
    /// Reads all files once.
    pub(super) fn run(&mut self) -> Result<(), Error> {
        let user = self.context.user_directory();
        let system = self.context.system_directory.clone();
        match &self.request.files {
            Files::None => Ok(()),
            Files::Only(path) => {
                let inherited = Inherited { directory: &user, is_users: false, is_systems: false };
                if self.file(path, inherited, 0, true)? {
                    return Ok(());
                }
                let source = io::ErrorKind::NotFound.into();
                Err(Error::Read { path: path.clone(), source })
            }
            Files::Usual => {
                let inherited = Inherited { directory: &user, is_users: true, is_systems: false };
                self.file(&user.join("config"), inherited, 0, true)?;
                let inherited = Inherited { directory: &system, is_users: false, is_systems: true };
                self.file(&system.join("ssh_config"), inherited, 0, true)?;
                Ok(())
            }
        }
    }

    /// Reads a file; returns whether it exists. If the enclosing block does not apply, nothing in
    /// the file does, but it must still be valid.
    fn file(
        &mut self,
        path: &Path,
        inherited: Inherited<'_>,
        depth: usize,
        applies: bool,
    ) -> Result<bool, Error> {
        let unreadable = |source| Error::Read { path: path.to_owned(), source };
        let Some(text) = text_file::read(path, MOST_BYTES).map_err(unreadable)? else {
            return Ok(false);
        };
        let metadata = fs::metadata(path).map_err(unreadable)?;
        let others_can_write = platform::others_can_write(&metadata);
        if inherited.is_users && others_can_write {
            return Err(Error::Permissions { path: path.to_owned() });
        }
        let is_own =
            inherited.is_users || !inherited.is_systems && platform::is_users_alone(&metadata);
        let mut active = applies;
        for (line, text) in (1..).zip(text_file::lines(&text)) {
            let origin = Origin::File { path: path.to_owned(), line };
            let at = |fault| Error::Line { origin: origin.clone(), fault };
            let directive = Directive::parse(text).map_err(|_| at(SettingError::Quotes))?;
            let Some(directive) = directive else { continue };
            let keyword = directive.keyword.to_ascii_lowercase();
            if directive.raw.is_empty() {
                return Err(at(SettingError::NoValue { keyword }));
            }
            match keyword.as_str() {
                "host" => active = applies && self.host_is_one_of(&directive.words),
                "match" => {
                    let is_permitted = *self.config.permit_match_exec && !others_can_write;
                    let may_run = self.context.may_run_programs || is_permitted;
                    let matches = criteria::hold(self, &directive.words, applies, may_run);
                    let matches = matches.map_err(at)?;
                    active = applies && matches;
                }
                "include" => self.include(&directive.words, inherited, depth, active, &origin)?,
                option::PERMIT_MATCH_EXEC if !is_own => self.powerless(&directive, origin),
                _ => self.option(&directive, &origin, active)?,
            }
        }
        Ok(true)
    }

    fn host_is_one_of(&self, patterns: &[String]) -> bool {
        // Once the host is known, blocks for it apply too.
        let host = if self.is_final { &self.config.host_name } else { self.request.host };
        let mut found = false;
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(denied) if match_one(host, denied, false) => return false,
                Some(_) => {}
                None => found |= match_one(host, pattern, false),
            }
        }
        found
    }

    fn include(
        &mut self,
        patterns: &[String],
        inherited: Inherited<'_>,
        depth: usize,
        active: bool,
        origin: &Origin,
    ) -> Result<(), Error> {
        if depth + 1 >= DEEPEST_INCLUDE {
            return Err(Error::Line { origin: origin.clone(), fault: SettingError::TooDeep });
        }
        for pattern in patterns {
            let tokens = self.config.tokens(self.context, self.request);
            let pattern = inherited.directory.join(tokens.path(&Template(pattern.clone()))?);
            for path in matching_files(&pattern) {
                self.file(&path, inherited, depth + 1, active)?;
            }
        }
        Ok(())
    }

    /// Notes a line that would allow others to run programs.
    fn powerless(&mut self, directive: &Directive<'_>, origin: Origin) {
        if !self.is_final {
            let keyword = directive.keyword.to_owned();
            let known = Known::Elsewhere("it counts only in a file that you alone can write");
            self.config.notes.push(Note { origin, keyword, known });
        }
    }

    fn option(
        &mut self,
        directive: &Directive<'_>,
        origin: &Origin,
        active: bool,
    ) -> Result<(), Error> {
        let at = |fault| Error::Line { origin: origin.clone(), fault };
        let known = if active {
            option::apply(self.config, directive).map_err(at)?
        } else {
            let mut unused = Config::new(self.context);
            unused.ignore_unknown = self.config.ignore_unknown.clone();
            option::apply(&mut unused, directive).map_err(at)?
        };
        if known == Known::Nowhere {
            return Err(at(SettingError::Unknown { keyword: directive.keyword.to_owned() }));
        }
        // The second pass reads the same lines again.
        if active && !self.is_final && known != Known::Here {
            let keyword = directive.keyword.to_owned();
            self.config.notes.push(Note { origin: origin.clone(), keyword, known });
        }
        Ok(())
    }
}

/// The files that match a pattern, in order.
fn matching_files(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        let text = part.as_os_str().to_string_lossy();
        if !glob::is_pattern(&text) {
            found = found.into_iter().map(|path| path.join(part)).collect();
            continue;
        }
        found = found.iter().flat_map(|directory| entries_like(directory, &text)).collect();
    }
    found.retain(|path| path.exists());
    found
}

/// The entries of a directory that match a pattern, in order.
fn entries_like(directory: &Path, pattern: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let is_meant = |name: &str| glob::is_like(name, pattern);
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(is_meant))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}
