//! Reads what PuTTY has stored on this machine: host keys and saved sessions. Never writes.
//!
//! On Windows PuTTY stores it in the registry, below `HKCU\Software\SimonTatham\PuTTY`. On other
//! systems nothing is read.

mod host_keys;
mod registry_encoding;
mod session;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::collections::BTreeMap;
use std::io;

pub use session::{Proxy, ProxyKind, Session};

use crate::known_hosts::Entry;
use contract::shown;
use registry_encoding::Value;

/// Why a saved session cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The registry cannot be read.
    #[error("cannot read PuTTY's stored data")]
    Read(#[source] io::Error),
    /// No session has this name.
    #[error("PuTTY has no saved session `{}`", shown(.name))]
    NoSession {
        /// The name asked for.
        name: String,
    },
    /// The session is not for SSH.
    #[error("the session is for {}, not for SSH", shown(.protocol))]
    NotSsh {
        /// Its protocol.
        protocol: String,
    },
    /// The session names no host, like PuTTY's default one.
    #[error("the session names no host")]
    NoHost,
    /// A setting has an unknown form, or asks for something that sshc cannot do.
    #[error("the session's {setting} cannot be understood: `{}`", shown(.value))]
    Setting {
        /// PuTTY's name for it.
        setting: &'static str,
        /// Its value.
        value: String,
    },
}

impl Error {
    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSession { .. } => {
                Some("the names are those in PuTTY's list of saved sessions".to_owned())
            }
            Self::NoHost => Some("name the host itself, as user@host".to_owned()),
            Self::Read(_) | Self::NotSsh { .. } | Self::Setting { .. } => None,
        }
    }
}

/// A value as the registry stores it.
struct RawValue {
    name: String,
    /// The number of the type, such as that of `REG_SZ`.
    kind: u32,
    data: Vec<u8>,
}

/// The host keys that PuTTY has accepted, without those of unknown types.
///
/// # Errors
///
/// [`Error::Read`] when the registry cannot be read.
pub fn host_keys() -> Result<Vec<Entry>, Error> {
    let values = values("SshHostKeys")?.unwrap_or_default();
    Ok(values.iter().filter_map(|(name, value)| host_keys::line(name, value)).collect())
}

/// The saved session with this name.
///
/// # Errors
///
/// When there is none, or any of its settings is not understood.
pub fn session(name: &str) -> Result<Session, Error> {
    match values(&format!(r"Sessions\{}", registry_encoding::escape(name)))? {
        Some(values) => Session::from_values(&values),
        None => Err(Error::NoSession { name: name.to_owned() }),
    }
}

/// The values under one of PuTTY's registry keys; `None` if there is no such key.
fn values(key: &str) -> Result<Option<BTreeMap<String, Value>>, Error> {
    let raw = platform::values(key).map_err(Error::Read)?;
    let decode = |raw: RawValue| Some((raw.name, Value::decode(raw.kind, &raw.data)?));
    Ok(raw.map(|values| values.into_iter().filter_map(decode).collect()))
}
