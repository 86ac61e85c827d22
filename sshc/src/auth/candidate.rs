//! A key to offer: in a file or in an agent.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use contract::shown;
use russh::Signer;
use russh::keys::agent::AgentIdentity;
use russh::keys::ssh_key::public::{Ed25519PublicKey, KeyData};
use russh::keys::ssh_key::{Algorithm, Certificate, HashAlg, PublicKey};

use super::agent_keys::Keyring;
use super::attempts::NOT_UNLOCKED;
use super::public_file::{self, PublicFile};
use super::{KeyFile, Outcome, answered};
use crate::Error;
use crate::agent::{self, AgentError, Constraints, Identity, PublicHalf};
use crate::ask::Asker;
use crate::connect::Connection;
use crate::defaults;

/// A key, and the place of its private half.
pub(crate) enum Candidate {
    /// In a file.
    File(Box<KeyFile>),
    /// In an agent.
    Agent(Box<Identity>),
    /// Only its public half is in a file; the private half may be in an agent.
    Public(Box<PublicFile>),
}

/// What is needed to offer a key, besides the key.
pub(super) struct Offering<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) user: &'a str,
    pub(super) asker: &'a Asker,
    pub(super) accepted_algorithms: &'a [String],
    pub(super) add_to_agent: Option<Constraints>,
    pub(super) certificates: &'a [Certificate],
    /// Whether to never sign, so that the server cannot log us in.
    pub(super) only_asks: bool,
    /// Whether the server asked for a signature, which means that it accepts the key.
    pub(super) is_signed: bool,
}

/// Records that a signature was requested.
struct Noted<'a, S> {
    signer: &'a mut S,
    only_asks: bool,
    is_signed: &'a mut bool,
}

impl<S: Signer> Signer for Noted<'_, S>
where
    Error: From<S::Error>,
{
    type Error = Error;

    fn auth_sign(
        &mut self,
        key: &AgentIdentity,
        hash: Option<HashAlg>,
        to_sign: Vec<u8>,
    ) -> impl Future<Output = Result<Vec<u8>, Error>> + Send {
        *self.is_signed = true;
        let signed = (!self.only_asks).then(|| self.signer.auth_sign(key, hash, to_sign));
        async move {
            match signed {
                Some(signed) => signed.await.map_err(Error::from),
                None => Err(Error::Protocol(russh::Error::NotAuthenticated)),
            }
        }
    }
}

/// A public key without a known private key: digits of pi.
const STRANGE: [u8; 32] = *b"31415926535897932384626433832795";

/// A signer for a key without a private half.
struct NoSigner;

impl Signer for NoSigner {
    type Error = Error;

    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        _: Option<HashAlg>,
        _: Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        Err(Error::Protocol(russh::Error::NotAuthenticated))
    }
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

impl Offering<'_> {
    /// Offers a key to the server, and signs with it if the server asks for that. Does not open a
    /// locked file if an agent holds the same key and signs.
    pub(super) async fn offer(
        &mut self,
        candidate: &mut Candidate,
        keyring: &mut Keyring,
    ) -> Result<Outcome, Error> {
        match candidate {
            Candidate::Agent(identity) => self.offer_agent_s(identity, keyring, &[]).await,
            Candidate::Public(file) => match keyring.holding(self.connection, file.key()).await? {
                Some(identity) => self.offer_agent_s(&identity, keyring, file.certificates()).await,
                None => Ok(Outcome::NotUsed("no agent holds its private half".to_owned())),
            },
            Candidate::File(key) => {
                if key.is_locked()
                    && let Some(public) = key.public_in_clear()
                    && let Some(identity) = keyring.holding(self.connection, public).await?
                {
                    let own = key.certificates();
                    match self.offer_agent_s(&identity, keyring, own).await? {
                        Outcome::NotUsed(why) => log::info!("the agent is not used: {why}"),
                        outcome => return Ok(outcome),
                    }
                }
                let outcome = match self.offer_file_s(key).await {
                    // A forgotten passphrase must not hide the other keys or the password.
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

    /// Offers a key that no server knows.
    pub(super) async fn offer_strange(&mut self) -> Result<Outcome, Error> {
        let key = KeyData::Ed25519(Ed25519PublicKey(STRANGE));
        let patience = self.connection.patience;
        self.show(PublicKey::new(key, ""), None, &mut NoSigner, patience).await
    }

    async fn offer_file_s(&mut self, key: &mut KeyFile) -> Result<Outcome, Error> {
        let public = key.public(self.asker)?;
        // The user may have to type a passphrase.
        let patience = if key.is_locked() { defaults::PERSON } else { self.connection.patience };
        let certificates = self.certificates_for(&public, key.certificates());
        let asker = self.asker;
        let shared = Arc::clone(&self.connection.shared);
        self.offer_all(public, certificates, &mut key.signer(asker, shared), patience).await
    }

    /// Offers each certificate for a key, and then the key itself, until one is accepted.
    async fn offer_all<S: Signer>(
        &mut self,
        public: PublicKey,
        certificates: Vec<Certificate>,
        signer: &mut S,
        patience: Duration,
    ) -> Result<Outcome, Error>
    where
        Error: From<S::Error>,
    {
        let mut refused = None;
        for certificate in certificates {
            let Some(hash) = self.hash_for(&public, true).await? else { continue };
            let outcome = self.present(certificate, hash, signer, patience).await?;
            if !outcome.is_refusal() {
                return Ok(outcome);
            }
            refused = Some(outcome);
        }
        match (self.hash_for(&public, false).await?, refused) {
            (Some(hash), _) => self.show(public, hash, signer, patience).await,
            (None, Some(refused)) => Ok(refused),
            (None, None) => Ok(self.left_out(&public)),
        }
    }

    /// Offers an agent's key; if the agent does not sign, the other keys must still be tried.
    async fn offer_agent_s(
        &mut self,
        identity: &Identity,
        keyring: &mut Keyring,
        own: &[Certificate],
    ) -> Result<Outcome, Error> {
        let Some(agents) = keyring.agents() else { return Ok(Outcome::unchanged()) };
        match self.offer_signed_by(identity, agents.signer(identity), own).await {
            Err(Error::Agent(AgentError::Connection(cause))) => Err(cause.into()),
            Err(cause @ Error::Agent(_)) => Ok(Outcome::NotUsed(cause.plain())),
            outcome => outcome,
        }
    }

    async fn offer_signed_by(
        &mut self,
        identity: &Identity,
        mut signer: agent::Signer<'_>,
        own: &[Certificate],
    ) -> Result<Outcome, Error> {
        let public = identity.public_key();
        if let PublicHalf::Certificate(certificate) = &identity.public {
            let Some(hash) = self.hash_for(&public, true).await? else {
                return Ok(self.left_out(&public));
            };
            return self
                .present((**certificate).clone(), hash, &mut signer, defaults::PERSON)
                .await;
        }
        let certificates = self.certificates_for(&public, own);
        self.offer_all(public, certificates, &mut signer, defaults::PERSON).await
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
        let mut signer =
            Noted { signer, only_asks: self.only_asks, is_signed: &mut self.is_signed };
        let handle = &mut self.connection.handle;
        let attempt = handle.authenticate_publickey_with(self.user, key, hash, &mut signer);
        answered::<_, Error>(patience, attempt).await.map(Outcome::from)
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
        let mut signer =
            Noted { signer, only_asks: self.only_asks, is_signed: &mut self.is_signed };
        let handle = &mut self.connection.handle;
        let attempt =
            handle.authenticate_certificate_with(self.user, certificate, hash, &mut signer);
        answered::<_, Error>(patience, attempt).await.map(Outcome::from)
    }

    /// The certificates for a key: first the named ones, then those found beside the key.
    fn certificates_for(&self, key: &PublicKey, own: &[Certificate]) -> Vec<Certificate> {
        let mut found: Vec<Certificate> = Vec::new();
        for certificate in self.certificates.iter().chain(own) {
            if certificate.public_key() == key.key_data() && !found.contains(certificate) {
                found.push(certificate.clone());
            }
        }
        found
    }

    /// The hash for a key's signatures; `Some(None)` if the key has no choice. `None` if
    /// `PubkeyAcceptedAlgorithms` excludes the key or its certificate, or allows nothing that the
    /// server accepts.
    async fn hash_for(
        &self,
        key: &PublicKey,
        certified: bool,
    ) -> Result<Option<Option<HashAlg>>, Error> {
        let is_accepted = |algorithm: &Algorithm| {
            let certificate = algorithm.to_certificate_type();
            let name = if certified { certificate.as_str() } else { algorithm.as_str() };
            self.accepted_algorithms.iter().any(|accepted| accepted == name)
        };
        let algorithm = key.algorithm();
        if !key.algorithm().is_rsa() {
            return Ok(is_accepted(&algorithm).then_some(None));
        }
        let accepts = |hash: &Option<HashAlg>| is_accepted(&Algorithm::Rsa { hash: *hash });
        let sha2 = [Some(HashAlg::Sha512), Some(HashAlg::Sha256)];
        Ok(match self.connection.handle.best_supported_rsa_hash().await? {
            Some(Some(HashAlg::Sha256)) => [Some(HashAlg::Sha256), None].into_iter().find(accepts),
            Some(Some(_)) => sha2.into_iter().chain([None]).find(accepts),
            // The server named what it accepts, and SHA-2 is not included.
            Some(None) => [None].into_iter().find(accepts),
            // The server did not name it (RFC 8308 is newer than many servers): SHA-2 is the better
            // guess, unless the user has allowed what such servers accept.
            None => [None].into_iter().chain(sha2).find(accepts),
        })
    }

    /// Why a key without an accepted algorithm was not used.
    fn left_out(&self, key: &PublicKey) -> Outcome {
        let accepts = |name: &str| self.accepted_algorithms.iter().any(|it| it.starts_with(name));
        if key.algorithm().is_rsa() && accepts("rsa-sha2") && !accepts("ssh-rsa") {
            let why = "the server accepts RSA only with SHA-1, which -o \
                       PubkeyAcceptedAlgorithms=+ssh-rsa allows";
            return Outcome::NotUsed(why.to_owned());
        }
        let algorithm = key.algorithm();
        let name = shown(algorithm.as_str());
        Outcome::NotUsed(format!("PubkeyAcceptedAlgorithms leaves out {name}"))
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|cause| cause.kind() == ErrorKind::NotFound)
}
