//! The parts of a service, each a type whose values are harmless.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::ServiceError;
use crate::secret;
use crate::target::Host;

/// The longest name of a service.
const NAME_BYTES: usize = 32;
/// Below this port only root can listen, so a service there is the system's, not the job's.
const FIRST_PORT: u16 = 1024;
/// The longest path, with its query.
const PATH_BYTES: usize = 512;
/// The longest token; known ones have up to 64 characters.
const TOKEN_BYTES: usize = 256;
/// Placeholders for a host in instructions.
const PLACEHOLDERS: [&str; 14] = [
    "host",
    "hostname",
    "yourhost",
    "your-host",
    "remotehost",
    "remote-host",
    "server",
    "yourserver",
    "your-server",
    "nodename",
    "node-name",
    "ip",
    "ip-address",
    "xxx",
];
/// Addresses of clouds' metadata services, besides the link-local ones.
const METADATA: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];
/// The names of those services.
const METADATA_NAMES: [&str; 3] = ["metadata.google.internal", "metadata", "instance-data"];

/// The kind of a service: `[a-z0-9-]{1,32}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

/// A protocol of jobs' services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// For a browser.
    Http,
    /// For a browser, over TLS.
    Https,
    /// Dask, and services without a protocol name of their own.
    Tcp,
    /// Dask over TLS.
    Tls,
    /// A Spark master.
    Spark,
    /// A `ParaView` server.
    Cs,
    /// A desktop.
    Vnc,
    /// A Ray head node.
    Ray,
}

/// A machine on which a job may listen: never a metadata service, never a placeholder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Site(Host);

/// 1024 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Port(u16);

/// A path and its query, neither of which leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebPath(String);

/// The value of a query parameter that grants access.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    parameter: String,
    /// `None` if the log hides it too.
    value: Option<String>,
}

/// A path from a log, split into its parts.
#[derive(Debug)]
pub struct Query {
    /// The path and the harmless parameters.
    pub path: WebPath,
    /// The secret parameter.
    pub token: Option<Token>,
}

impl FromStr for Name {
    type Err = ServiceError;

    fn from_str(text: &str) -> Result<Self, ServiceError> {
        let is_name = (1..=NAME_BYTES).contains(&text.len())
            && !text.starts_with('-')
            && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        if is_name { Ok(Self(text.to_owned())) } else { Err(ServiceError::Name(text.into())) }
    }
}

impl Name {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Scheme {
    const ALL: [Self; 8] = [
        Self::Http,
        Self::Https,
        Self::Tcp,
        Self::Tls,
        Self::Spark,
        Self::Cs,
        Self::Vnc,
        Self::Ray,
    ];

    /// The text before `://`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Spark => "spark",
            Self::Cs => "cs",
            Self::Vnc => "vnc",
            Self::Ray => "ray",
        }
    }
}

impl FromStr for Scheme {
    type Err = ServiceError;

    fn from_str(text: &str) -> Result<Self, ServiceError> {
        let known = Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(text));
        known.ok_or_else(|| ServiceError::Scheme(text.into()))
    }
}

impl Site {
    /// The login host itself.
    #[must_use]
    pub fn loopback() -> Self {
        Self(Host::Name("localhost".to_owned()))
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.0
    }

    /// Whether it is the machine itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.0 {
            Host::V4(address) => address.is_loopback(),
            Host::V6(address, _) => {
                address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
            }
            Host::Name(name) => name.eq_ignore_ascii_case("localhost"),
        }
    }

    /// Whether both are the same machine.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.0.is_same_as(&other.0) || (self.is_loopback() && other.is_loopback())
    }
}

impl FromStr for Site {
    type Err = ServiceError;

    /// Parses a host without brackets. Addresses that mean all addresses of a machine become its
    /// loopback.
    fn from_str(text: &str) -> Result<Self, ServiceError> {
        if matches!(text, "0.0.0.0" | "::" | "*" | "localhost.localdomain") {
            return Ok(Self::loopback());
        }
        let host = text.parse::<Host>()?;
        let address = match &host {
            Host::V4(v4) => Some(IpAddr::V4(*v4)),
            Host::V6(v6, _) => Some(v6.to_ipv4_mapped().map_or(IpAddr::V6(*v6), IpAddr::V4)),
            Host::Name(name) => {
                let name = name.to_ascii_lowercase();
                let is_none = PLACEHOLDERS.contains(&name.as_str())
                    || METADATA_NAMES.contains(&name.as_str());
                return if is_none { Err(ServiceError::Site(text.into())) } else { Ok(Self(host)) };
            }
        };
        let is_link_local = match address {
            Some(IpAddr::V4(v4)) => v4.is_link_local(),
            Some(IpAddr::V6(v6)) => v6.is_unicast_link_local(),
            None => false,
        };
        if is_link_local || address.is_some_and(|address| METADATA.contains(&address)) {
            return Err(ServiceError::Site(text.into()));
        }
        Ok(Self(host))
    }
}

impl Port {
    /// The number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for Port {
    type Err = ServiceError;

    fn from_str(text: &str) -> Result<Self, ServiceError> {
        let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let port = text.parse().ok().filter(|port| is_decimal && *port >= FIRST_PORT);
        port.map(Self).ok_or_else(|| ServiceError::Port(text.into()))
    }
}

impl WebPath {
    /// The path `/`.
    #[must_use]
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// Whether it is only `/`.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0 == "/"
    }

    /// The path as text, which begins with a slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebPath {
    type Err = ServiceError;

    /// Parses a path, possibly with a query of plain values.
    fn from_str(text: &str) -> Result<Self, ServiceError> {
        let refused = || ServiceError::Path(text.into());
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let is_query = query.split('&').all(|one| {
            let (name, value) = one.split_once('=').unwrap_or((one, ""));
            is_plain(name) && is_plain(value)
        });
        if text.len() <= PATH_BYTES && is_path(path) && is_query && !text.ends_with('?') {
            Ok(Self(text.to_owned()))
        } else {
            Err(refused())
        }
    }
}

/// Letters, digits and marks without a meaning in a query.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
}

/// Segments as RFC 3986 §3.3 allows, none of which leads up or to another host, however it is
/// written.
fn is_path(path: &str) -> bool {
    let is_segment_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$()*+,;=:@%".contains(&byte);
    let Some(rest) = path.strip_prefix('/') else { return false };
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        let is_empty = segment.is_empty() && !is_last;
        if is_empty || !segment.bytes().all(is_segment_byte) || !is_harmless_escaped(segment) {
            return false;
        }
        let dots = segment.to_ascii_lowercase().replace("%2e", ".");
        if dots == "." || dots == ".." {
            return false;
        }
    }
    true
}

/// Every `%` begins two hexadecimal digits, which do not encode a control character, a separator or
/// another `%`.
fn is_harmless_escaped(segment: &str) -> bool {
    segment.split('%').skip(1).all(|rest| {
        let byte = rest.get(..2).filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()));
        let byte = byte.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_some_and(|byte| (0x20..0x7f).contains(&byte) && !b"/\\%".contains(&byte))
            || byte.is_some_and(|byte| byte >= 0x80)
    })
}

impl Token {
    /// A token from a log.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Token`] when it is not a valid token.
    pub fn new(parameter: &str, value: Option<&str>) -> Result<Self, ServiceError> {
        let is_token = |value: &str| {
            (1..=TOKEN_BYTES).contains(&value.len())
                && value.bytes().all(|it| it.is_ascii_alphanumeric() || b"._~-".contains(&it))
        };
        if !secret::is_secret(parameter) || !value.is_none_or(is_token) {
            return Err(ServiceError::Token);
        }
        Ok(Self { parameter: parameter.to_owned(), value: value.map(str::to_owned) })
    }

    /// The parameter that carries it.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// Whether its value is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.value.is_some()
    }

    /// Calls `with` with the parameter and the value, if the value is known.
    pub fn reveal<R>(&self, with: impl FnOnce(&str, &str) -> R) -> Option<R> {
        self.value.as_deref().map(|value| with(&self.parameter, value))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}=***)", self.parameter)
    }
}

impl Query {
    /// Splits what follows the port in an address. Drops the fragment, and parameters with more
    /// than a plain value, which may lead elsewhere.
    ///
    /// # Errors
    /// [`ServiceError::Path`] or [`ServiceError::Token`].
    pub fn parse(text: &str) -> Result<Self, ServiceError> {
        let text = text.split('#').next().unwrap_or_default();
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path = if path.is_empty() { "/" } else { path };
        let (mut kept, mut token) = (String::new(), None);
        for one in query.split('&').filter(|one| !one.is_empty()) {
            let (name, value) = one.split_once('=').unwrap_or((one, ""));
            if secret::is_secret(name) {
                // The log itself may hide it with dots or stars.
                let is_held_back = value.bytes().all(|byte| b".*x".contains(&byte));
                let value = Some(value).filter(|_| !is_held_back);
                token = token.or(Some(Token::new(name, value)?));
            } else if is_plain(name) && is_plain(value) {
                kept.push(if kept.is_empty() { '?' } else { '&' });
                kept.push_str(one);
            }
        }
        Ok(Self { path: format!("{path}{kept}").parse()?, token })
    }
}

/// Implements `Display` for types that are written as they were parsed.
macro_rules! written {
    ($($type:ident),*) => {
        $(impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        })*
    };
}

written!(Name, Site, Port, WebPath);
