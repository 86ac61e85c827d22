//! A key in a file, unlocked only when the server asks for a signature.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract::shown;
use keygen::{PrivateKeyFile, certificate};
use russh::Signer;
use russh::keys::agent::AgentIdentity;
use russh::keys::ssh_key::private::KeypairData;
use russh::keys::ssh_key::{Certificate, HashAlg, PrivateKey, PublicKey, Signature};
use signature::Signer as _;

use super::public_file::PublicFile;
use crate::Error;
use crate::ask::Asker;
use crate::client::Shared;
use crate::defaults::PASSWORD_PROMPTS;

/// A key file that has been read but may still be locked.
pub(crate) struct KeyFile {
    path: PathBuf,
    file: PrivateKeyFile,
    public: Option<PublicKey>,
    /// The certificates beside the key.
    certificates: Vec<Certificate>,
    unlocked: Option<PrivateKey>,
}

impl KeyFile {
    /// Reads a key file and the certificate beside it.
    ///
    /// # Errors
    /// When the file cannot be read or is not a private key, or the certificate is invalid.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let file = PrivateKeyFile::read(path).map_err(Error::Key)?;
        let in_clear = file.public_key().and_then(|line| line.as_ssh_key().cloned());
        // Some formats encrypt the public half too; the file beside them makes it unnecessary to
        // ask for the passphrase.
        let beside = PublicFile::beside(path);
        let public = in_clear.or_else(|| beside.as_ref().map(|it| it.key().clone()));
        let certificate = certificate::beside(path).map_err(Error::Key)?;
        let certificate = certificate.and_then(|line| line.certificate().cloned());
        // Some authorities deliver the certificate in place of the public key.
        let in_place = beside.iter().flat_map(PublicFile::certificates).cloned();
        let certificates = certificate.into_iter().chain(in_place).collect();
        Ok(Self { path: path.to_path_buf(), file, public, certificates, unlocked: None })
    }

    /// The same key, with a certificate named for it.
    pub(super) fn with_certificate(mut self, certificate: Certificate) -> Self {
        self.certificates.insert(0, certificate);
        self
    }

    /// The public half, if the file does not encrypt it.
    pub(super) fn public_in_clear(&self) -> Option<&PublicKey> {
        self.public.as_ref()
    }

    /// Whether a passphrase is needed.
    pub(super) fn is_locked(&self) -> bool {
        self.file.is_locked() && self.unlocked.is_none()
    }

    /// The certificates beside the key.
    pub(super) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The private key and its comment, once a passphrase has unlocked it.
    pub(super) fn unlocked(&self) -> Option<(&PrivateKey, String)> {
        let key = self.unlocked.as_ref().filter(|_| self.file.is_locked())?;
        let comment = self.file.comment().map_or_else(|| self.name(), Cow::into_owned);
        Some((key, comment))
    }

    pub(super) fn signer<'a>(
        &'a mut self,
        asker: &'a Asker,
        shared: Arc<Shared>,
    ) -> FileSigner<'a> {
        FileSigner { key: self, asker, shared }
    }

    pub(super) fn name(&self) -> String {
        shown(&self.path)
    }

    pub(super) fn public(&mut self, asker: &Asker) -> Result<PublicKey, Error> {
        if let Some(public) = &self.public {
            return Ok(public.clone());
        }
        let public = self.private(asker)?.public_key().clone();
        self.public = Some(public.clone());
        Ok(public)
    }

    /// Unlocks it before a server has asked for a signature.
    pub(super) fn open(&mut self, asker: &Asker) -> Result<(), Error> {
        self.private(asker).map(|_| ())
    }

    fn private(&mut self, asker: &Asker) -> Result<&PrivateKey, Error> {
        let key = match self.unlocked.take() {
            Some(key) => key,
            None => self.unlock(asker)?,
        };
        Ok(self.unlocked.insert(key))
    }

    fn unlock(&self, asker: &Asker) -> Result<PrivateKey, Error> {
        if !self.file.is_locked() {
            return self.file.unlock(None).map_err(Error::Key);
        }
        let name = self.file.comment().filter(|comment| !comment.is_empty());
        let name = name.map_or_else(|| self.name(), Cow::into_owned);
        let fingerprint = self.public.as_ref().map(|public| public.fingerprint(HashAlg::Sha256));
        let fingerprint = fingerprint.map(|it| format!(" ({it})")).unwrap_or_default();
        let file = self.name() + &fingerprint;
        let mut tries = PASSWORD_PROMPTS;
        loop {
            let passphrase = asker.passphrase(&file, &name, tries < PASSWORD_PROMPTS)?;
            tries -= 1;
            match self.file.unlock(Some(&passphrase)) {
                // An empty answer means that the user wants to go on without this key.
                Err(cause)
                    if cause.is_wrong_passphrase()
                        && !passphrase.is_empty()
                        && tries > 0
                        && asker.can_retry_passphrase() => {}
                outcome => return outcome.map_err(Error::Key),
            }
        }
    }
}

/// Signs with a key file, whose passphrase is asked for only when a signature is needed.
pub(super) struct FileSigner<'a> {
    key: &'a mut KeyFile,
    asker: &'a Asker,
    shared: Arc<Shared>,
}

impl Signer for FileSigner<'_> {
    type Error = Error;

    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        hash: Option<HashAlg>,
        mut to_sign: Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        if self.key.is_locked() {
            self.key.open(self.asker)?;
            self.shared.notice_end().await?;
        }
        let key = self.key.private(self.asker)?;
        let signature = sign(key, hash, &to_sign)
            .map_err(|cause| Error::Protocol(russh::Error::Signature(cause)))?;
        append_signature(&mut to_sign, &signature)?;
        Ok(to_sign)
    }
}

fn sign(
    key: &PrivateKey,
    hash: Option<HashAlg>,
    bytes: &[u8],
) -> Result<Signature, signature::Error> {
    match key.key_data() {
        KeypairData::Rsa(pair) => (pair, hash).try_sign(bytes),
        _ => key.try_sign(bytes),
    }
}

/// russh sends the signed data, followed by the signature as a string (RFC 4252 §7).
fn append_signature(signed: &mut Vec<u8>, signature: &Signature) -> Result<(), Error> {
    let bytes = Vec::<u8>::try_from(signature.clone())
        .map_err(|cause| Error::Protocol(russh::Error::SshKey(cause)))?;
    let length = u32::try_from(bytes.len())
        .map_err(|_| Error::Protocol(russh::Error::PacketSize(bytes.len())))?;
    signed.extend(length.to_be_bytes());
    signed.extend(bytes);
    Ok(())
}
