//! The servers that a connection is bound to, hop by hop (`session-bind@openssh.com`), and what a
//! restricted key permits there.

use ssh_key::private::Ed25519Keypair;
use ssh_key::{PrivateKey, PublicKey, Signature};
use zeroize::Zeroizing;

use super::message;
use super::restrict_destination::Restriction;
use super::signer::Signer;
use crate::public_key::PublicKeyLine;
use crate::random;
use crate::wire::{Reader, Truncated};

/// The limits of OpenSSH's agent for hops and for the length of a session ID.
const HOPS_LIMIT: usize = 16;
const ID_LIMIT: usize = 128;

/// A valid request to bind a connection, to a new host key that no server has; `None` without
/// random numbers.
pub(super) fn binding_to_no_host() -> Option<Vec<u8>> {
    let mut seed = Zeroizing::new([0; 32]);
    random::fill(&mut *seed).ok()?;
    let host = PrivateKey::from(Ed25519Keypair::from_seed(&seed));
    let host_key = PublicKeyLine::of(&host).ok()?;
    // The agent does not compare the ID with anything.
    let id = [0; 32];
    let signature = Signer::new(host.key_data()).ok()?.sign(&id, 0)?;
    Some(message::session_bind(host_key.blob(), &id, &signature, false))
}

/// The bindings of one connection.
#[derive(Debug, Default)]
pub(super) struct Session {
    hops: Vec<Binding>,
    /// Whether a binding failed: then restricted keys must not be used on this connection.
    has_failed: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Binding {
    host_key: Vec<u8>,
    id: Vec<u8>,
    is_forwarding: bool,
}

impl Session {
    /// Binds the connection to another server, whose signature over the session ID must be valid.
    pub(super) fn bind(&mut self, contents: &[u8]) -> bool {
        match read_bind(contents) {
            Ok(bound) if self.takes(&bound) => true,
            _ => {
                self.has_failed = true;
                false
            }
        }
    }

    fn takes(&mut self, bound: &Binding) -> bool {
        if self.hops.last().is_some_and(|last| !last.is_forwarding) {
            // A login over this connection has begun, so no further hop may follow.
            return false;
        }
        if let Some(known) = self.hops.iter().find(|known| known.id == bound.id) {
            return known.host_key == bound.host_key;
        }
        if self.hops.len() >= HOPS_LIMIT {
            return false;
        }
        self.hops.push(Binding {
            host_key: bound.host_key.clone(),
            id: bound.id.clone(),
            is_forwarding: bound.is_forwarding,
        });
        true
    }

    /// Whether the client may be on another machine: then it gets signatures, but must not control
    /// the agent.
    pub(super) fn is_remote(&self) -> bool {
        self.hops.iter().any(|hop| hop.is_forwarding)
    }

    /// Whether a key with these restrictions is visible on this connection.
    pub(super) fn may_see(&self, restrictions: &[Restriction]) -> bool {
        restrictions.is_empty() || (!self.failed_to_bind() && self.permits(restrictions, None))
    }

    /// Whether a key with these restrictions may sign this data on this connection.
    pub(super) fn may_sign(&self, restrictions: &[Restriction], key: &[u8], data: &[u8]) -> bool {
        if restrictions.is_empty() {
            return true;
        }
        let (Some(last), false) = (self.hops.last(), self.failed_to_bind()) else { return false };
        let Ok(login) = read_login(data, key) else { return false };
        let is_here = login.session_id == last.id
            && login.host_key.is_none_or(|host_key| host_key == last.host_key)
            && (self.hops.len() == 1 || login.host_key.is_some());
        is_here && self.permits(restrictions, Some(login.user))
    }

    fn failed_to_bind(&self) -> bool {
        self.has_failed && self.hops.is_empty()
    }

    fn permits(&self, restrictions: &[Restriction], user: Option<&str>) -> bool {
        let Some(last) = self.hops.last() else { return true };
        let permitted = |from: Option<&[u8]>, to: Option<&[u8]>, user| {
            restrictions.iter().any(|restriction| restriction.permits(from, to, user))
        };
        let mut from: Option<&[u8]> = None;
        for (at, hop) in self.hops.iter().enumerate() {
            let is_last = at + 1 == self.hops.len();
            let is_wrong_way =
                if is_last { hop.is_forwarding && user.is_some() } else { !hop.is_forwarding };
            let as_user = if is_last { user } else { None };
            if is_wrong_way || !permitted(from, Some(&hop.host_key), as_user) {
                return false;
            }
            from = Some(&hop.host_key);
        }
        // A key that may only be used for the host to which the agent is forwarded is useless
        // there.
        !last.is_forwarding || user.is_some() || permitted(Some(&last.host_key), None, None)
    }
}

fn read_bind(contents: &[u8]) -> Result<Binding, Truncated> {
    let mut fields = Reader::new(contents);
    let (host_key, id, signature) = (fields.string()?, fields.string()?, fields.string()?);
    let is_forwarding = fields.bytes(1)? != [0];
    let is_sound = fields.rest().is_empty() && id.len() <= ID_LIMIT;
    if !is_sound || !has_signed(host_key, id, signature) {
        return Err(Truncated);
    }
    Ok(Binding { host_key: host_key.to_vec(), id: id.to_vec(), is_forwarding })
}

/// Whether the host, possibly with a certificate, has signed this.
fn has_signed(host_key: &[u8], id: &[u8], signature: &[u8]) -> bool {
    let Ok(line) = PublicKeyLine::from_blob(host_key, "") else { return false };
    let Ok(signature) = Signature::try_from(signature) else { return false };
    let Some(key) = line.as_ssh_key().map(PublicKey::key_data) else { return false };
    let plain = key.certificate().map_or(key, |certificate| certificate.public_key());
    signature::Verifier::verify(&PublicKey::from(plain.clone()), id, &signature).is_ok()
}

struct Login<'a> {
    session_id: &'a [u8],
    user: &'a str,
    host_key: Option<&'a [u8]>,
}

/// Parses the data signed for a login (RFC 4252 §7, and OpenSSH's `publickey-hostbound-v00`) with
/// this key.
fn read_login<'a>(data: &'a [u8], key: &[u8]) -> Result<Login<'a>, Truncated> {
    const USERAUTH_REQUEST: u8 = 50;
    let mut fields = Reader::new(data);
    let session_id = fields.string()?;
    let number = fields.bytes(1)?;
    let user = std::str::from_utf8(fields.string()?).map_err(|_| Truncated)?;
    let (service, method) = (fields.string()?, fields.string()?);
    let has_signature = fields.bytes(1)?;
    let (_algorithm, blob) = (fields.string()?, fields.string()?);
    let host_key = match method {
        b"publickey" => None,
        b"publickey-hostbound-v00@openssh.com" => Some(fields.string()?),
        _ => return Err(Truncated),
    };
    let is_sound = number == [USERAUTH_REQUEST]
        && service == b"ssh-connection"
        && has_signature == [1]
        && blob == key
        && fields.rest().is_empty();
    if is_sound { Ok(Login { session_id, user, host_key }) } else { Err(Truncated) }
}
