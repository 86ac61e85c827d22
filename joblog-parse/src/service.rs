//! A service that a log announces besides the login: a notebook, a dashboard, a desktop, on a port
//! of the cluster.
//!
//! `sshc --announced` opens a tunnel to it. A log is hostile, and a browser may open the address,
//! so parts that are not plainly those of a job's own service are refused while parsing, never
//! cleaned.

mod json;
mod parts;

use std::fmt;
use std::net::SocketAddr;

use crate::escaped::Escaped;
use crate::target::{Host, TargetError};

pub(crate) use json::ServiceRecord;
pub use parts::{Name, Port, Query, Scheme, Site, Token, WebPath};

/// The most services kept for one login: no job has more for a person to open.
pub const MOST_SERVICES: usize = 16;

/// A service as the cluster's login host sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// What it is: `jupyter`, `tensorboard`, `vnc`; `web` or `tunnel` if the log does not say.
    pub name: Name,
    /// The protocol, if known.
    pub scheme: Option<Scheme>,
    /// The machine.
    pub site: Site,
    /// The port.
    pub port: Port,
    /// The page, with the harmless part of its query; `/` if the log names none.
    pub path: WebPath,
    /// The token that grants access.
    pub token: Option<Token>,
}

/// Why something is not a valid service; the refused text is escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// Not `[a-z0-9-]{1,32}`.
    #[error("`{0}` is not the name of a service")]
    Name(Escaped),
    /// Not a protocol of a job's services.
    #[error("`{0}` is not the protocol of a service")]
    Scheme(Escaped),
    /// An invalid host.
    #[error(transparent)]
    Host(#[from] TargetError),
    /// The address of a cloud's metadata service, or one that is not a machine of the cluster.
    #[error("`{0}` is not a machine that a job listens on")]
    Site(Escaped),
    /// Below 1024, where no job listens, or above 65535.
    #[error("`{0}` is not a port that a job listens on (1024-65535)")]
    Port(Escaped),
    /// Leads elsewhere, or contains what a path must not contain.
    #[error("`{0}` is not the path of a page")]
    Path(Escaped),
    /// Contains what a token must not contain. Because it is a secret, it is not shown.
    #[error("the token of a service holds characters that no token has")]
    Token,
    /// More than [`MOST_SERVICES`].
    #[error("more than {MOST_SERVICES} services are announced")]
    TooMany,
    /// The field of the JSON has a wrong form.
    #[error("not the services of joblog-parse --json: {0}")]
    Json(Escaped),
}

impl Service {
    /// Whether a browser can show it.
    #[must_use]
    pub fn is_web(&self) -> bool {
        matches!(self.scheme, Some(Scheme::Http | Scheme::Https))
    }

    /// Its address at the near end of a tunnel, with the token only if asked for; `None` if a
    /// browser cannot show it.
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

    /// Whether both are at the same place; loopback has several names.
    #[must_use]
    pub fn is_at_same_place(&self, other: &Self) -> bool {
        self.port == other.port && self.site.is_same_as(&other.site)
    }

    /// The same service as seen from `login`, where the machine itself becomes loopback.
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
