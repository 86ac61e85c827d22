//! Offers one key to the server: its certificates, then itself, each with the algorithm that both
//! sides accept.

use std::sync::Arc;
use std::time::Duration;

use contract::shown;
use russh::Signer;
use russh::keys::agent::AgentIdentity;
use russh::keys::ssh_key::public::{Ed25519PublicKey, KeyData};
use russh::keys::ssh_key::{Algorithm, Certificate, HashAlg, PublicKey};

use super::agent_keys::Keyring;
use super::attempts::NOT_UNLOCKED;
use super::{AcceptedAlgorithms, Candidate, KeyFile, Outcome, answered, host_bound};
use crate::Error;
use crate::agent::{self, AgentError, Constraints, Identity, PublicHalf};
use crate::ask::Asker;
use crate::config::PubkeyAuthentication;
use crate::connect::Connection;
use crate::defaults;
use crate::fingerprint::bits;

/// What is needed to offer a key, besides the key.
pub(super) struct PublickeyAuth<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) user: &'a str,
    pub(super) asker: &'a Asker,
    pub(super) accepted: &'a AcceptedAlgorithms,
    pub(super) add_to_agent: Option<Constraints>,
    pub(super) certificates: &'a [Certificate],
    pub(super) host_binding: PubkeyAuthentication,
    /// The host key for which signatures are made, too.
    pub(super) bound_to: Option<Vec<u8>>,
    /// Whether to never sign, so that the server cannot log us in.
    pub(super) only_asks: bool,
    /// Whether the server asked for a signature, which means that it accepts the key.
    pub(super) is_signed: bool,
}

/// Records that a signature was requested.
struct SignatureRecorder<'a, S> {
    signer: &'a mut S,
    bound_to: Option<&'a [u8]>,
    only_asks: bool,
    is_signed: &'a mut bool,
}

impl<S: Signer> Signer for SignatureRecorder<'_, S>
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
        let bound = self.bound_to.and_then(|host_key| host_bound::bound(&to_sign, host_key));
        let to_sign = bound.unwrap_or(to_sign);
        let signed = (!self.only_asks).then(|| self.signer.auth_sign(key, hash, to_sign));
        async move {
            match signed {
                Some(signed) => signed.await.map_err(Error::from),
                None => Err(Error::Protocol(russh::Error::NotAuthenticated)),
            }
        }
    }
}

/// What the server is shown of a key.
#[derive(Clone)]
enum OfferedKey {
    Key(PublicKey),
    Certificate(Box<Certificate>),
}

impl From<PublicKey> for OfferedKey {
    fn from(key: PublicKey) -> Self {
        Self::Key(key)
    }
}

impl From<Certificate> for OfferedKey {
    fn from(certificate: Certificate) -> Self {
        Self::Certificate(Box::new(certificate))
    }
}

/// A public key without a known private key: digits of pi.
const UNKNOWN_KEY: [u8; 32] = *b"31415926535897932384626433832795";

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

impl PublickeyAuth<'_> {
    /// Offers a key to the server, and signs with it if the server asks for that. Does not open a
    /// locked file if an agent holds the same key and signs.
    pub(super) async fn offer(
        &mut self,
        candidate: &mut Candidate,
        keyring: &mut Keyring,
    ) -> Result<Outcome, Error> {
        match candidate {
            Candidate::Agent(identity) => self.offer_agent_key(identity, keyring, &[]).await,
            Candidate::Public(file) => match keyring.holding(self.connection, file.key()).await? {
                Some(identity) => {
                    self.offer_agent_key(&identity, keyring, file.certificates()).await
                }
                None => Ok(Outcome::NotUsed("no agent holds its private half".to_owned())),
            },
            Candidate::File(key) => {
                if key.is_locked()
                    && let Some(public) = key.public_in_clear()
                    && let Some(identity) = keyring.holding(self.connection, public).await?
                {
                    let own = key.certificates();
                    match self.offer_agent_key(&identity, keyring, own).await? {
                        Outcome::NotUsed(why) => log::info!("the agent is not used: {why}"),
                        outcome => return Ok(outcome),
                    }
                }
                let outcome = match self.offer_file_key(key).await {
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
    pub(super) async fn offer_unknown_key(&mut self) -> Result<Outcome, Error> {
        let key = KeyData::Ed25519(Ed25519PublicKey(UNKNOWN_KEY));
        let time_limit = self.connection.time_limit;
        self.present(PublicKey::new(key, ""), None, &mut NoSigner, time_limit).await
    }

    async fn offer_file_key(&mut self, key: &mut KeyFile) -> Result<Outcome, Error> {
        let public = key.public(self.asker)?;
        // The user may have to type a passphrase.
        let time_limit =
            if key.is_locked() { defaults::PERSON } else { self.connection.time_limit };
        let certificates = self.certificates_for(&public, key.certificates());
        let asker = self.asker;
        let shared = Arc::clone(&self.connection.shared);
        self.offer_all(public, certificates, &mut key.signer(asker, shared), time_limit).await
    }

    /// Offers each certificate for a key, and then the key itself, until one is accepted.
    async fn offer_all<S: Signer>(
        &mut self,
        public: PublicKey,
        certificates: Vec<Certificate>,
        signer: &mut S,
        time_limit: Duration,
    ) -> Result<Outcome, Error>
    where
        Error: From<S::Error>,
    {
        let mut refused = None;
        for certificate in certificates {
            let Some(hash) = self.hash_for(&public, true).await? else { continue };
            let outcome = self.present(certificate, hash, signer, time_limit).await?;
            if !outcome.is_refusal() {
                return Ok(outcome);
            }
            refused = Some(outcome);
        }
        match (self.hash_for(&public, false).await?, refused) {
            (Some(hash), _) => self.present(public, hash, signer, time_limit).await,
            (None, Some(refused)) => Ok(refused),
            (None, None) => Ok(self.left_out(&public)),
        }
    }

    /// Offers an agent's key; if the agent does not sign, the other keys must still be tried.
    async fn offer_agent_key(
        &mut self,
        identity: &Identity,
        keyring: &mut Keyring,
        own: &[Certificate],
    ) -> Result<Outcome, Error> {
        let Some(agents) = keyring.agents() else { return Ok(Outcome::unchanged()) };
        self.bound_to = self.host_to_bind_to();
        let outcome = self.offer_signed_by(identity, agents.signer(identity), own).await;
        self.bound_to = None;
        match outcome {
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

    /// The host key for which an agent's signatures are made, too.
    fn host_to_bind_to(&self) -> Option<Vec<u8>> {
        let binds = match self.host_binding {
            PubkeyAuthentication::Yes => self.connection.knows_host_binding,
            PubkeyAuthentication::HostBound => true,
            PubkeyAuthentication::Unbound | PubkeyAuthentication::No => false,
        };
        let session = self.connection.handle.agent_session_binding().filter(|_| binds)?;
        Some(session.host_key().to_vec())
    }

    /// Presents a key or certificate. A server may refuse a signature for its host key only because
    /// it does not know the method, whatever its version says: then signs again without.
    async fn present<S: Signer>(
        &mut self,
        shown: impl Into<OfferedKey>,
        hash: Option<HashAlg>,
        signer: &mut S,
        time_limit: Duration,
    ) -> Result<Outcome, Error>
    where
        Error: From<S::Error>,
    {
        let shown = shown.into();
        let outcome = self.attempt(shown.clone(), hash, signer, time_limit).await?;
        let must_be_bound = self.host_binding == PubkeyAuthentication::HostBound;
        let may_be_unknown = self.is_signed && !must_be_bound && outcome.allows_publickey();
        if !may_be_unknown || self.bound_to.take().is_none() {
            return Ok(outcome);
        }
        log::info!("the server refuses a signature for its host key; signing without");
        self.connection.knows_host_binding = false;
        self.attempt(shown, hash, signer, time_limit).await
    }

    async fn attempt<S: Signer>(
        &mut self,
        shown: OfferedKey,
        hash: Option<HashAlg>,
        signer: &mut S,
        time_limit: Duration,
    ) -> Result<Outcome, Error>
    where
        Error: From<S::Error>,
    {
        let mut signer = SignatureRecorder {
            signer,
            bound_to: self.bound_to.as_deref(),
            only_asks: self.only_asks,
            is_signed: &mut self.is_signed,
        };
        let (handle, user) = (&mut self.connection.handle, self.user);
        let answer = match shown {
            OfferedKey::Key(key) => {
                let attempt = handle.authenticate_publickey_with(user, key, hash, &mut signer);
                answered::<_, Error>(time_limit, attempt).await
            }
            OfferedKey::Certificate(certificate) => {
                let attempt =
                    handle.authenticate_certificate_with(user, *certificate, hash, &mut signer);
                answered::<_, Error>(time_limit, attempt).await
            }
        };
        answer.map(Outcome::from)
    }

    /// The certificates for a key: first the named ones, then those found beside the key.
    fn certificates_for(&self, key: &PublicKey, own: &[Certificate]) -> Vec<Certificate> {
        let mut found: Vec<Certificate> = Vec::new();
        let own = if self.accepted.certificates_beside { own } else { &[] };
        for certificate in self.certificates.iter().chain(own) {
            if certificate.public_key() == key.key_data() && !found.contains(certificate) {
                found.push(certificate.clone());
            }
        }
        found
    }

    /// The hash for a key's signatures; `Some(None)` if the key has no choice. `None` if
    /// `PubkeyAcceptedAlgorithms` excludes the key or its certificate, or allows nothing that the
    /// server accepts, or if the key is too short.
    async fn hash_for(
        &self,
        key: &PublicKey,
        certified: bool,
    ) -> Result<Option<Option<HashAlg>>, Error> {
        let is_accepted = |algorithm: &Algorithm| {
            let certificate = algorithm.to_certificate_type();
            let name = if certified { certificate.as_str() } else { algorithm.as_str() };
            self.accepted.algorithms.iter().any(|accepted| accepted == name)
        };
        if self.accepted.is_too_short(key) {
            return Ok(None);
        }
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
        if self.accepted.is_too_short(key) {
            return Outcome::NotUsed(format!("RequiredRSASize leaves out {} bits", bits(key)));
        }
        let accepts = |name: &str| self.accepted.algorithms.iter().any(|it| it.starts_with(name));
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
