//! Messages as bytes: pure functions in both directions (RFC 9987 §3; `session-bind` in OpenSSH's
//! `PROTOCOL.agent` §1).
//!
//! A message here begins with its number, after the length.

use std::time::Duration;

use ssh_key::PrivateKey;
use ssh_key::private::KeypairData;
use zeroize::Zeroizing;

use crate::Error;
use crate::key_pair::unsupported;
use crate::wire::{Reader, Writer};

/// The longest message in either direction, in bytes, as in OpenSSH's agent.
pub const MESSAGE_LIMIT: usize = 256 * 1024;

/// The most keys in a listing, as in OpenSSH's client.
const ENTRIES_LIMIT: u32 = 2048;

/// `SSH_AGENT_FAILURE`.
pub const FAILURE: u8 = 5;
/// `SSH_AGENT_SUCCESS`.
pub const SUCCESS: u8 = 6;
/// `SSH_AGENTC_REQUEST_IDENTITIES`.
pub const REQUEST_IDENTITIES: u8 = 11;
/// `SSH_AGENT_IDENTITIES_ANSWER`.
pub const IDENTITIES_ANSWER: u8 = 12;
/// `SSH_AGENTC_SIGN_REQUEST`.
pub const SIGN_REQUEST: u8 = 13;
/// `SSH_AGENT_SIGN_RESPONSE`.
pub const SIGN_RESPONSE: u8 = 14;
/// `SSH_AGENTC_EXTENSION`.
pub const EXTENSION: u8 = 27;

pub(crate) const REMOVE_ALL_SSH1: u8 = 9;
pub(crate) const ADD_IDENTITY: u8 = 17;
pub(crate) const REMOVE_IDENTITY: u8 = 18;
pub(crate) const REMOVE_ALL_IDENTITIES: u8 = 19;
pub(crate) const LOCK: u8 = 22;
pub(crate) const UNLOCK: u8 = 23;
pub(crate) const ADD_ID_CONSTRAINED: u8 = 25;
pub(crate) const EXTENSION_FAILURE: u8 = 28;
pub(crate) const EXTENSION_RESPONSE: u8 = 29;

pub(crate) const CONSTRAIN_LIFETIME: u8 = 1;
pub(crate) const CONSTRAIN_CONFIRM: u8 = 2;
pub(crate) const CONSTRAIN_EXTENSION: u8 = 255;

/// The flag for `rsa-sha2-256` in a request for a signature.
pub const RSA_SHA2_256: u32 = 2;
/// The flag for `rsa-sha2-512`.
pub const RSA_SHA2_512: u32 = 4;

/// The extension by which a client names the server for which it uses its connection.
pub const SESSION_BIND: &[u8] = b"session-bind@openssh.com";

pub(crate) const QUERY: &[u8] = b"query";

/// Constraints on a key that an agent is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Forget it after this time, in whole seconds.
    pub lifetime: Option<Duration>,
    /// Ask the agent's user before each signature.
    pub confirm: bool,
    /// Constraints that are extensions, each with its name and contents.
    pub extensions: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A key as an agent lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The public key or certificate in its wire form (RFC 4253 §6.6).
    pub blob: Vec<u8>,
    /// The agent's comment: arbitrary bytes.
    pub comment: Vec<u8>,
}

/// Parses the answer to [`REQUEST_IDENTITIES`]. `None` if it is another message or malformed.
#[must_use]
pub fn read_entries(answer: &[u8]) -> Option<Vec<Entry>> {
    let mut fields = body(answer, IDENTITIES_ANSWER)?;
    let count = fields.uint32().ok().filter(|count| *count <= ENTRIES_LIMIT)?;
    let mut entry = || {
        let (blob, comment) = (fields.string().ok()?, fields.string().ok()?);
        Some(Entry { blob: blob.to_vec(), comment: comment.to_vec() })
    };
    (0..count).map(|_| entry()).collect()
}

/// Writes such an answer.
#[must_use]
pub fn entries_answer(entries: &[Entry]) -> Vec<u8> {
    let mut message = vec![IDENTITIES_ANSWER];
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    message.extend_from_slice(&count.to_be_bytes());
    for entry in entries {
        put_string(&mut message, &entry.blob);
        put_string(&mut message, &entry.comment);
    }
    message
}

/// A request for a signature over `data` by the key `blob`; `flags` are for RSA ([`RSA_SHA2_512`]).
#[must_use]
pub fn sign_request(blob: &[u8], data: &[u8], flags: u32) -> Vec<u8> {
    let mut message = vec![SIGN_REQUEST];
    put_string(&mut message, blob);
    put_string(&mut message, data);
    message.extend_from_slice(&flags.to_be_bytes());
    message
}

/// The signature in the answer to [`sign_request`]. `None` if it is another message or malformed.
#[must_use]
pub fn read_signature(answer: &[u8]) -> Option<&[u8]> {
    let signature = body(answer, SIGN_RESPONSE)?.string().ok()?;
    algorithm(signature).map(|_| signature)
}

/// The algorithm named at the start of a key or signature.
#[must_use]
pub fn algorithm(blob: &[u8]) -> Option<&str> {
    str::from_utf8(Reader::new(blob).string().ok()?).ok()
}

/// `session-bind@openssh.com`: tells the agent the host key and session for which its keys are
/// used.
#[must_use]
pub fn session_bind(
    host_key: &[u8],
    session_id: &[u8],
    signature: &[u8],
    forwarding: bool,
) -> Vec<u8> {
    let mut message = vec![EXTENSION];
    for field in [SESSION_BIND, host_key, session_id, signature] {
        put_string(&mut message, field);
    }
    message.push(u8::from(forwarding));
    message
}

/// A request for an extension, with its name and contents.
#[must_use]
pub fn extension(name: &[u8], contents: &[u8]) -> Vec<u8> {
    let mut message = vec![EXTENSION];
    put_string(&mut message, name);
    message.extend_from_slice(contents);
    message
}

/// A request to add a private key, possibly with its certificate, a comment and constraints.
///
/// # Errors
/// [`Error::Unsupported`] for a type that agents do not accept.
pub fn add_identity(
    key: &PrivateKey,
    certificate: Option<&[u8]>,
    comment: &[u8],
    constraints: &Constraints,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let unconstrained = *constraints == Constraints::default();
    let number = if unconstrained { ADD_IDENTITY } else { ADD_ID_CONSTRAINED };
    let message = Writer::new().bytes(&[number]);
    let message = match certificate {
        Some(blob) => certified_fields(message, key.key_data(), blob)?,
        None => private_fields(message, key.key_data())?,
    };
    let mut message = message.string(comment);
    if let Some(lifetime) = constraints.lifetime {
        let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
        message = message.bytes(&[CONSTRAIN_LIFETIME]).uint32(seconds);
    }
    if constraints.confirm {
        message = message.bytes(&[CONSTRAIN_CONFIRM]);
    }
    for (name, contents) in &constraints.extensions {
        message = message.bytes(&[CONSTRAIN_EXTENSION]).string(name).bytes(contents);
    }
    Ok(message.into_bytes())
}

/// The type and the numbers in the order of RFC 9987 §3.2, which is also that of OpenSSH's key
/// files.
fn private_fields(message: Writer, pair: &KeypairData) -> Result<Writer, Error> {
    Ok(match pair {
        KeypairData::Rsa(key) => {
            let (public, private) = (key.public(), key.private());
            [public.n(), public.e(), private.d(), private.iqmp(), private.p(), private.q()]
                .into_iter()
                .fold(message.string("ssh-rsa"), |fields, it| fields.positive(it.as_bytes()))
        }
        KeypairData::Ed25519(key) => message
            .string("ssh-ed25519")
            .string(key.public.as_ref())
            .string(Zeroizing::new(key.to_bytes()).as_slice()),
        KeypairData::Ecdsa(key) => message
            .string(key.algorithm().as_str())
            .string(key.curve().as_str())
            .string(key.public_key_bytes())
            .positive(key.private_key_bytes()),
        _ => return Err(unsupported(pair)),
    })
}

/// The certificate, followed only by the numbers that it does not contain.
fn certified_fields(message: Writer, pair: &KeypairData, blob: &[u8]) -> Result<Writer, Error> {
    let name = algorithm(blob).ok_or(Error::NotAPublicKey("the certificate is damaged"))?;
    let message = message.string(name).string(blob);
    Ok(match pair {
        KeypairData::Rsa(key) => {
            let private = key.private();
            [private.d(), private.iqmp(), private.p(), private.q()]
                .into_iter()
                .fold(message, |fields, it| fields.positive(it.as_bytes()))
        }
        KeypairData::Ed25519(key) => {
            message.string(key.public.as_ref()).string(Zeroizing::new(key.to_bytes()).as_slice())
        }
        KeypairData::Ecdsa(key) => message.positive(key.private_key_bytes()),
        _ => return Err(unsupported(pair)),
    })
}

/// A message with a number and one string.
pub(crate) fn of_string(number: u8, contents: &[u8]) -> Zeroizing<Vec<u8>> {
    Writer::new().bytes(&[number]).string(contents).into_bytes()
}

/// The contents after a message's number, if the number is this one.
pub(crate) fn body(message: &[u8], number: u8) -> Option<Reader<'_>> {
    let (first, rest) = message.split_first()?;
    (*first == number).then(|| Reader::new(rest))
}

/// Appends an SSH string (RFC 4251 §5).
pub fn put_string(message: &mut Vec<u8>, bytes: &[u8]) {
    // No message reaches 4 GiB: we send none beyond `MESSAGE_LIMIT`.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(blob: &[u8], comment: &[u8]) -> Entry {
        Entry { blob: blob.to_vec(), comment: comment.to_vec() }
    }

    fn key() -> PrivateKey {
        PrivateKey::from(ssh_key::private::Ed25519Keypair::from_seed(&[1; 32]))
    }

    #[test]
    fn a_listing_comes_back_in_its_order() {
        let entries = [entry(b"one", b"ada"), entry(b"", b"\xff"), entry(b"one", b"ada")];
        assert_eq!(read_entries(&entries_answer(&entries)).as_deref(), Some(&entries[..]));
        assert_eq!(read_entries(&entries_answer(&[])), Some(Vec::new()));
    }

    #[test]
    fn an_incomplete_listing_is_refused() {
        let whole = entries_answer(&[entry(b"one", b"ada")]);
        for length in 0..whole.len() {
            assert_eq!(read_entries(&whole[..length]), None, "{length}");
        }
        assert_eq!(read_entries(&[FAILURE]), None);
        assert_eq!(read_entries(&[IDENTITIES_ANSWER, 0xff, 0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn a_key_is_sent_whole_with_its_comment_and_constraints() {
        let constraints = Constraints {
            lifetime: Some(Duration::from_secs(3600)),
            confirm: true,
            extensions: vec![(b"x@y".to_vec(), vec![7])],
        };
        let message = add_identity(&key(), None, b"ada's key", &constraints).expect("written");
        let mut fields = body(&message, 25).expect("constrained");
        assert_eq!(fields.string(), Ok(&b"ssh-ed25519"[..]));
        assert_eq!(fields.string().map(<[u8]>::len), Ok(32));
        assert_eq!(fields.string().map(|secret| &secret[..32]), Ok(&[1; 32][..]));
        assert_eq!(fields.string(), Ok(&b"ada's key"[..]));
        assert_eq!(fields.rest(), [1, 0, 0, 14, 16, 2, 255, 0, 0, 0, 3, b'x', b'@', b'y', 7]);
        let plain = add_identity(&key(), None, b"", &Constraints::default()).expect("written");
        assert_eq!(plain.first(), Some(&17));
    }
}
