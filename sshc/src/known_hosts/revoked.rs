//! Host keys that no server may show (`RevokedHostKeys`): files with one public key per line, or
//! binary lists by `ssh-keygen -k`.
//!
//! Revocations for a single server stand in the files of known hosts.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use keygen::PublicKeyLine;
use russh::keys::ssh_key::PublicKey;

use super::krl::{MAGIC, RevocationList};
use super::{Entry, Error, KnownHosts, MOST_BYTES, Place};
use crate::text_file::{self, Encoding};

impl KnownHosts {
    /// Adds the revoked keys of a file, for every server.
    ///
    /// # Errors
    ///
    /// [`Error::Revoked`] when the file is missing, cannot be read, or holds anything else than
    /// public keys or a key revocation list: then any key may be revoked.
    pub fn revoke(&mut self, file: &Path) -> Result<(), Error> {
        self.add_revoked(file).map_err(|source| Error::Revoked { path: file.to_owned(), source })
    }

    fn add_revoked(&mut self, file: &Path) -> io::Result<()> {
        let missing = || io::Error::new(ErrorKind::NotFound, "there is no such file");
        let bytes = text_file::read_bytes(file, MOST_BYTES)?.ok_or_else(missing)?;
        let file: Arc<Path> = file.into();
        if bytes.starts_with(MAGIC) {
            let list = RevocationList::parse(&bytes).map_err(invalid)?;
            self.revocation_lists.push((Place { file, line: 0 }, list));
            return Ok(());
        }
        for (line, text) in (1..).zip(text_file::lines(&Encoding::decode(&bytes).0)) {
            let text = text.trim();
            if !text.is_empty() && !text.starts_with('#') {
                let blob = blob(text).map_err(|why| invalid(format!("line {line}: {why}")))?;
                self.lines.push(Entry::revoked(Place { file: Arc::clone(&file), line }, blob));
            }
        }
        Ok(())
    }
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
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
        on_record.add_revoked(&file).map_err(|why| why.to_string())?;
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
            (b"SSHKRL\n\0\0\0\0\x01".to_vec(), "the key revocation list is cut off"),
            (
                b"SSHKRL\n\0\0\0\0\x02".to_vec(),
                "the key revocation list has version 2, and only 1 is known",
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
