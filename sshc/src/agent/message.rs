//! The messages of `keygen::agent`, in the types of this connection.

use std::time::Duration;

use keygen::agent::message;
use russh::keys::agent::AgentSessionBinding;
use russh::keys::ssh_key::{HashAlg, PrivateKey};
use zeroize::Zeroizing;

pub(crate) use keygen::agent::message::put_string;
pub(super) use keygen::agent::message::{
    EXTENSION, Entry, FAILURE, MESSAGE_LIMIT, REQUEST_IDENTITIES, SESSION_BIND, SIGN_REQUEST,
    SUCCESS, algorithm, entries_answer, read_entries, read_signature,
};

/// Constraints on a key that an agent is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Forget it after this time, in whole seconds.
    pub lifetime: Option<Duration>,
    /// Ask the agent's user before each signature.
    pub confirm: bool,
}

/// Reads SSH data types from the front of a message (RFC 4251 §5). `None` if it is too short.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(crate) fn uint32(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*first))
    }

    pub(crate) fn uint64(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_be_bytes(*first))
    }

    pub(crate) fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.uint32()?).ok()?;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

/// A request for a signature over `data` by the key `blob`.
pub(super) fn sign_request(blob: &[u8], data: &[u8], hash: Option<HashAlg>) -> Vec<u8> {
    let flags = match hash {
        Some(HashAlg::Sha256) => message::RSA_SHA2_256,
        Some(HashAlg::Sha512) => message::RSA_SHA2_512,
        _ => 0,
    };
    message::sign_request(blob, data, flags)
}

/// The signature algorithm requested for an RSA key or certificate; `None` for every other kind.
pub(super) fn rsa_algorithm(blob: &[u8], hash: Option<HashAlg>) -> Option<&'static str> {
    if !matches!(algorithm(blob)?, "ssh-rsa" | "ssh-rsa-cert-v01@openssh.com") {
        return None;
    }
    Some(match hash {
        Some(HashAlg::Sha256) => "rsa-sha2-256",
        Some(HashAlg::Sha512) => "rsa-sha2-512",
        _ => "ssh-rsa",
    })
}

/// `session-bind@openssh.com`: tells the agent the host key and session for which its keys are
/// used.
pub(super) fn session_bind(session: &AgentSessionBinding, forwarding: bool) -> Vec<u8> {
    let (host_key, id) = (session.host_key(), session.session_id());
    message::session_bind(host_key, id, session.signature(), forwarding)
}

/// A request to add a private key with its comment and constraints.
pub(super) fn add_identity(
    key: &PrivateKey,
    comment: &str,
    constraints: Constraints,
) -> Result<Zeroizing<Vec<u8>>, keygen::Error> {
    let Constraints { lifetime, confirm } = constraints;
    let constraints = message::Constraints { lifetime, confirm, ..message::Constraints::default() };
    message::add_identity(key, None, comment.as_bytes(), &constraints)
}
