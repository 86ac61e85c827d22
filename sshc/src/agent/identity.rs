//! A key in an agent, parsed as far as we can use it.

use std::fmt;

use contract::shown;
use russh::keys::ssh_key::{Certificate, PublicKey};

use super::message::{Entry, algorithm};

/// How often a key's blob may contain the mark of a certificate: once in its own name, and in a
/// comment or two. A hostile agent could nest certificates until the parser's stack overflows.
const CERTIFICATE_MARKS: usize = 4;

/// A key that an agent can sign with.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The index of the agent that holds it.
    pub(super) agent: usize,
    /// The blob as listed, by which the agent identifies the key.
    pub(super) blob: Vec<u8>,
    /// The agent's comment, with invalid UTF-8 replaced. It may contain anything: escape it before
    /// showing it.
    pub comment: String,
    /// The public key or certificate.
    pub public: PublicHalf,
}

/// The public half of an [`Identity`].
#[derive(Clone, Debug)]
pub enum PublicHalf {
    /// A plain key, possibly on a FIDO token.
    Key(Box<PublicKey>),
    /// A certificate for the key.
    Certificate(Box<Certificate>),
}

/// A key in an agent that we cannot use, such as one with a newer algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The algorithm that it names, if any.
    pub algorithm: Option<String>,
    /// The agent's comment.
    pub comment: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm = self.algorithm.as_deref().unwrap_or("no algorithm");
        let (algorithm, comment) = (shown(algorithm), shown(&self.comment));
        write!(f, "cannot use the agent's key `{comment}` ({algorithm})")
    }
}

impl Identity {
    pub(super) fn read(agent: usize, entry: Entry) -> Result<Self, Unreadable> {
        let comment = String::from_utf8_lossy(&entry.comment).into_owned();
        match PublicHalf::read(&entry.blob, &comment) {
            Some(public) => Ok(Self { agent, blob: entry.blob, comment, public }),
            None => {
                Err(Unreadable { algorithm: algorithm(&entry.blob).map(str::to_owned), comment })
            }
        }
    }

    /// The plain public key, even of a certificate.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match &self.public {
            PublicHalf::Key(key) => PublicKey::clone(key),
            PublicHalf::Certificate(certificate) => {
                PublicKey::new(certificate.public_key().clone(), &*self.comment)
            }
        }
    }
}

impl PublicHalf {
    fn read(blob: &[u8], comment: &str) -> Option<Self> {
        const MARK: &[u8] = b"-cert-v01@";
        let marks = blob.windows(MARK.len()).filter(|window| *window == MARK).count();
        if marks > CERTIFICATE_MARKS {
            return None;
        }
        if algorithm(blob)?.ends_with("-cert-v01@openssh.com") {
            let mut certificate = Certificate::from_bytes(blob).ok()?;
            certificate.set_comment(comment);
            return Some(Self::Certificate(Box::new(certificate)));
        }
        let mut key = PublicKey::from_bytes(blob).ok()?;
        key.set_comment(comment);
        Some(Self::Key(Box::new(key)))
    }
}
