//! A key that may open the door: in a file, or in an agent.

use std::path::Path;

use russh::keys::ssh_key::{HashAlg, PublicKey};

use super::keyring::Keyring;
use super::{KeyFile, Outcome, answered};
use crate::Error;
use crate::agent::{AgentError, Constraints, Identity, PublicHalf};
use crate::ask::Asker;
use crate::connect::Connection;
use crate::escape;

/// A key and where its private half is.
pub(crate) enum Candidate {
    /// In a file.
    File(Box<KeyFile>),
    /// In an agent.
    Agent(Box<Identity>),
}

/// What offering a key needs besides the key.
pub(super) struct Offering<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) user: &'a str,
    pub(super) asker: &'a Asker,
    pub(super) allow_sha1: bool,
    pub(super) add_to_agent: Option<Constraints>,
}

impl Candidate {
    /// Reads a key file.
    ///
    /// # Errors
    /// The file cannot be read or is no private key.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        KeyFile::read(path).map(|key| Self::File(Box::new(key)))
    }

    /// The public key, where it is known without a passphrase.
    pub(super) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::File(key) => key.public_in_clear().cloned(),
            Self::Agent(identity) => Some(identity.public_key()),
        }
    }

    /// The fingerprint and the place, for messages.
    pub(super) fn describe(&self) -> String {
        let place = match self {
            Self::File(key) => key.name(),
            Self::Agent(identity) => format!("agent: {}", escape::line(&identity.comment)),
        };
        match self.public() {
            Some(public) => format!("{} ({place})", public.fingerprint(HashAlg::Sha256)),
            None => place,
        }
    }
}

impl Offering<'_> {
    /// Offers a key to the server, and signs with it if the server wants it. A locked file is
    /// not opened when an agent holds the same key.
    pub(super) async fn offer(
        &mut self,
        candidate: &mut Candidate,
        keyring: &mut Keyring,
    ) -> Result<Outcome, Error> {
        match candidate {
            Candidate::Agent(identity) => self.offer_agent_s(identity, keyring).await,
            Candidate::File(key) => {
                if key.is_locked()
                    && let Some(public) = key.public_in_clear()
                    && let Some(identity) = keyring.holding(self.connection, public).await?
                {
                    return self.offer_agent_s(&identity, keyring).await;
                }
                let outcome = self.offer_file_s(key).await?;
                if let (Outcome::Accepted, Some(constraints)) = (&outcome, self.add_to_agent) {
                    keyring.keep(self.connection, key, constraints).await;
                }
                Ok(outcome)
            }
        }
    }

    async fn offer_file_s(&mut self, key: &mut KeyFile) -> Result<Outcome, Error> {
        let public = key.public(self.asker)?;
        let Some(hash) = self.hash_for(&public).await? else { return Ok(Outcome::unchanged()) };
        if let Some(certificate) = key.certificate() {
            let mut signer = key.signer(self.asker);
            let handle = &mut self.connection.handle;
            let attempt =
                handle.authenticate_certificate_with(self.user, certificate, hash, &mut signer);
            if let Outcome::Accepted = answered(attempt).await?.into() {
                return Ok(Outcome::Accepted);
            }
        }
        let mut signer = key.signer(self.asker);
        let handle = &mut self.connection.handle;
        let attempt = handle.authenticate_publickey_with(self.user, public, hash, &mut signer);
        answered(attempt).await.map(Outcome::from)
    }

    async fn offer_agent_s(
        &mut self,
        identity: &Identity,
        keyring: &mut Keyring,
    ) -> Result<Outcome, Error> {
        let Some(hash) = self.hash_for(&identity.public_key()).await? else {
            return Ok(Outcome::unchanged());
        };
        let Some(agents) = keyring.agents() else { return Ok(Outcome::unchanged()) };
        let mut signer = agents.signer(identity);
        let handle = &mut self.connection.handle;
        let outcome = match &identity.public {
            PublicHalf::Key(key) => {
                let key = PublicKey::clone(key);
                answered(handle.authenticate_publickey_with(self.user, key, hash, &mut signer))
                    .await
            }
            PublicHalf::Certificate(certificate) => {
                let certificate = (**certificate).clone();
                answered(handle.authenticate_certificate_with(
                    self.user,
                    certificate,
                    hash,
                    &mut signer,
                ))
                .await
            }
        };
        match outcome {
            // One key that its owner does not confirm must not hide the others.
            Err(Error::Agent(AgentError::Refused { .. })) => Ok(Outcome::unchanged()),
            outcome => outcome.map(Outcome::from),
        }
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
