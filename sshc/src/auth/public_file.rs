//! A public key file, standing for a private key in an agent.

use std::path::{Path, PathBuf};

use contract::shown;
use keygen::PublicKeyLine;
use russh::keys::ssh_key::{Certificate, PublicKey};

use crate::Error;

/// A public key file.
pub(crate) struct PublicFile {
    path: PathBuf,
    key: PublicKey,
    /// The certificate, if the file contains one in place of the key.
    certificate: Option<Certificate>,
}

impl PublicFile {
    /// The public key in this file or, if it does not exist, in the one beside it: a user with the
    /// private key in an agent or on a token has only that.
    pub(super) fn find(path: &Path) -> Option<Self> {
        if path.exists() { Self::read(path.to_owned()) } else { Self::beside(path) }
    }

    /// The public key in the file with `.pub` appended to this name.
    pub(super) fn beside(path: &Path) -> Option<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(".pub");
        Self::read(name.into())
    }

    fn read(path: PathBuf) -> Option<Self> {
        let line = PublicKeyLine::read(&path).ok()?;
        let certificate = line.certificate().cloned();
        let key = match &certificate {
            Some(certificate) => PublicKey::from(certificate.public_key().clone()),
            None => line.as_ssh_key()?.clone(),
        };
        Some(Self { path, key, certificate })
    }

    /// The certificate, if the file contains one.
    pub(super) fn certificates(&self) -> &[Certificate] {
        self.certificate.as_slice()
    }

    pub(super) fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(super) fn name(&self) -> String {
        shown(&self.path)
    }
}

/// The private key file that belongs to a certificate file, and the certificate: `id` for
/// `id-cert.pub` and for `id.pub`.
pub(super) fn named_by_certificate(path: &Path) -> Option<(PathBuf, Certificate)> {
    let name = path.file_name()?.to_str()?;
    let stem = name.strip_suffix("-cert.pub").or_else(|| name.strip_suffix(".pub"))?;
    let line = PublicKeyLine::read(path).ok()?;
    Some((path.with_file_name(stem), line.certificate()?.clone()))
}

/// The certificate in a named file (`CertificateFile`).
///
/// # Errors
/// When the file cannot be read, or contains something else.
pub(crate) fn certificate(path: &Path) -> Result<Certificate, Error> {
    let line = PublicKeyLine::read(path).map_err(Error::Key)?;
    line.certificate().cloned().ok_or_else(|| {
        let path = shown(path);
        Error::Usage(format!("`{path}` holds a key, not a certificate"))
    })
}
