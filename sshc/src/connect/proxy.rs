//! Streams that something else opens for us: a SOCKS or HTTP proxy, or a command.

use std::io;
use std::str::FromStr;

use contract::shown;
use tokio::net::TcpStream;

use super::dial::{DialOptions, dial};
use super::stream::Buffered;
use super::{ByteStream, Transport};
use crate::Error;
use crate::ask::Secret;
use crate::destination::host_and_port;
use crate::error::ProxyFailure;

mod backlog;
mod command;
pub(crate) mod http;
pub(crate) mod socks;

pub(crate) use command::CommandStatus;

/// How to reach the server indirectly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// A command whose standard streams are the connection (`ProxyCommand`).
    Command(String),
    /// SOCKS 5 (RFC 1928, RFC 1929).
    Socks(Server),
    /// `CONNECT` (RFC 9110 §9.3.6).
    Http(Server),
}

/// A proxy server and how to log in to it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Server {
    host: String,
    port: u16,
    user: Option<String>,
    password: Option<Secret>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Server({self})")
    }
}

impl std::fmt::Display for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&host_and_port(&self.host, self.port))
    }
}

impl std::fmt::Display for Proxy {
    /// In the form of `--proxy`; a command verbatim.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (scheme, server) = match self {
            Self::Command(command) => return formatter.write_str(command),
            Self::Socks(server) => ("socks5", server),
            Self::Http(server) => ("http", server),
        };
        let user = server.user().map(|user| format!("{user}@")).unwrap_or_default();
        write!(formatter, "{scheme}://{user}{server}")
    }
}

impl Server {
    /// A proxy. If it has a user, it needs a password before it is used.
    pub(crate) fn new(host: String, port: u16, user: Option<String>) -> Self {
        Self { host, port, user, password: None }
    }

    /// The user whose password is still missing.
    pub(crate) fn wants_password_of(&self) -> Option<&str> {
        self.user().filter(|_| self.password.is_none())
    }

    /// The user to log in to the proxy as; then a password must be set.
    pub(crate) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Sets the password that was asked for.
    pub(crate) fn set_password(&mut self, password: Secret) {
        self.password = Some(password);
    }

    /// Host and port for messages, escaped.
    pub(super) fn shown(&self) -> String {
        shown(self.to_string())
    }

    fn login(&self) -> Option<(&str, &str)> {
        let password = self.password.as_ref().map(|password| password.as_str());
        Some((self.user.as_deref()?, password.unwrap_or_default()))
    }
}

impl FromStr for Proxy {
    type Err = String;

    /// Parses `socks5://[user@]host:port` or `http://[user@]host:port`.
    fn from_str(text: &str) -> Result<Self, String> {
        let refused = |why: &str| format!("`{}`: {why}", shown(without_password(text)));
        let (scheme, rest) =
            text.split_once("://").ok_or_else(|| refused("not socks5://… or http://…"))?;
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => {
                return Err(refused("a password does not belong on the command line"));
            }
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, rest),
        };
        let (host, port) = place
            .trim_end_matches('/')
            .rsplit_once(':')
            .ok_or_else(|| refused("the proxy's port is missing"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = port.parse().map_err(|_| refused("the port is not a number from 1 to 65535"))?;
        if host.is_empty() || port == 0 {
            return Err(refused("the proxy's host or port is missing"));
        }
        let server = Server::new(host, port, user);
        match scheme {
            "socks5" | "socks5h" | "socks" => Ok(Self::Socks(server)),
            "http" => Ok(Self::Http(server)),
            _ => Err(refused("the scheme is neither socks5 nor http")),
        }
    }
}

/// A URL, or an attempt at one, without its password.
fn without_password(text: &str) -> String {
    let (scheme, rest) = match text.find("://") {
        Some(at) => text.split_at(at + "://".len()),
        None => ("", text),
    };
    let parts =
        rest.rsplit_once('@').and_then(|(login, place)| Some((login.split_once(':')?.0, place)));
    match parts {
        Some((user, place)) => format!("{scheme}{user}:***@{place}"),
        None => text.to_owned(),
    }
}

impl Proxy {
    /// The proxy server, if there is one.
    pub(super) fn server(&self) -> Option<&Server> {
        match self {
            Self::Command(_) => None,
            Self::Socks(server) | Self::Http(server) => Some(server),
        }
    }

    /// The proxy server, if there is one, to set its password.
    pub(crate) fn server_mut(&mut self) -> Option<&mut Server> {
        match self {
            Self::Command(_) => None,
            Self::Socks(server) | Self::Http(server) => Some(server),
        }
    }

    /// Opens the stream to `host` and `port` as seen from the proxy.
    ///
    /// `place` is the server's name in messages.
    pub(super) async fn open(
        &self,
        host: &str,
        port: u16,
        options: &DialOptions,
        place: &str,
    ) -> Result<Transport, Error> {
        let failed = |reason: ProxyFailure| Error::Proxy { place: place.to_owned(), reason };
        let stream: Box<dyn ByteStream> = match self {
            Self::Command(line) => {
                let running = command::start(line).map_err(|cause| Error::ProxyCommand {
                    place: place.to_owned(),
                    command: shown(line),
                    fate: format!("could not be started: {}", contract::report::cause(&cause)),
                })?;
                let command = Some(running.fate());
                let stream = Box::new(running);
                return Ok(Transport { stream, address: None, near: None, command });
            }
            Self::Socks(server) => {
                let mut socket =
                    reach(server, options).await.map_err(|cause| failed(cause.into()))?;
                socks::ask(&mut socket, host, port, server.login()).await.map_err(failed)?;
                Box::new(Buffered::new(socket).map_err(|cause| failed(cause.into()))?)
            }
            Self::Http(server) => {
                let mut socket =
                    reach(server, options).await.map_err(|cause| failed(cause.into()))?;
                http::ask(&mut socket, host, port, server.login()).await.map_err(failed)?;
                Box::new(Buffered::new(socket).map_err(|cause| failed(cause.into()))?)
            }
        };
        Ok(Transport { stream, address: None, near: None, command: None })
    }
}

async fn reach(server: &Server, options: &DialOptions) -> io::Result<TcpStream> {
    dial(&server.host, server.port, options).await.map(|(socket, _)| socket).map_err(|cause| {
        let words = contract::report::cause(&cause);
        io::Error::new(cause.kind(), format!("{}: {words}", server.shown()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read_and_passwords_in_arguments_refused() {
        let proxy: Proxy = "socks5://ada@[2001:db8::1]:1080".parse().unwrap();
        let Proxy::Socks(server) = proxy else { panic!("not socks") };
        assert_eq!(
            (server.host.as_str(), server.port, server.user()),
            ("2001:db8::1", 1080, Some("ada"))
        );
        for text in ["socks5://ada@[2001:db8::1]:1080", "http://proxy.example:3128"] {
            assert_eq!(text.parse::<Proxy>().unwrap().to_string(), text);
        }
        for (text, why) in [
            ("http://ada:secret@proxy:1", "password"),
            ("proxy:1", "not socks5://"),
            ("ftp://proxy:1", "neither"),
            ("http://proxy", "port is missing"),
            ("http://proxy:0", "missing"),
            ("http://proxy:70000", "1 to 65535"),
        ] {
            let refused = text.parse::<Proxy>().unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
        for (text, shown) in [
            ("http://ada:secret@proxy:1", "`http://ada:***@proxy:1`: "),
            ("http://ada:sec@ret:1@proxy:1", "`http://ada:***@proxy:1`: "),
            ("ftp://ada:secret://x@proxy", "`ftp://ada:***@proxy`: "),
            ("ada:secret@proxy:1", "`ada:***@proxy:1`: "),
            ("http:/ada:secret@proxy:1", "`http:***@proxy:1`: "),
        ] {
            let refused = text.parse::<Proxy>().unwrap_err();
            assert!(refused.starts_with(shown), "{text}: {refused}");
        }
    }
}
