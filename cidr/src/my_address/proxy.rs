//! Proxies: used only when the user asks for one, and mentioned when one may be in the way.
//!
//! The public address of a proxy is the source of an SSH connection only if SSH goes through the
//! proxy too, so no proxy is used unasked.

use std::env;
use std::fmt;

use ureq::http::Uri;

/// The variables from which programs take a proxy, the more specific first.
const VARIABLES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];

/// A proxy to ask the sources through.
#[derive(Clone, Debug)]
pub struct Proxy {
    proxy: ureq::Proxy,
    shown: String,
}

/// Why a text is not a valid proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAProxy {
    /// Not `http://host:port`.
    #[error("not http://HOST:PORT or https://HOST:PORT, or `env` for the environment's")]
    NotAUrl,
    /// The URL contains a password, which every user of the machine could read in an argument.
    #[error("a password does not belong in an argument: set HTTPS_PROXY, and pass --proxy env")]
    Password,
    /// `env`, but no variable is set.
    #[error("no proxy is set in the environment (HTTPS_PROXY, ALL_PROXY or HTTP_PROXY)")]
    NoneSet,
}

impl Proxy {
    /// The proxy at a URL, or for `env` the one in the environment.
    ///
    /// # Errors
    ///
    /// When the environment has no proxy, or its URL contains a password.
    pub fn named(text: &str) -> Result<Self, NotAProxy> {
        if text == "env" {
            let (_, url) = from_environment().ok_or(NotAProxy::NoneSet)?;
            return Self::of(&url);
        }
        let uri: Uri = text.parse().map_err(|_| NotAProxy::NotAUrl)?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(NotAProxy::Password);
        }
        Self::of(text)
    }

    fn of(url: &str) -> Result<Self, NotAProxy> {
        let uri: Uri = url.parse().map_err(|_| NotAProxy::NotAUrl)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(NotAProxy::NotAUrl);
        }
        let proxy = ureq::Proxy::new(url).map_err(|_| NotAProxy::NotAUrl)?;
        Ok(Self { proxy, shown: without_password(url) })
    }

    pub(super) fn to_ureq(&self) -> ureq::Proxy {
        self.proxy.clone()
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The environment's proxy, as `HTTPS_PROXY (http://host:port)`, without its password.
#[must_use]
pub fn in_the_environment() -> Option<String> {
    from_environment().map(|(name, url)| format!("{name} ({})", without_password(&url)))
}

fn from_environment() -> Option<(&'static str, String)> {
    let set = |name: &&'static str| env::var(name).ok().filter(|url| !url.is_empty());
    VARIABLES.iter().find_map(|name| Some((*name, set(name)?)))
}

fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    contract::shown(format!("{scheme}://{}", host.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for (text, expected) in [
            ("http://proxy.example.com:3128", Ok("http://proxy.example.com:3128")),
            ("https://proxy.example.com/", Ok("https://proxy.example.com")),
            ("socks5://proxy.example.com:1080", Err(NotAProxy::NotAUrl)),
            ("proxy.example.com", Err(NotAProxy::NotAUrl)),
            ("http://ada:secret@proxy.example.com:3128", Err(NotAProxy::Password)),
        ] {
            let named = Proxy::named(text).map(|proxy| proxy.to_string());
            assert_eq!(named, expected.map(str::to_owned), "{text}");
        }
        assert_eq!(without_password("http://ada:secret@h:1/"), "http://h:1");
    }
}
