//! What PuTTY has stored on this machine: host keys and saved sessions. Read, never written.
//!
//! On Windows that is in the registry, below `HKCU\Software\SimonTatham\PuTTY`; elsewhere there is
//! nothing to find.

mod host_keys;
mod session;
mod stored;
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
use stored::Value;

/// Why a saved session is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What is stored cannot be read.
    #[error("cannot read what PuTTY has stored")]
    Read(#[source] io::Error),
    /// There is no session of this name.
    #[error("PuTTY has no saved session `{}`", shown(.name))]
    NoSession {
        /// The name asked for.
        name: String,
    },
    /// A session is for something else than SSH.
    #[error("the session is for {}, not for SSH", shown(.protocol))]
    NotSsh {
        /// What it is for.
        protocol: String,
    },
    /// A session, such as the default one, names no host.
    #[error("the session names no host")]
    NoHost,
    /// A setting is not as PuTTY writes it, or means something that cannot be done here.
    #[error("the session's {setting} cannot be understood: `{}`", shown(.value))]
    Setting {
        /// The name that PuTTY has for it.
        setting: &'static str,
        /// Its value.
        value: String,
    },
}

impl Error {
    /// What the user can do about it, where there is something to say.
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

/// A value as the registry holds it.
struct RawValue {
    name: String,
    /// `REG_SZ` and the like, by number.
    kind: u32,
    data: Vec<u8>,
}

/// The host keys that PuTTY has accepted; those of kinds not known here are left out.
///
/// # Errors
///
/// [`Error::Read`] when they are there and cannot be read.
pub fn host_keys() -> Result<Vec<Entry>, Error> {
    let values = values("SshHostKeys")?.unwrap_or_default();
    Ok(values.iter().filter_map(|(name, value)| host_keys::line(name, value)).collect())
}

/// The saved session of a name.
///
/// # Errors
///
/// When there is none, or it cannot be understood in full.
pub fn session(name: &str) -> Result<Session, Error> {
    match values(&format!(r"Sessions\{}", stored::escape(name)))? {
        Some(values) => Session::from_values(&values),
        None => Err(Error::NoSession { name: name.to_owned() }),
    }
}

/// The values below a key of PuTTY's; `None` when there is no such key.
fn values(key: &str) -> Result<Option<BTreeMap<String, Value>>, Error> {
    let raw = platform::values(key).map_err(Error::Read)?;
    let decode = |raw: RawValue| Some((raw.name, Value::decode(raw.kind, &raw.data)?));
    Ok(raw.map(|values| values.into_iter().filter_map(decode).collect()))
}
