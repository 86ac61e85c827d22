//! A key to offer: in a file or in an agent.

use std::io::ErrorKind;
use std::path::Path;

use contract::shown;
use russh::keys::ssh_key::{HashAlg, PublicKey};

use super::KeyFile;
use super::public_file::{self, PublicFile};
use crate::Error;
use crate::agent::Identity;
use crate::ask::Asker;

/// A key, and the place of its private half.
pub(crate) enum Candidate {
    /// In a file.
    File(Box<KeyFile>),
    /// In an agent.
    Agent(Box<Identity>),
    /// Only its public half is in a file; the private half may be in an agent.
    Public(Box<PublicFile>),
}

impl Candidate {
    /// Reads a key file, or the public half of a key in an agent.
    ///
    /// # Errors
    /// When the file cannot be read or is not a key.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        if let Some((private, certificate)) = public_file::named_by_certificate(path)
            && let Ok(key) = KeyFile::read(&private)
        {
            return Ok(Self::File(Box::new(key.with_certificate(certificate))));
        }
        match (KeyFile::read(path), PublicFile::find(path)) {
            (Ok(key), _) => Ok(Self::File(Box::new(key))),
            (Err(_), Some(public)) => Ok(Self::Public(Box::new(public))),
            (Err(cause), None) => Err(cause),
        }
    }

    /// The same, for a file that may be missing.
    ///
    /// # Errors
    /// When it exists but cannot be read or is not a key.
    pub(crate) fn read_if_there(path: &Path) -> Result<Option<Self>, Error> {
        match Self::read(path) {
            Err(_) if is_missing(path) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Asks for the passphrase now, unless an agent holds the key.
    ///
    /// # Errors
    /// When no one can be asked, or the passphrase is wrong.
    pub(crate) fn unlock(&mut self, held: &[PublicKey], asker: &Asker) -> Result<(), Error> {
        let Self::File(key) = self else { return Ok(()) };
        let public = key.public_in_clear();
        let stands_for =
            |held: &PublicKey| public.is_some_and(|it| it.key_data() == held.key_data());
        if !key.is_locked() || held.iter().any(stands_for) {
            return Ok(());
        }
        key.open(asker)
    }

    /// The public key, if it is known without a passphrase.
    pub(super) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::File(key) => key.public_in_clear().cloned(),
            Self::Agent(identity) => Some(identity.public_key()),
            Self::Public(file) => Some(file.key().clone()),
        }
    }

    /// Whether its passphrase may have to be asked for.
    pub(super) fn is_locked(&self) -> bool {
        matches!(self, Self::File(key) if key.is_locked())
    }

    /// Its place and fingerprint, as the user sees them.
    pub(super) fn name(&self) -> String {
        let place = match self {
            Self::File(key) => key.name(),
            Self::Agent(identity) => format!("{} of the agent", shown(&identity.comment)),
            Self::Public(file) => file.name(),
        };
        match self.public() {
            Some(public) => format!("{place} ({})", public.fingerprint(HashAlg::Sha256)),
            None => place,
        }
    }

    /// Its fingerprint and place, for messages.
    pub(super) fn describe(&self) -> String {
        let place = match self {
            Self::File(key) => key.name(),
            Self::Agent(identity) => format!("agent: {}", shown(&identity.comment)),
            Self::Public(file) => file.name(),
        };
        match self.public() {
            Some(public) => format!("{} ({place})", public.fingerprint(HashAlg::Sha256)),
            None => place,
        }
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|cause| cause.kind() == ErrorKind::NotFound)
}
