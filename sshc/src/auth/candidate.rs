//! A key that may open the door: in a file, or in an agent.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use keygen::PrivateKeyFile;
use russh::MethodSet;
use russh::Signer;
use russh::keys::agent::AgentIdentity;
use russh::keys::ssh_key::private::KeypairData;
use russh::keys::ssh_key::{HashAlg, PrivateKey, PublicKey, Signature};
use signature::Signer as _;

use super::{Outcome, answered};
use crate::Error;
use crate::ask::Asker;
use crate::connect::Connection;
use crate::escape;

/// Attempts at a passphrase when somebody can be asked.
const PASSPHRASE_TRIES: u32 = 3;

/// A key and where its private half is.
pub(crate) enum Candidate {
    /// A key file.
    File(Box<KeyFile>),
}

/// A key file, read but perhaps still locked.
pub(crate) struct KeyFile {
    path: PathBuf,
    file: PrivateKeyFile,
    public: Option<PublicKey>,
    unlocked: Option<PrivateKey>,
}

impl Candidate {
    /// Reads a key file. Its public half comes from the file or from the `.pub` beside it.
    ///
    /// # Errors
    /// The file cannot be read or is no private key.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let file = PrivateKeyFile::read(path).map_err(Error::Key)?;
        let public = file.public_key().map(|line| line.as_ssh_key().clone());
        Ok(Self::File(Box::new(KeyFile { path: path.to_path_buf(), file, public, unlocked: None })))
    }

    /// The fingerprint and the place, for messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::File(key) => {
                let name = key.name();
                match &key.public {
                    Some(public) => format!("{} ({name})", public.fingerprint(HashAlg::Sha256)),
                    None => name,
                }
            }
        }
    }

    /// Offers the key to the server, and signs with it if the server wants it.
    pub(super) async fn offer(
        &mut self,
        connection: &mut Connection,
        user: &str,
        asker: &Asker,
        allow_sha1: bool,
    ) -> Result<Outcome, Error> {
        match self {
            Self::File(key) => {
                let public = key.public(asker)?;
                let Some(hash) = hash_for(connection, &public, allow_sha1).await? else {
                    return Ok(unusable());
                };
                let mut signer = FileSigner { key, asker };
                let attempt =
                    connection.handle.authenticate_publickey_with(user, public, hash, &mut signer);
                answered(attempt).await.map(Outcome::from)
            }
        }
    }
}

/// The server knows no signature that this key can make.
fn unusable() -> Outcome {
    Outcome::Refused { remaining: MethodSet::empty(), partial: false }
}

/// The hash that an RSA key signs with; outer `None` when only SHA-1 is left and not allowed.
async fn hash_for(
    connection: &Connection,
    key: &PublicKey,
    allow_sha1: bool,
) -> Result<Option<Option<HashAlg>>, Error> {
    if !key.algorithm().is_rsa() {
        return Ok(Some(None));
    }
    Ok(match connection.handle.best_supported_rsa_hash().await? {
        Some(Some(hash)) => Some(Some(hash)),
        // The server said what it takes, and SHA-2 is not among it.
        Some(None) => allow_sha1.then_some(None),
        // It did not say (RFC 8308 is younger than many servers): SHA-2 is the better guess.
        None => Some(if allow_sha1 { None } else { Some(HashAlg::Sha512) }),
    })
}

impl KeyFile {
    fn name(&self) -> String {
        escape::line(&self.path.display().to_string()).into_owned()
    }

    fn public(&mut self, asker: &Asker) -> Result<PublicKey, Error> {
        if let Some(public) = &self.public {
            return Ok(public.clone());
        }
        let public = self.private(asker)?.public_key().clone();
        self.public = Some(public.clone());
        Ok(public)
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
        let mut tries = PASSPHRASE_TRIES;
        loop {
            let passphrase = asker.passphrase(&name)?;
            tries -= 1;
            match self.file.unlock(Some(&passphrase)) {
                Err(cause)
                    if cause.is_wrong_passphrase() && tries > 0 && asker.can_retry_passphrase() => {
                }
                outcome => return outcome.map_err(Error::Key),
            }
        }
    }
}

/// Signs with a key file, and asks for its passphrase only now that a signature is wanted.
struct FileSigner<'a> {
    key: &'a mut KeyFile,
    asker: &'a Asker,
}

impl Signer for FileSigner<'_> {
    type Error = Error;

    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        hash: Option<HashAlg>,
        mut to_sign: Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
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

/// What russh sends is what was signed with the signature behind it, as a string (RFC 4252 §7).
fn append_signature(signed: &mut Vec<u8>, signature: &Signature) -> Result<(), Error> {
    let bytes = Vec::<u8>::try_from(signature.clone())
        .map_err(|cause| Error::Protocol(russh::Error::SshKey(cause)))?;
    let length = u32::try_from(bytes.len())
        .map_err(|_| Error::Protocol(russh::Error::PacketSize(bytes.len())))?;
    signed.extend(length.to_be_bytes());
    signed.extend(bytes);
    Ok(())
}
