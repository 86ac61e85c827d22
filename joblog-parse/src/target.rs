//! A login: the user, the host and the port that this tool finds and `sshc` connects to.
//!
//! Its parts are always valid: anything that breaks the rules for users, hosts, ports and
//! fingerprints is refused while parsing, never cleaned. What else the log says about a target
//! (line, job, tier) is not part of it.

mod host;
mod json;
mod parts;
mod uri;

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

pub use host::{Host, Reach};
pub use parts::{HostKey, IdentityFile, Jump, User};

pub(crate) use parts::{join_jumps, parse_jumps, parse_port};

use crate::defaults::PORT;
use crate::escaped::Escaped;

/// A login: `user@host`, and details that a log may add.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The name to log in as.
    pub user: User,
    /// The machine to log in to.
    pub host: Host,
    /// The port, if one was named; otherwise SSH's 22.
    pub port: Option<NonZeroU16>,
    /// The jump hosts, in order, as for `ssh -J`.
    pub jump: Vec<Jump>,
    /// The private key file in the log's command. It is a path of the log's writer: never use it
    /// unasked.
    pub identity_file: Option<IdentityFile>,
    /// The fingerprint of the host's key, if the log announces it.
    pub host_key: Option<HostKey>,
}

/// Why a text is not a valid target; the refused text is escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// There is no `@` between a user and a host.
    #[error("`{0}` is not user@host")]
    NotUserAtHost(Escaped),
    /// Not `[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}`.
    #[error("`{0}` is not a user name")]
    User(Escaped),
    /// Neither an IP address nor a DNS name of letters, digits and hyphens.
    #[error("`{0}` is not a host name or address")]
    Host(Escaped),
    /// Four parts, some of them masked, such as `XX.XX.XX.XX`.
    #[error("`{0}` is a masked address")]
    MaskedHost(Escaped),
    /// Unspecified, multicast, broadcast or reserved.
    #[error("`{0}` is not an address of one machine")]
    NoMachine(Escaped),
    /// Not a whole number from 1 to 65535.
    #[error("`{0}` is not a port (1-65535)")]
    Port(Escaped),
    /// Not `SHA256:` and 43 characters of unpadded base64.
    #[error("`{0}` is not a host key fingerprint (SHA256:…)")]
    HostKey(Escaped),
    /// Empty, too long, or containing control characters or quotes.
    #[error("`{0}` is not a path of a key file")]
    IdentityFile(Escaped),
    /// A line that starts with `{` but is not an object of `joblog-parse --json`.
    #[error("not a line of joblog-parse --json: {0}")]
    Json(Escaped),
    /// A line that starts with `ssh://` but has more than a user, a host, a port and a jump.
    #[error("`{0}` is not ssh://user@host:port")]
    Uri(Escaped),
}

impl Target {
    /// A target of which only `user@host` and the port are known.
    #[must_use]
    pub fn new(user: User, host: Host, port: Option<NonZeroU16>) -> Self {
        Self { user, host, port, jump: Vec::new(), identity_file: None, host_key: None }
    }

    /// The same without an explicit port 22, so that a host has only one name in the record of
    /// keys.
    #[must_use]
    pub fn without_default_port(&self) -> Self {
        let port = self.port.filter(|port| port.get() != PORT);
        Self { port, ..self.clone() }
    }

    /// Reads one line of this tool's output in any form: text, JSON (it starts with `{`), or
    /// `ssh://…`.
    ///
    /// Ignores a byte order mark and surrounding blanks, including a carriage return.
    ///
    /// # Errors
    /// The part of the line that is invalid.
    pub fn from_line(line: &str) -> Result<Self, TargetError> {
        let line = line.trim_start_matches('\u{feff}').trim_ascii();
        if line.starts_with('{') {
            Self::from_json_line(line)
        } else if line.starts_with(uri::SCHEME) {
            uri::parse(line)
        } else {
            line.parse()
        }
    }

    /// Writes `ssh://user@host[:port][?jump=[user@]host[:port],…]`, which [`Target::from_line`]
    /// reads.
    #[must_use]
    pub fn uri(&self) -> String {
        uri::write(self)
    }
}

impl FromStr for Target {
    type Err = TargetError;

    /// Parses `user@host`, `user@host:port` or `user@[v6]:port`.
    fn from_str(text: &str) -> Result<Self, TargetError> {
        let (user, place) =
            text.split_once('@').ok_or_else(|| TargetError::NotUserAtHost(text.into()))?;
        let user = user.parse()?;
        let (host, port) = parts::parse_place(place)?;
        Ok(Self::new(user, host, port))
    }
}

impl fmt::Display for Target {
    /// Writes `user@host`, or `user@host:port` with an IPv6 address in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@", self.user)?;
        parts::write_place(f, &self.host, self.port)
    }
}

#[cfg(test)]
mod tests;
