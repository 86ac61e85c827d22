//! A key that may open the door: in a file, or in an agent.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use contract::shown;
use russh::Signer;
use russh::keys::agent::AgentIdentity;
use russh::keys::ssh_key::{Certificate, HashAlg, PublicKey};

use super::attempts::NOT_UNLOCKED;
use super::keyring::Keyring;
use super::public_file::PublicFile;
use super::{KeyFile, Outcome, answered};
use crate::Error;
use crate::agent::{self, AgentError, Constraints, Identity, PublicHalf};
use crate::ask::Asker;
use crate::connect::Connection;
use crate::defaults;

/// A key and where its private half is.
pub(crate) enum Candidate {
    /// In a file.
    File(Box<KeyFile>),
    /// In an agent.
    Agent(Box<Identity>),
    /// Wherever its public half, which is in a file, is known: in an agent or nowhere.
    Public(Box<PublicFile>),
}

/// What offering a key needs besides the key.
pub(super) struct Offering<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) user: &'a str,
    pub(super) asker: &'a Asker,
    pub(super) allow_sha1: bool,
    pub(super) add_to_agent: Option<Constraints>,
    pub(super) certificates: &'a [Certificate],
    /// Whether the server wanted a signature, which it does of a key that it takes.
    pub(super) is_signed: bool,
}

/// Notes that a signature was wanted.
struct Noted<'a, S> {
    signer: &'a mut S,
    is_signed: &'a mut bool,
}

impl<S: Signer> Signer for Noted<'_, S> {
    type Error = S::Error;

    fn auth_sign(
        &mut self,
        key: &AgentIdentity,
        hash: Option<HashAlg>,
        to_sign: Vec<u8>,
    ) -> impl Future<Output = Result<Vec<u8>, S::Error>> + Send {
        *self.is_signed = true;
        self.signer.auth_sign(key, hash, to_sign)
    }
}

impl Candidate {
    /// Reads a key file, or the public half of a key that an agent has.
    ///
    /// # Errors
    /// The file cannot be read or is no key.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        match (KeyFile::read(path), PublicFile::find(path)) {
            (Ok(key), _) => Ok(Self::File(Box::new(key))),
            (Err(_), Some(public)) => Ok(Self::Public(Box::new(public))),
            (Err(cause), None) => Err(cause),
        }
    }

    /// The same, of a file that need not be there.
    ///
    /// # Errors
    /// It is there, and cannot be read or is no key.
    pub(crate) fn read_if_there(path: &Path) -> Result<Option<Self>, Error> {
        match Self::read(path) {
            Err(_) if is_missing(path) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Asks for the passphrase now, if it is a file that no agent's key stands for.
    ///
    /// # Errors
    /// Nobody can be asked, or the passphrase is wrong.
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

    /// The public key, where it is known without a passphrase.
    pub(super) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::File(key) => key.public_in_clear().cloned(),
            Self::Agent(identity) => Some(identity.public_key()),
            Self::Public(file) => Some(file.key().clone()),
        }
    }

    /// The fingerprint and the place, for messages.
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

impl Offering<'_> {
    /// Offers a key to the server, and signs with it if the server wants it. A locked file is
    /// not opened when an agent holds the same key and signs with it.
    pub(super) async fn offer(
        &mut self,
        candidate: &mut Candidate,
        keyring: &mut Keyring,
    ) -> Result<Outcome, Error> {
        match candidate {
            Candidate::Agent(identity) => self.offer_agent_s(identity, keyring).await,
            Candidate::Public(file) => match keyring.holding(self.connection, file.key()).await? {
                Some(identity) => self.offer_agent_s(&identity, keyring).await,
                None => Ok(Outcome::NotUsed("no agent holds its private half".to_owned())),
            },
            Candidate::File(key) => {
                if key.is_locked()
                    && let Some(public) = key.public_in_clear()
                    && let Some(identity) = keyring.holding(self.connection, public).await?
                {
                    match self.offer_agent_s(&identity, keyring).await? {
                        Outcome::NotUsed(why) => log::info!("the agent is not used: {why}"),
                        outcome => return Ok(outcome),
                    }
                }
                let outcome = match self.offer_file_s(key).await {
                    // A passphrase that was forgotten must not hide the other keys, nor the
                    // password.
                    Err(Error::Key(cause))
                        if cause.is_wrong_passphrase() && self.asker.can_retry_passphrase() =>
                    {
                        Outcome::NotUsed(NOT_UNLOCKED.to_owned())
                    }
                    Err(Error::Ask(why)) => Outcome::Unasked(why),
                    outcome => outcome?,
                };
                if let (Outcome::Accepted, Some(constraints)) = (&outcome, self.add_to_agent) {
                    keyring.keep(self.connection, key, constraints).await;
                }
                Ok(outcome)
            }
        }
    }

    async fn offer_file_s(&mut self, key: &mut KeyFile) -> Result<Outcome, Error> {
        let public = key.public(self.asker)?;
        let Some(hash) = self.hash_for(&public).await? else { return Ok(only_sha1()) };
        // Somebody may have to type a passphrase.
        let patience = if key.is_locked() { defaults::PERSON } else { self.connection.patience };
        if let Some(certificate) = key.certificate().or_else(|| self.certificate_for(&public)) {
            let mut signer = key.signer(self.asker);
            let outcome = self.present(certificate, hash, &mut signer, patience).await?;
            if !outcome.is_refusal() {
                return Ok(outcome);
            }
        }
        let mut signer = key.signer(self.asker);
        self.show(public, hash, &mut signer, patience).await
    }

    /// A key that its agent does not sign with, for whatever reason, must not hide the others.
    async fn offer_agent_s(
        &mut self,
        identity: &Identity,
        keyring: &mut Keyring,
    ) -> Result<Outcome, Error> {
        let Some(agents) = keyring.agents() else { return Ok(Outcome::unchanged()) };
        match self.offer_signed_by(identity, agents.signer(identity)).await {
            Err(Error::Agent(AgentError::Connection(cause))) => Err(cause.into()),
            Err(cause @ Error::Agent(_)) => Ok(Outcome::NotUsed(cause.plain())),
            outcome => outcome,
        }
    }

    async fn offer_signed_by(
        &mut self,
        identity: &Identity,
        mut signer: agent::Signer<'_>,
    ) -> Result<Outcome, Error> {
        let public = identity.public_key();
        let Some(hash) = self.hash_for(&public).await? else { return Ok(only_sha1()) };
        if let PublicHalf::Certificate(certificate) = &identity.public {
            return self
                .present((**certificate).clone(), hash, &mut signer, defaults::PERSON)
                .await;
        }
        if let Some(certificate) = self.certificate_for(&public) {
            let outcome = self.present(certificate, hash, &mut signer, defaults::PERSON).await?;
            if !outcome.is_refusal() {
                return Ok(outcome);
            }
        }
        self.show(public, hash, &mut signer, defaults::PERSON).await
    }

    async fn show<S: Signer>(
        &mut self,
        key: PublicKey,
        hash: Option<HashAlg>,
        signer: &mut S,
        patience: Duration,
    ) -> Result<Outcome, Error>
    where
        Error: From<S::Error>,
    {
        let mut signer = Noted { signer, is_signed: &mut self.is_signed };
        let handle = &mut self.connection.handle;
        let attempt = handle.authenticate_publickey_with(self.user, key, hash, &mut signer);
        answered(patience, attempt).await.map(Outcome::from)
    }

    async fn present<S: Signer>(
        &mut self,
        certificate: Certificate,
        hash: Option<HashAlg>,
        signer: &mut S,
        patience: Duration,
    ) -> Result<Outcome, Error>
    where
        Error: From<S::Error>,
    {
        let mut signer = Noted { signer, is_signed: &mut self.is_signed };
        let handle = &mut self.connection.handle;
        let attempt =
            handle.authenticate_certificate_with(self.user, certificate, hash, &mut signer);
        answered(patience, attempt).await.map(Outcome::from)
    }

    /// The certificate for a key, among those that were named.
    fn certificate_for(&self, key: &PublicKey) -> Option<Certificate> {
        self.certificates.iter().find(|it| it.public_key() == key.key_data()).cloned()
    }

    /// The hash that an RSA key signs with; outer `None` when only SHA-1 is left and not allowed.
    async fn hash_for(&self, key: &PublicKey) -> Result<Option<Option<HashAlg>>, Error> {
        if !key.algorithm().is_rsa() {
            return Ok(Some(None));
        }
        Ok(match self.connection.handle.best_supported_rsa_hash().await? {
            Some(Some(hash)) => Some(Some(hash)),
            // The server said what it takes, and SHA-2 is not among it.
            Some(None) => self.allow_sha1.then_some(None),
            // It did not say (RFC 8308 is younger than many servers): SHA-2 is the better guess.
            None => Some((!self.allow_sha1).then_some(HashAlg::Sha512)),
        })
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|cause| cause.kind() == ErrorKind::NotFound)
}

fn only_sha1() -> Outcome {
    let why =
        "of RSA the server takes only SHA-1, which -o PubkeyAcceptedAlgorithms=+ssh-rsa allows";
    Outcome::NotUsed(why.to_owned())
}
