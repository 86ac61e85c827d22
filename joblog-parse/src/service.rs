//! A service that a log announces beside the login: a notebook, a dashboard, a desktop, on a port
//! of the cluster.
//!
//! It is what `sshc --announced` opens a tunnel to. A log is hostile, and a browser may follow:
//! parts that are not plainly those of a job's own service are refused while parsing, never
//! cleaned.

mod json;
mod parts;

use std::fmt;
use std::net::SocketAddr;

use crate::escaped::Escaped;
use crate::target::{Host, TargetError};

pub(crate) use json::ServiceRecord;
pub use parts::{Name, Port, Query, Scheme, Site, Token, WebPath};

/// Services that are kept for one login: no job has more of them for a person to open.
pub const MOST_SERVICES: usize = 16;

/// A service as the cluster's login host sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// What it is: `jupyter`, `tensorboard`, `vnc`; `web` or `tunnel` where the log does not say.
    pub name: Name,
    /// The protocol, where it is known.
    pub scheme: Option<Scheme>,
    /// The machine.
    pub site: Site,
    /// The port.
    pub port: Port,
    /// The page, with the harmless part of its query; `/` where none is named.
    pub path: WebPath,
    /// What lets the reader in.
    pub token: Option<Token>,
}

/// Why something is no service, with what was refused shown escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// Not `[a-z0-9-]{1,32}`.
    #[error("`{0}` is not the name of a service")]
    Name(Escaped),
    /// No protocol that a job's services speak.
    #[error("`{0}` is not the protocol of a service")]
    Scheme(Escaped),
    /// No host.
    #[error(transparent)]
    Host(#[from] TargetError),
    /// The address of a cloud's metadata service, or one that means no machine of the cluster.
    #[error("`{0}` is not a machine that a job listens on")]
    Site(Escaped),
    /// Below 1024 no job listens, and above 65535 nobody.
    #[error("`{0}` is not a port that a job listens on (1024-65535)")]
    Port(Escaped),
    /// Leads elsewhere, or holds what no path holds.
    #[error("`{0}` is not the path of a page")]
    Path(Escaped),
    /// Holds what no token holds. It is a secret, so it is not shown.
    #[error("the token of a service holds characters that no token has")]
    Token,
    /// More than [`MOST_SERVICES`].
    #[error("more than {MOST_SERVICES} services are announced")]
    TooMany,
    /// The field of the JSON has another form.
    #[error("not the services of joblog-parse --json: {0}")]
    Json(Escaped),
}

impl Service {
    /// Whether a browser shows it.
    #[must_use]
    pub fn is_web(&self) -> bool {
        matches!(self.scheme, Some(Scheme::Http | Scheme::Https))
    }

    /// Its address at the near end of a tunnel, `None` where a browser does not show it; with the
    /// token only where it is asked for.
    #[must_use]
    pub fn url(&self, near: SocketAddr, with_token: bool) -> Option<String> {
        let scheme = self.scheme.filter(|_| self.is_web())?.name();
        let mut url = format!("{scheme}://{near}{}", self.path);
        if let Some(token) = self.token.as_ref().filter(|_| with_token) {
            token.reveal(|query, value| {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(query);
                url.push('=');
                url.push_str(value);
            });
        }
        Some(url)
    }

    /// Whether both are at the same place: loopback has several names.
    #[must_use]
    pub fn is_at_same_place(&self, other: &Self) -> bool {
        self.port == other.port && self.site.is_same_as(&other.site)
    }

    /// The same, seen from `login`: the machine itself is its loopback.
    #[must_use]
    pub(crate) fn seen_from(mut self, login: &Host) -> Self {
        if self.site.host().is_same_as(login) {
            self.site = Site::loopback();
        }
        self
    }
}

impl fmt::Display for Service {
    /// `jupyter on node07:8888`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.name, self.place())
    }
}

impl Service {
    /// `host:port`, with an IPv6 address in brackets.
    #[must_use]
    pub fn place(&self) -> String {
        let (host, port) = (self.site.host(), self.port.get());
        if host.is_v6() { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

#[cfg(test)]
mod tests;
