//! Host keys that no server may show (`RevokedHostKeys`): files with one public key per line.
//!
//! Revocations for a single server stand in the files of known hosts.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use keygen::PublicKeyLine;
use russh::keys::ssh_key::PublicKey;

use super::{Entry, Error, MOST_BYTES, Place};
use crate::text_file;

/// The first bytes of a key revocation list, which only `ssh-keygen -k` writes (PROTOCOL.krl).
const LIST_MAGIC: &str = "SSHKRL\n\0";

/// The keys of a file, as entries that revoke them for every server.
///
/// # Errors
///
/// [`Error::Revoked`] when the file is missing, cannot be read, or holds anything but public keys:
/// then any key may be revoked.
pub fn revoked(file: &Path) -> Result<Vec<Entry>, Error> {
    read(file).map_err(|source| Error::Revoked { path: file.to_owned(), source })
}

fn read(file: &Path) -> io::Result<Vec<Entry>> {
    let text = text_file::read(file, MOST_BYTES)?
        .ok_or_else(|| io::Error::new(ErrorKind::NotFound, "there is no such file"))?;
    if text.starts_with(LIST_MAGIC) {
        let why = "it is a binary key revocation list, which is not supported";
        return Err(io::Error::new(ErrorKind::Unsupported, why));
    }
    let file: Arc<Path> = file.into();
    let mut lines = Vec::new();
    for (line, text) in (1..).zip(text_file::lines(&text)) {
        let text = text.trim();
        if !text.is_empty() && !text.starts_with('#') {
            let blob = blob(text).map_err(|why| {
                io::Error::new(ErrorKind::InvalidData, format!("line {line}: {why}"))
            })?;
            lines.push(Entry::revoked(Place { file: Arc::clone(&file), line }, blob));
        }
    }
    Ok(lines)
}

/// The key of a line; for a certificate the certified key, as with `ssh`.
fn blob(text: &str) -> Result<Vec<u8>, keygen::Error> {
    let line: PublicKeyLine = text.parse()?;
    let Some(certificate) = line.certificate() else { return Ok(line.blob().to_vec()) };
    let key = PublicKey::from(certificate.public_key().clone());
    key.to_bytes().map_err(|_| keygen::Error::NotAPublicKey("the certificate is for no key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_key::{Verdict, judge};
    use crate::known_hosts::{KnownHosts, Name};

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    /// Where a file with this text revokes the key, `None` if it does not, or why the file cannot
    /// be used.
    fn said(bytes: impl AsRef<[u8]>) -> Result<Option<u32>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("revoked");
        std::fs::write(&file, bytes).unwrap();
        let mut on_record = KnownHosts::default();
        on_record.extend(read(&file).map_err(|why| why.to_string())?);
        let names = [Name::target("ada", "node7", 2222).unwrap()];
        Ok(match judge(&KEY.parse().unwrap(), &names, &on_record) {
            Verdict::Revoked { place } => Some(place.line),
            verdict => {
                assert_eq!(verdict, Verdict::Unknown);
                None
            }
        })
    }

    #[test]
    fn keys_are_revoked_for_every_server() {
        let other = KEY.replace("FSqti", "FSqtj");
        for (text, line) in [
            (String::new(), None),
            (format!("# {KEY}\n \t\n"), None),
            (other.clone(), None),
            (KEY.to_owned(), Some(1)),
            (format!("# stolen\r\n\r\n{other}\r\n  {KEY} ada@node7\r\n"), Some(4)),
            (format!("\u{feff}{KEY}\n"), Some(1)),
        ] {
            assert_eq!(said(&text), Ok(line), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_revokes_all() {
        let half = KEY.get(..40).unwrap();
        for (bytes, why) in [
            (
                b"SSHKRL\n\0\0\0\0\x01".to_vec(),
                "it is a binary key revocation list, which is not supported",
            ),
            (
                b"SSHKRL\n\0\xff\xff".to_vec(),
                "it is a binary key revocation list, which is not supported",
            ),
            (
                format!("{KEY}\n\n{half}\n").into_bytes(),
                "line 3: not a public key: the key data is damaged or truncated",
            ),
            (
                b"SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ\n".to_vec(),
                "line 1: not a public key: the key data does not begin with an algorithm",
            ),
        ] {
            assert_eq!(said(bytes), Err(why.to_owned()));
        }
    }
}
