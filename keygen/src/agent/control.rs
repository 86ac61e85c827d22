//! Requests that only `keyagent` sends to our agent: extensions of the protocol (RFC 9987 §3.8).

use serde::{Deserialize, Serialize};
use ssh_key::PublicKey;
use zeroize::Zeroizing;

use super::message::{self, put_string};
use super::request::{self, Terms};
use super::restrict_destination;
use super::secret::Secret;
use crate::wire::Reader;

pub(super) const STATUS: &[u8] = b"status@keyagent";
pub(super) const STOP: &[u8] = b"stop@keyagent";
pub(super) const ADD_LOCKED: &[u8] = b"add-locked@keyagent";

/// One of our requests.
pub(super) enum Control {
    Status,
    Stop,
    /// Adds a key file that is still locked with its passphrase.
    AddLocked {
        blob: Vec<u8>,
        comment: Vec<u8>,
        file: Secret,
        terms: Terms,
    },
}

/// The addresses at which our agent listens, and those that another program has taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) served: Vec<String>,
    pub(super) taken: Vec<Taken>,
    /// The file that leads OpenSSH to our agent.
    pub(super) openssh_config: Option<String>,
}

/// An address that another program has taken, and that program if the system says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Taken {
    pub(super) place: String,
    pub(super) program: Option<String>,
    pub(super) pid: Option<u32>,
}

impl Taken {
    /// The program and its process, for a person.
    pub(super) fn holder(&self) -> String {
        match (&self.program, self.pid) {
            (Some(program), Some(pid)) => format!("{program} (pid {pid})"),
            (None, Some(pid)) => format!("another program (pid {pid})"),
            _ => "another program".to_owned(),
        }
    }
}

/// The status of the agent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Status {
    pub(super) pid: u32,
    pub(super) version: String,
    pub(super) places: Vec<String>,
    #[serde(default)]
    pub(super) taken: Vec<Taken>,
    #[serde(default)]
    pub(super) openssh_config: Option<String>,
    /// The agent that handles keys on tokens.
    #[serde(default)]
    pub(super) upstream: Option<String>,
    pub(super) locked: bool,
    pub(super) keys: Vec<Detail>,
}

/// What the agent says about a key in addition to the protocol's list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Detail {
    pub(super) fingerprint_sha256: String,
    pub(super) certificate: bool,
    /// Seconds until the key is forgotten.
    pub(super) lifetime: Option<u64>,
    pub(super) confirm: bool,
    /// Whether the next use needs the passphrase.
    pub(super) wants_passphrase: bool,
    /// The hosts that it may be used for; every host if empty.
    pub(super) only: Vec<String>,
    /// Present if it is a certificate that has expired, which the protocol's list leaves out.
    #[serde(default)]
    pub(super) expired: Option<Expired>,
}

/// What the protocol's list would say about a certificate that has expired.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Expired {
    pub(super) algorithm: String,
    pub(super) bits: Option<u32>,
    pub(super) comment: String,
    /// In seconds since 1970.
    pub(super) valid_before: u64,
}

/// The answer to `query`, in the form of RFC 9987 §3.8.1.
pub(super) fn query_answer() -> Vec<u8> {
    let mut answer = vec![message::EXTENSION_RESPONSE];
    for name in [message::QUERY, message::SESSION_BIND, STATUS, STOP, ADD_LOCKED] {
        put_string(&mut answer, name);
    }
    answer
}

/// The contents of a request to add a locked key.
pub(super) fn locked_key(blob: &[u8], comment: &[u8], file: &[u8], terms: &Terms) -> Vec<u8> {
    let mut contents = Vec::new();
    for field in [blob, comment, file] {
        put_string(&mut contents, field);
    }
    if let Some(seconds) = terms.lifetime {
        contents.push(message::CONSTRAIN_LIFETIME);
        contents.extend_from_slice(&seconds.to_be_bytes());
    }
    if terms.confirm {
        contents.push(message::CONSTRAIN_CONFIRM);
    }
    if !terms.restrictions.is_empty() {
        contents.push(message::CONSTRAIN_EXTENSION);
        put_string(&mut contents, restrict_destination::NAME);
        contents.extend_from_slice(&restrict_destination::write_all(&terms.restrictions));
    }
    contents
}

impl Control {
    pub(super) fn read(name: &[u8], contents: &[u8]) -> Option<Self> {
        match name {
            STATUS => Some(Self::Status),
            STOP => Some(Self::Stop),
            ADD_LOCKED => {
                let mut fields = Reader::new(contents);
                let blob = fields.string().ok()?;
                // A key that cannot be parsed would be listed for ever and never used.
                PublicKey::from_bytes(blob).ok()?;
                let comment = fields.string().ok()?.to_vec();
                let file = Secret::new(Zeroizing::new(fields.string().ok()?.to_vec()));
                let terms = request::terms(&mut fields).ok()?;
                Some(Self::AddLocked { blob: blob.to_vec(), comment, file, terms })
            }
            _ => None,
        }
    }
}

/// The answer to [`STATUS`].
pub(super) fn status_answer(status: &Status) -> Vec<u8> {
    let mut answer = vec![message::EXTENSION_RESPONSE];
    put_string(&mut answer, STATUS);
    put_string(&mut answer, contract::json::line(status).as_bytes());
    answer
}

/// Parses our agent's answer to [`STATUS`]; `None` if it is another agent.
pub(super) fn read_status(answer: &[u8]) -> Option<Status> {
    let mut fields = message::body(answer, message::EXTENSION_RESPONSE)?;
    if fields.string().ok()? != STATUS {
        return None;
    }
    serde_json::from_slice(fields.string().ok()?).ok()
}
