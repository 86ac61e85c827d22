//! Changes files of known hosts while other programs read and write them.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rand::Rng as _;
use russh::keys::ssh_key::PublicKey;

use super::entry::{Entry, Place, hashed};
use super::{Error, KnownHosts, MOST_BYTES, Name, Relation, is_nothing, platform};
use crate::fingerprint::Fingerprint;
use crate::text_file::{self, Encoding};

/// Adds a key to a file; a missing file, and its directory, are created for their owner only.
///
/// The file is locked during the change and synced to disk after it. A key that the file already
/// has is not added again. If the file stands for no file, nothing happens. With `hash` the file
/// does not reveal the name.
///
/// # Errors
///
/// [`Error::Write`] when the file cannot be created, locked, read or written.
pub fn remember(file: &Path, name: &Name, key: &PublicKey, hash: bool) -> Result<(), Error> {
    add(file, name, key, hash, "")
}

/// The same for a server and its address, in one line, as OpenSSH does (`CheckHostIP`). Hashed
/// names need a line each.
///
/// # Errors
///
/// As for [`remember`].
pub fn remember_with(
    file: &Path,
    name: &Name,
    address: Option<&Name>,
    key: &PublicKey,
    hash: bool,
) -> Result<(), Error> {
    match address {
        None => remember(file, name, key, hash),
        Some(address) if hash => {
            remember(file, name, key, hash)?;
            remember(file, address, key, hash)
        }
        Some(address) => add_as(file, name, &format!("{name},{address}"), key, ""),
    }
}

/// The same, with a comment.
pub(super) fn add(
    file: &Path,
    name: &Name,
    key: &PublicKey,
    hash: bool,
    comment: &str,
) -> Result<(), Error> {
    let written = if hash {
        let mut salt = [0; 20];
        rand::rng().fill_bytes(&mut salt);
        hashed(name.written(), salt)
    } else {
        name.to_string()
    };
    add_as(file, name, &written, key, comment)
}

/// Adds a key with the names as they are to be written.
fn add_as(
    file: &Path,
    name: &Name,
    written: &str,
    key: &PublicKey,
    comment: &str,
) -> Result<(), Error> {
    if is_nothing(file) {
        return Ok(());
    }
    let blob = key.to_bytes().map_err(Error::Key)?;
    let key = PublicKey::new(key.key_data().clone(), "").to_openssh().map_err(Error::Key)?;
    let line = format!("{written} {} {comment}", key.trim_end());
    let line = format!("{}\n", line.trim_end());
    add_line(file, name, &Fingerprint::sha256_of(&blob), &line)
        .map_err(|source| Error::Write { path: file.to_owned(), source })
}

fn add_line(path: &Path, name: &Name, key: &Fingerprint, line: &str) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        platform::create_directory(directory)?;
    }
    let mut file = platform::open_to_append(path)?;
    file.lock()?;
    let bytes = text_file::read_to_end(&mut file, MOST_BYTES)?;
    let (text, encoding) = Encoding::decode_to_change(&bytes)?;
    let names = std::slice::from_ref(name);
    let there = KnownHosts::parse(path, &text);
    let recorded = there.about(names).any(|(line, relation)| {
        relation == Relation::Named && line.is_written_for(name) && line.fingerprint() == *key
    });
    if recorded {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with(['\n', '\r']) { "" } else { "\n" };
    file.write_all(&encoding.encode(&format!("{gap}{line}")))?;
    sync(&file)
}

/// A removed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Where it was.
    pub place: Place,
    /// Its type, such as `ssh-ed25519`.
    pub key_type: String,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

/// Removes the lines for a name from a file, and returns them.
///
/// Patterns that match the name, authorities and revocations stay. The old content is kept next to
/// the file as `FILE.old`. The file is rewritten in place, so that a symbolic link stays a link. If
/// there is nothing to remove, nothing is written.
///
/// # Errors
///
/// [`Error::Read`] and [`Error::Write`]; a missing file is no error.
pub fn forget(file: &Path, name: &Name) -> Result<Vec<Forgotten>, Error> {
    remove(file, |line| line.is_written_for(name))
}

/// Removes the lines for which `is_meant` is true, as [`forget`] does.
pub(super) fn remove(
    file: &Path,
    is_meant: impl Fn(&Entry) -> bool,
) -> Result<Vec<Forgotten>, Error> {
    let Some((mut open, bytes)) = open_locked(file)? else { return Ok(Vec::new()) };
    let (text, encoding) = Encoding::decode_to_change(&bytes)
        .map_err(|source| Error::Write { path: file.to_owned(), source })?;
    let (forgotten, kept) = without(file, &text, is_meant);
    if forgotten.is_empty() {
        return Ok(forgotten);
    }
    let old = old_of(file);
    write_old(&old, &bytes).map_err(|source| Error::Write { path: old, source })?;
    rewrite(&mut open, &encoding.encode_file(&kept))
        .map_err(|source| Error::Write { path: file.to_owned(), source })?;
    Ok(forgotten)
}

/// Replaces the text of each line with an entry, or removes it for `None`. Other lines stay, and no
/// copy of the old file is kept.
pub(super) fn change(
    file: &Path,
    changed: impl Fn(&Entry, &str) -> Option<String>,
) -> Result<(), Error> {
    let Some((mut open, bytes)) = open_locked(file)? else { return Ok(()) };
    let refused = |source| Error::Write { path: file.to_owned(), source };
    let (text, encoding) = Encoding::decode_to_change(&bytes).map_err(refused)?;
    let mut after = String::with_capacity(text.len());
    for (line, text) in (1..).zip(text_file::lines(&text)) {
        let place = Place { file: file.into(), line };
        match Entry::parse(text.trim_end_matches(['\r', '\n']), &place) {
            Ok(Some(entry)) => after.extend(changed(&entry, text)),
            _ => after.push_str(text),
        }
    }
    if after == text {
        return Ok(());
    }
    rewrite(&mut open, &encoding.encode_file(&after)).map_err(refused)
}

/// Opens and locks an existing file; returns it with its content.
fn open_locked(file: &Path) -> Result<Option<(File, Vec<u8>)>, Error> {
    if is_nothing(file) {
        return Ok(None);
    }
    let mut open = match File::options().read(true).write(true).open(file) {
        Ok(open) => open,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Write { path: file.to_owned(), source }),
    };
    open.lock().map_err(|source| Error::Write { path: file.to_owned(), source })?;
    let bytes = text_file::read_to_end(&mut open, MOST_BYTES)
        .map_err(|source| Error::Read { path: file.to_owned(), source })?;
    Ok(Some((open, bytes)))
}

/// The lines of a text for which `is_meant` is true, and the text without them.
fn without(file: &Path, text: &str, is_meant: impl Fn(&Entry) -> bool) -> (Vec<Forgotten>, String) {
    let mut forgotten = Vec::new();
    let mut kept = String::with_capacity(text.len());
    for (line, text) in (1..).zip(text_file::lines(text)) {
        let place = Place { file: file.into(), line };
        match Entry::parse(text.trim_end_matches(['\r', '\n']), &place) {
            Ok(Some(line)) if is_meant(&line) => forgotten.push(Forgotten {
                place,
                key_type: line.key_type().to_owned(),
                fingerprint: line.fingerprint(),
            }),
            _ => kept.push_str(text),
        }
    }
    (forgotten, kept)
}

fn old_of(file: &Path) -> PathBuf {
    let mut old = OsString::from(file);
    old.push(".old");
    old.into()
}

fn write_old(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut old = platform::create_file(path)?;
    old.write_all(bytes)?;
    sync(&old)
}

fn rewrite(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    sync(file)
}

/// Known hosts may be a link to `/dev/null`, which cannot be synced.
fn sync(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() { file.sync_all() } else { Ok(()) }
}
