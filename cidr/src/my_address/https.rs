//! Asks a web server whose whole answer is the address.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::crypto::ring;
use ureq::config::IpFamily;
use ureq::http::{Uri, header};
use ureq::tls::{RootCerts, TlsConfig};

use super::{Proxy, Unusable};
use crate::address::Family;
use crate::rules::entry;

/// The longest answer that is read, in bytes.
pub const LARGEST_ANSWER: u64 = 4096;

/// Asks over `family`. Uses no proxy except `proxy`, and follows no redirect.
pub(super) fn ask(
    uri: &Uri,
    family: Family,
    deadline: Instant,
    proxy: Option<&Proxy>,
) -> Result<IpAddr, Unusable> {
    let time_limit = deadline.saturating_duration_since(Instant::now());
    let mut response = agent(family, time_limit, proxy).get(uri).call().map_err(failure)?;
    let status = response.status();
    if status.is_redirection() {
        let target = response.headers().get(header::LOCATION);
        let target = target.map_or(&b"nowhere"[..], |value| value.as_bytes());
        return Err(Unusable::Redirected(quote(target)));
    }
    if status != 200 {
        return Err(Unusable::Status(status.as_u16()));
    }
    let body = response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec();
    one_address(&body.map_err(failure)?)
}

fn agent(family: Family, time_limit: Duration, proxy: Option<&Proxy>) -> ureq::Agent {
    ureq::Agent::config_builder()
        .proxy(proxy.map(Proxy::to_ureq))
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(time_limit))
        .ip_family(match family {
            // Either family will do to reach the proxy; the proxy chooses the family that it goes
            // out by.
            _ if proxy.is_some() => IpFamily::Any,
            Family::Ipv4 => IpFamily::Ipv4Only,
            Family::Ipv6 => IpFamily::Ipv6Only,
        })
        .max_response_header_size(16 * 1024)
        .user_agent(concat!("cidr/", env!("CARGO_PKG_VERSION")))
        .tls_config(
            TlsConfig::builder()
                .root_certs(RootCerts::PlatformVerifier)
                .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
                .build(),
        )
        .build()
        .into()
}

/// Parses an answer that consists of one address and a line end.
pub(super) fn one_address(body: &[u8]) -> Result<IpAddr, Unusable> {
    entry::parse_address(body.trim_ascii()).ok_or_else(|| Unusable::NotOneAddress(quote(body)))
}

fn quote(bytes: &[u8]) -> String {
    const QUOTED: usize = 60;
    let text = String::from_utf8_lossy(bytes.get(..QUOTED).unwrap_or(bytes));
    let ellipsis = if bytes.len() > QUOTED { "…" } else { "" };
    contract::shown(&*text) + ellipsis
}

fn failure(error: ureq::Error) -> Unusable {
    match error {
        ureq::Error::Timeout(_) => Unusable::TimedOut,
        ureq::Error::BodyExceedsLimit(_) => Unusable::TooLong,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            Unusable::TimedOut
        }
        ureq::Error::Io(error) => Unusable::Io(error),
        other => Unusable::Http(contract::shown(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_address_or_nothing() {
        for (body, expected) in [
            ("203.0.113.7", Some("203.0.113.7")),
            ("203.0.113.7\n", Some("203.0.113.7")),
            (" 2001:db8::7\r\n", Some("2001:db8::7")),
            ("203.0.113.7\n203.0.113.8\n", None),
            ("203.0.113.7, 203.0.113.8", None),
            ("203.0.113.0/24", None),
            ("203.0.113.1-203.0.113.2", None),
            ("203.0.113.*", None),
            ("3405803783", None),
            ("<html>203.0.113.7</html>", None),
            ("{\"ip\":\"203.0.113.7\"}", None),
            ("203.0.113.07", None),
            ("", None),
            ("\u{feff}203.0.113.7", None),
        ] {
            let read = one_address(body.as_bytes()).ok();
            assert_eq!(read, expected.map(|address| address.parse().unwrap()), "{body:?}");
        }
    }

    #[test]
    fn what_is_quoted_is_short_and_harmless() {
        assert_eq!(quote(b"\x1b[2J\xff"), "\\u{1b}[2J\u{fffd}");
        assert_eq!(quote(&[b'x'; 61]), format!("{}…", "x".repeat(60)));
    }
}
