//! Which servers to ask: the defaults, the user's own, and which of them are independent of one
//! another.

use std::fmt;
use std::net::IpAddr;
use std::time::Instant;

use ureq::http::Uri;

use super::{Proxy, Unusable, https, stun};
use crate::address::Family;
use crate::defaults;

/// Operators with several names. Any other host name counts as an operator of its own.
const OPERATORS: [(&str, &str); 9] = [
    ("icanhazip.com", "Cloudflare"),
    ("cloudflare.com", "Cloudflare"),
    ("amazonaws.com", "Amazon"),
    ("ipify.org", "ipify"),
    ("google.com", "Google"),
    ("googleapis.com", "Google"),
    ("nextcloud.com", "Nextcloud"),
    ("sipgate.net", "sipgate"),
    ("twilio.com", "Twilio"),
];

/// A server that reports our address, and its operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    operator: String,
    endpoint: Endpoint,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Endpoint {
    Http(Uri),
    Stun { host: String, port: u16 },
}

/// Why a text is not a valid source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASource {
    /// Not `https://host/…`.
    #[error("not an https:// URL with a host")]
    NotAUrl,
    /// Plain HTTP: anyone on the route could forge the answer.
    #[error("http:// is for servers on this machine only: use https://")]
    Unprotected,
    /// The URL contains a user name or a password.
    #[error("a URL with a user name is not accepted")]
    UserInfo,
    /// Not `host` or `host:port`.
    #[error("not HOST or HOST:PORT")]
    NotAHostAndPort,
}

impl Source {
    /// A web server whose whole answer is the address.
    ///
    /// # Errors
    ///
    /// When the URL is not https. Plain http is accepted for loopback only.
    pub fn url(text: &str) -> Result<Self, NotASource> {
        let uri: Uri = text.parse().map_err(|_| NotASource::NotAUrl)?;
        let authority = uri.authority().ok_or(NotASource::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(NotASource::UserInfo);
        }
        let host = authority.host().to_ascii_lowercase();
        match uri.scheme_str() {
            Some("https") if !host.is_empty() => {}
            Some("http") if is_loopback(&host) => {}
            Some("http") => return Err(NotASource::Unprotected),
            _ => return Err(NotASource::NotAUrl),
        }
        let operator = operator(&host, authority.port_u16());
        Ok(Self { operator, endpoint: Endpoint::Http(uri) })
    }

    /// A STUN server: `host`, `host:port` or `[IPv6]:port`; the port is 3478 if not given.
    ///
    /// # Errors
    ///
    /// When the text has none of these forms.
    pub fn stun(text: &str) -> Result<Self, NotASource> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (
                host,
                port.parse().ok().filter(|port| *port > 0).ok_or(NotASource::NotAHostAndPort)?,
            ),
            _ => (text, stun::DEFAULT_PORT),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let in_a_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if host.is_empty() || !(host.bytes().all(in_a_name) || host.parse::<IpAddr>().is_ok()) {
            return Err(NotASource::NotAHostAndPort);
        }
        Ok(Self { operator: operator(&host, Some(port)), endpoint: Endpoint::Stun { host, port } })
    }

    /// The default sources that answer over `family`.
    #[must_use]
    pub fn defaults(family: Family) -> Vec<Self> {
        let of_family = defaults::SOURCES.iter().filter(|(_, families)| families.contains(&family));
        of_family
            .filter_map(|(text, _)| match text.strip_prefix("stun:") {
                Some(server) => Self::stun(server).ok(),
                None => Self::url(text).ok(),
            })
            .collect()
    }

    /// Whether it can be asked through a proxy, which STUN cannot.
    #[must_use]
    pub fn is_web(&self) -> bool {
        matches!(self.endpoint, Endpoint::Http(_))
    }

    /// Its operator. Answers from one operator do not confirm each other.
    #[must_use]
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// Asks for our address of `family`, waiting until `deadline` at most.
    pub(super) fn ask(
        &self,
        family: Family,
        deadline: Instant,
        proxy: Option<&Proxy>,
    ) -> Result<IpAddr, Unusable> {
        match &self.endpoint {
            Endpoint::Http(uri) => https::ask(uri, family, deadline, proxy),
            Endpoint::Stun { host, port } => stun::ask(host, *port, family, deadline),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.endpoint {
            Endpoint::Http(uri) => uri.fmt(f),
            Endpoint::Stun { host, port } if host.contains(':') => {
                write!(f, "stun:[{host}]:{port}")
            }
            Endpoint::Stun { host, port } => write!(f, "stun:{host}:{port}"),
        }
    }
}

/// Whether these sources belong to at least two operators.
#[must_use]
pub fn are_independent(sources: &[Source]) -> bool {
    sources.iter().any(|source| Some(source.operator()) != sources.first().map(Source::operator))
}

fn operator(host: &str, port: Option<u16>) -> String {
    let host = host.trim_end_matches('.');
    // On loopback only the port tells servers apart.
    if is_loopback(host) {
        return format!("{host}:{}", port.unwrap_or(80));
    }
    let known = OPERATORS.iter().find(|(domain, _)| {
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    known.map_or_else(|| host.to_owned(), |(_, operator)| (*operator).to_owned())
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn urls() {
        for (text, expected) in [
            ("https://ip.example.com/plain", Ok("ip.example.com")),
            ("https://IP.example.com:8443/", Ok("ip.example.com")),
            ("https://ipv4.icanhazip.com/", Ok("Cloudflare")),
            ("https://noticanhazip.com/", Ok("noticanhazip.com")),
            ("http://127.0.0.1:8080/ip", Ok("127.0.0.1:8080")),
            ("http://[::1]:8080/ip", Ok("[::1]:8080")),
            ("http://localhost:81/", Ok("localhost:81")),
            ("http://ip.example.com/", Err(NotASource::Unprotected)),
            ("http://10.0.0.1/", Err(NotASource::Unprotected)),
            ("ftp://ip.example.com/", Err(NotASource::NotAUrl)),
            ("https://ada:secret@ip.example.com/", Err(NotASource::UserInfo)),
            ("ip.example.com", Err(NotASource::NotAUrl)),
            ("/ip", Err(NotASource::NotAUrl)),
            ("", Err(NotASource::NotAUrl)),
        ] {
            let operator = Source::url(text).map(|source| source.operator().to_owned());
            assert_eq!(operator, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn stun_servers() {
        for (text, expected) in [
            ("stun.example.com", Ok("stun:stun.example.com:3478")),
            ("Stun.Example.com:19302", Ok("stun:stun.example.com:19302")),
            ("[2001:db8::1]:19302", Ok("stun:[2001:db8::1]:19302")),
            ("2001:db8::1", Ok("stun:[2001:db8::1]:3478")),
            ("203.0.113.7:3478", Ok("stun:203.0.113.7:3478")),
            ("stun.example.com:0", Err(NotASource::NotAHostAndPort)),
            ("stun.example.com:x", Err(NotASource::NotAHostAndPort)),
            (":3478", Err(NotASource::NotAHostAndPort)),
            ("a b:3478", Err(NotASource::NotAHostAndPort)),
        ] {
            assert_eq!(
                Source::stun(text).map(|source| source.to_string()),
                expected.map(str::to_owned),
                "{text}"
            );
        }
    }

    #[test]
    fn the_defaults_are_independent_in_both_families() {
        for family in [Family::Ipv4, Family::Ipv6] {
            let sources = Source::defaults(family);
            for is_url in [true, false] {
                let of_kind = sources.iter().filter(|it| it.is_web() == is_url);
                let operators: BTreeSet<_> = of_kind.map(Source::operator).collect();
                assert!(operators.len() >= 4, "{family}: {operators:?}");
            }
            assert!(are_independent(&sources));
        }
        assert!(!are_independent(&[]));
    }
}
