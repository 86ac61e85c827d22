//! Takes the key from a file: the readable public half of a private key, an unlocked private key,
//! or a public key file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use keygen::{PrivateKeyFile, PublicKeyLine};

use super::{Found, Unlock};
use crate::Error;
use crate::defaults::PASSPHRASE_ATTEMPTS;

/// Reads the key from a file.
pub(super) fn read(path: &Path, unlock: &Unlock<'_>) -> Result<Found, Error> {
    let name = quoted(path);
    let bytes = File::open(path).and_then(contents);
    let bytes = bytes.map_err(|source| Error::Read { name: name.clone(), source })?;
    let mut key = key_in(&bytes, &name, unlock, || neighbour(path))?;
    if key.comment().is_empty() {
        // A locked OpenSSH file hides its comment, which the public file beside it may show.
        key = neighbour(path).filter(|other| other.is_same_key(&key)).unwrap_or(key);
    }
    let private_file = is_private(&bytes).then(|| path.to_owned());
    Ok(Found { key, origin: path.display().to_string(), private_file })
}

/// Like [`read`]; if the private file hides its public half, uses the public file beside it, as
/// `ssh` does.
pub(super) fn read_identity(path: &Path, unlock: &Unlock<'_>) -> Result<Found, Error> {
    match (read(path, &Unlock::Never), neighbour(path)) {
        (Ok(found), _) => Ok(found),
        (Err(_), Some(key)) => Ok(Found {
            key,
            origin: path.display().to_string(),
            private_file: Some(path.to_owned()),
        }),
        (Err(_), None) => read(path, unlock),
    }
}

/// Reads the key from standard input.
pub(super) fn read_stdin(unlock: &Unlock<'_>) -> Result<Found, Error> {
    let name = "standard input";
    let bytes = contents(io::stdin().lock());
    let bytes = bytes.map_err(|source| Error::Read { name: name.into(), source })?;
    let key = key_in(&bytes, name, unlock, || None)?;
    Ok(Found { key, origin: name.into(), private_file: None })
}

fn is_private(bytes: &[u8]) -> bool {
    PrivateKeyFile::parse(bytes).is_ok()
}

/// The whole input, or an error if it is larger than any key file.
fn contents(mut source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = keygen::MAX_FILE_SIZE as u64 + 1;
    source.by_ref().take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > keygen::MAX_FILE_SIZE {
        return Err(io::Error::other("it is larger than any key"));
    }
    Ok(bytes)
}

/// The key in these bytes. If they hide even the public half, uses the public file beside them.
/// Uses the passphrase if one was given.
fn key_in(
    bytes: &[u8],
    name: &str,
    unlock: &Unlock<'_>,
    beside: impl FnOnce() -> Option<PublicKeyLine>,
) -> Result<PublicKeyLine, Error> {
    let no_key = |source| Error::NoKey { name: name.to_owned(), source };
    let key = match PrivateKeyFile::parse(bytes) {
        Ok(file) => match file.public_key() {
            Some(key) => key,
            None if matches!(unlock, Unlock::With(_)) => unlocked(&file, name, unlock)?,
            None => match beside() {
                Some(key) => key,
                None => unlocked(&file, name, unlock)?,
            },
        },
        Err(keygen::Error::PublicOnly) => PublicKeyLine::parse_file(bytes).map_err(no_key)?,
        // A public file may begin with a comment; if it is not one either, the first error stands.
        Err(error @ keygen::Error::NotAKey) => {
            PublicKeyLine::parse_file(bytes).map_err(|_| no_key(error))?
        }
        Err(error) => return Err(no_key(error)),
    };
    if key.certificate().is_some() {
        return Err(Error::Certificate { name: name.to_owned() });
    }
    Ok(key)
}

fn unlocked(
    file: &PrivateKeyFile,
    name: &str,
    unlock: &Unlock<'_>,
) -> Result<PublicKeyLine, Error> {
    let no_key = |source| Error::NoKey { name: name.to_owned(), source };
    let private = match unlock {
        _ if !file.is_locked() => file.unlock(None),
        Unlock::With(passphrase) => file.unlock(Some(passphrase)),
        Unlock::Never => return Err(Error::Batch { name: name.to_owned() }),
        Unlock::Ask(ask) => {
            let mut attempt = 1;
            loop {
                match file.unlock(Some(&ask(name)?)) {
                    Err(error) if error.is_wrong_passphrase() && attempt < PASSPHRASE_ATTEMPTS => {
                        attempt += 1;
                    }
                    result => break result,
                }
            }
        }
    };
    private.and_then(|private| PublicKeyLine::of(&private)).map_err(no_key)
}

/// The public file of a private key: `id_rsa.pub` beside `id_rsa`, `id.pub` beside `id.ppk`.
fn neighbour(path: &Path) -> Option<PublicKeyLine> {
    let mut longer = path.as_os_str().to_owned();
    longer.push(".pub");
    [longer.into(), path.with_extension("pub")].iter().find_map(|file: &std::path::PathBuf| {
        let bytes = File::open(file).and_then(contents).ok()?;
        PublicKeyLine::parse_file(&bytes).ok()
    })
}

fn quoted(path: &Path) -> String {
    format!("`{}`", contract::shown(path))
}
