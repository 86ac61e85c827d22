//! The messages, as bytes: pure functions both ways (draft-ietf-sshm-ssh-agent §3; session-bind in OpenSSH's
//! `PROTOCOL.agent` §1).

use std::time::Duration;

use russh::keys::agent::AgentSessionBinding;
use russh::keys::ssh_encoding::Encode as _;
use russh::keys::ssh_key::{self, HashAlg, PrivateKey};
use zeroize::Zeroizing;

/// The longest message either way, as in OpenSSH's agent.
pub(super) const MESSAGE_LIMIT: usize = 256 * 1024;

/// The most keys in one agent, as in OpenSSH's.
const ENTRIES_LIMIT: u32 = 2048;

pub(super) const FAILURE: u8 = 5;
pub(super) const SUCCESS: u8 = 6;
pub(super) const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
pub(super) const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
const ADD_IDENTITY: u8 = 17;
const ADD_ID_CONSTRAINED: u8 = 25;
pub(super) const EXTENSION: u8 = 27;

const CONSTRAIN_LIFETIME: u8 = 1;
const CONSTRAIN_CONFIRM: u8 = 2;

const RSA_SHA2_256: u32 = 2;
const RSA_SHA2_512: u32 = 4;

pub(super) const SESSION_BIND: &[u8] = b"session-bind@openssh.com";

/// What an agent is told to do with a key it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Forget it after this time, in whole seconds.
    pub lifetime: Option<Duration>,
    /// Ask its user before each signature.
    pub confirm: bool,
}

/// A key as an agent lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The public key or certificate.
    pub(super) blob: Vec<u8>,
    pub(super) comment: Vec<u8>,
}

/// Appends an SSH string (RFC 4251 §5).
pub(super) fn put_string(message: &mut Vec<u8>, bytes: &[u8]) {
    // No message holds 4 GiB: the connection refuses to send one beyond `MESSAGE_LIMIT`.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(bytes);
}

/// Takes SSH's data types off the front of a message (RFC 4251 §5). `None` when it is too short.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn uint32(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*first))
    }

    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.uint32()?).ok()?;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

/// The answer to [`REQUEST_IDENTITIES`]. `None` when it is another message or malformed.
pub(super) fn read_entries(answer: &[u8]) -> Option<Vec<Entry>> {
    let mut fields = Fields(answer);
    if fields.byte()? != IDENTITIES_ANSWER {
        return None;
    }
    let count = fields.uint32().filter(|count| *count <= ENTRIES_LIMIT)?;
    let mut entry = || Some((fields.string()?, fields.string()?));
    (0..count)
        .map(|_| {
            let (blob, comment) = entry()?;
            Some(Entry { blob: blob.to_vec(), comment: comment.to_vec() })
        })
        .collect()
}

/// The same answer, given by us to whoever asks through the relay.
pub(super) fn entries_answer(entries: &[Entry]) -> Vec<u8> {
    let mut message = vec![IDENTITIES_ANSWER];
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    message.extend_from_slice(&count.to_be_bytes());
    for entry in entries {
        put_string(&mut message, &entry.blob);
        put_string(&mut message, &entry.comment);
    }
    message
}

/// A request for a signature over `data` by the key `blob`.
pub(super) fn sign_request(blob: &[u8], data: &[u8], hash: Option<HashAlg>) -> Vec<u8> {
    let flags = match hash {
        Some(HashAlg::Sha256) => RSA_SHA2_256,
        Some(HashAlg::Sha512) => RSA_SHA2_512,
        _ => 0,
    };
    let mut message = vec![SIGN_REQUEST];
    put_string(&mut message, blob);
    put_string(&mut message, data);
    message.extend_from_slice(&flags.to_be_bytes());
    message
}

/// The signature blob in the answer to [`sign_request`]. `None` when it is another message or malformed.
pub(super) fn read_signature(answer: &[u8]) -> Option<&[u8]> {
    let mut fields = Fields(answer);
    if fields.byte()? != SIGN_RESPONSE {
        return None;
    }
    fields.string().filter(|signature| algorithm(signature).is_some())
}

/// The algorithm that a key or signature blob begins with.
pub(super) fn algorithm(blob: &[u8]) -> Option<&str> {
    str::from_utf8(Fields(blob).string()?).ok()
}

/// The algorithm that an RSA key or certificate is asked to sign with; `None` for every other kind.
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

/// `session-bind@openssh.com`: the agent learns the host key and session that its keys are used for.
pub(super) fn session_bind(session: &AgentSessionBinding, forwarding: bool) -> Vec<u8> {
    let mut message = vec![EXTENSION];
    put_string(&mut message, SESSION_BIND);
    put_string(&mut message, session.host_key());
    put_string(&mut message, session.session_id());
    put_string(&mut message, session.signature());
    message.push(u8::from(forwarding));
    message
}

/// The private key, its comment, and what the agent is to observe.
pub(super) fn add_identity(
    key: &PrivateKey,
    comment: &str,
    constraints: Constraints,
) -> Result<Zeroizing<Vec<u8>>, ssh_key::Error> {
    let unconstrained = constraints == Constraints::default();
    let mut message = Zeroizing::new(Vec::with_capacity(MESSAGE_LIMIT));
    message.push(if unconstrained { ADD_IDENTITY } else { ADD_ID_CONSTRAINED });
    // Within the capacity, so that no copy of the key is left behind by a reallocation.
    key.key_data().encode(&mut *message)?;
    put_string(&mut message, comment.as_bytes());
    if let Some(lifetime) = constraints.lifetime {
        message.push(CONSTRAIN_LIFETIME);
        let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
        message.extend_from_slice(&seconds.to_be_bytes());
    }
    if constraints.confirm {
        message.push(CONSTRAIN_CONFIRM);
    }
    Ok(message)
}
