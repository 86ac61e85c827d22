//! Key files on disk: written completely beside their destination, synced, and only then renamed.
//!
//! Even if the program is killed, either the old file or the complete new one exists, and a private
//! key is never beside the public line of another. A signal leaves no half-written file.

mod lock;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use contract::shown;

use self::lock::FolderLock;
use crate::error::Error;
use crate::permissions;
use crate::random;
use crate::signals::{self, Cleanup};

/// What to do with an existing file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// Refuse.
    Keep,
    /// Replace it.
    Replace,
}

/// Who may read the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// The owner, for private keys.
    Owner,
    /// Everyone whom the directory and umask allow, for public keys.
    Anyone,
}

/// A file that was written beside its destination. It is removed on drop, and when a signal ends
/// the program.
#[derive(Debug)]
pub(crate) struct Pending {
    written: PathBuf,
    place: PathBuf,
    existing: Existing,
    _cleanup: Cleanup,
}

impl Pending {
    /// Writes and syncs the bytes in the directory of `path`.
    pub(crate) fn write(
        path: &Path,
        bytes: &[u8],
        readers: Readers,
        existing: Existing,
    ) -> Result<Self, Error> {
        check(path, existing)?;
        // A link stays a link; its target is replaced.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let written = temporary_beside(&place)?;
        let create = || match readers {
            Readers::Owner => permissions::create_owner_only(&written),
            Readers::Anyone => permissions::create_public(&written),
        };
        let unwanted = written.clone();
        let remove = move || {
            // After a rename there is nothing to remove.
            let _ = fs::remove_file(unwanted);
        };
        let cannot_write = |error: io::Error| Error::from(error).in_file("write", path);
        let (mut file, cleanup) = Cleanup::new(create, remove).map_err(cannot_write)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(cannot_write)?;
        if existing == Existing::Replace {
            permissions::keep_owner(&file, &place)
                .map_err(|error| Error::from(error).in_file("keep the owner of", path))?;
        }
        Ok(Self { written, place, existing, _cleanup: cleanup })
    }

    /// Renames the file to its destination, in one step.
    pub(crate) fn commit(self) -> Result<(), Error> {
        signals::uninterrupted(|| self.name())?;
        self.sync_directory();
        Ok(())
    }

    fn name(&self) -> Result<(), Error> {
        let named = match self.existing {
            Existing::Replace => fs::rename(&self.written, &self.place),
            Existing::Keep => self.name_without_replacing(),
        };
        named.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Error::Exists { path: self.place.clone() },
            _ => Error::from(error).in_file("write", &self.place),
        })
    }

    /// A rename would replace a file that was created meanwhile; a hard link does not.
    fn name_without_replacing(&self) -> io::Result<()> {
        match fs::hard_link(&self.written, &self.place) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists && !self.place.exists() => {
                // For file systems without hard links (FAT, some network drives).
                fs::rename(&self.written, &self.place)
            }
            linked => linked,
        }
    }

    /// Makes the new name durable. Windows cannot open directories, and does not need this.
    fn sync_directory(&self) {
        if let Ok(directory) = File::open(directory_of(&self.place)) {
            let _ = directory.sync_all();
        }
    }
}

/// A private key and its public line, which appear together.
#[derive(Debug)]
pub(crate) struct Pair {
    private: Pending,
    public: Pending,
}

impl Pair {
    /// Refuses early what [`Pair::write`] would only refuse after all the work.
    pub(crate) fn check(path: &Path, existing: Existing) -> Result<(), Error> {
        check_private(path, existing)?;
        check(&public_beside(path), existing)
    }

    /// Writes both beside their destinations.
    pub(crate) fn write(
        path: &Path,
        private: &[u8],
        public: &[u8],
        existing: Existing,
    ) -> Result<Self, Error> {
        Ok(Self {
            private: Pending::write(path, private, Readers::Owner, existing)?,
            public: Pending::write(&public_beside(path), public, Readers::Anyone, existing)?,
        })
    }

    /// Renames both, one run at a time. If one cannot be renamed, the previous files are restored.
    pub(crate) fn commit(self) -> Result<(), Error> {
        let _lock = FolderLock::take(directory_of(&self.private.place));
        signals::uninterrupted(|| match self.private.existing {
            Existing::Keep => self.name_new(),
            Existing::Replace => self.name_anew(),
        })?;
        self.private.sync_directory();
        Ok(())
    }

    fn name_new(&self) -> Result<(), Error> {
        self.private.name()?;
        self.public.name().inspect_err(|_| {
            // The first error is the one to report.
            let _ = fs::remove_file(&self.private.place);
        })
    }

    /// The old line is removed first: a reader may find a private key without its line, but never
    /// with another's.
    fn name_anew(&self) -> Result<(), Error> {
        let old = temporary_beside(&self.public.place)?;
        let was_there = match fs::rename(&self.public.place, &old) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(Error::from(error).in_file("write", &self.public.place)),
        };
        let named = self.private.name();
        if was_there && named.is_err() {
            // Nothing was replaced; that error is the one to report.
            let _ = fs::rename(&old, &self.public.place);
            return named;
        }
        let _ = fs::remove_file(&old);
        named.and_then(|()| self.public.name())
    }
}

/// The path of a key's public line: `id.pub` for `id.ppk`, `id_rsa.pub` for `id_rsa`.
pub(crate) fn public_beside(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ppk")) {
        return path.with_extension("pub");
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".pub");
    path.with_file_name(name)
}

/// Refuses a destination to which no private key could be written, before anything is asked or
/// searched for.
pub(crate) fn check_private(path: &Path, existing: Existing) -> Result<(), Error> {
    if path == Path::new("-") {
        let reason = "a private key is written to a file, not to standard output";
        return Err(Error::Usage(format!("-o -: {reason}")));
    }
    if !ends_with_a_name(path) {
        let name = shown(path);
        return Err(Error::Usage(format!("-o {name} is a folder, not a file")));
    }
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pub")) {
        return Err(Error::PublicName { path: path.to_path_buf() });
    }
    check(path, existing)
}

/// Whether a name follows the last separator, unlike in `keys/`, `keys/.`, `..` or an empty path.
fn ends_with_a_name(path: &Path) -> bool {
    let written = path.as_os_str().as_encoded_bytes();
    path.file_name().is_some_and(|name| written.ends_with(name.as_encoded_bytes()))
}

/// Refuses a destination without a folder, one that no file can have, and an existing file unless
/// it may be replaced.
fn check(path: &Path, existing: Existing) -> Result<(), Error> {
    if path.metadata().is_ok_and(|place| !place.is_file()) {
        return Err(Error::NotAFile { path: path.to_path_buf() });
    }
    if existing == Existing::Keep && path.symlink_metadata().is_ok() {
        return Err(Error::Exists { path: path.to_path_buf() });
    }
    let folder = directory_of(path);
    folder.metadata().map(drop).map_err(|error| Error::from(error).in_file("write to", folder))
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A hidden name that no file has, so that two runs never collide.
fn temporary_beside(path: &Path) -> Result<PathBuf, Error> {
    let mut unique = [0; 8];
    random::fill(&mut unique)?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{:016x}.tmp", u64::from_be_bytes(unique)));
    Ok(directory_of(path).join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<OsString> {
        let entries = fs::read_dir(directory).expect("a directory");
        entries.map(|entry| entry.expect("an entry").file_name()).collect()
    }

    #[test]
    fn a_file_is_never_replaced_unasked() {
        let home = Home::new("unasked");
        let path = home.0.join("id");
        let write = |bytes: &[u8], existing| -> Result<(), Error> {
            Pending::write(&path, bytes, Readers::Owner, existing)?.commit()
        };
        write(b"one", Existing::Keep).expect("written");
        assert!(matches!(write(b"two", Existing::Keep), Err(Error::Exists { .. })));
        assert_eq!(fs::read(&path).expect("readable"), b"one");
        write(b"three", Existing::Replace).expect("replaced");
        assert_eq!(fs::read(&path).expect("readable"), b"three");
        assert_eq!(names(&home.0), ["id"]);
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() {
        let home = Home::new("meanwhile");
        let path = home.0.join("id");
        let pending =
            Pending::write(&path, b"new", Readers::Owner, Existing::Keep).expect("written");
        fs::write(&path, b"theirs").expect("written");
        assert!(matches!(pending.commit(), Err(Error::Exists { .. })));
        assert_eq!(fs::read(&path).expect("readable"), b"theirs");
        assert_eq!(names(&home.0), ["id"]);
    }

    #[test]
    fn dropped_before_its_commit_it_leaves_nothing() {
        let home = Home::new("dropped");
        drop(Pending::write(&home.0.join("id"), b"new", Readers::Owner, Existing::Keep));
        assert!(names(&home.0).is_empty());
    }

    /// A directory of the test's own.
    struct Home(PathBuf);

    impl Home {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("keygen-store-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).expect("a directory");
            Self(path)
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
