//! Forwards in the syntax of the configuration and of `-L`, `-R` and `-D`.

use std::fmt;

use super::{Error, SettingError, Template, Tokens};
use crate::port;

/// An end of a forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A port on a host; `None` leaves the address to `GatewayPorts`.
    Tcp {
        /// The host or address, `*` for all.
        host: Option<String>,
        /// The port; 0 lets the listener choose.
        port: u16,
    },
    /// A Unix socket.
    Unix(Template),
}

/// Connections that are accepted at one end and made at the other (`LocalForward`,
/// `RemoteForward`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Where connections are accepted.
    pub listen: Endpoint,
    /// Where they lead; `None` if each names its own target, as with SOCKS.
    pub connect: Option<Endpoint>,
}

impl Forward {
    /// Parses `[bind:]port:host:hostport`, where each side can be a path, as for `-L` and `-R`.
    ///
    /// # Errors
    ///
    /// [`SettingError::Value`] when it does not have this form.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let fault = || SettingError::value("[bind:]port:host:hostport", text);
        let fields = fields(text).ok_or_else(fault)?;
        let is_path = |field: &&str| field.contains('/');
        let (listen, connect) = match &fields[..] {
            [listen, connect] if is_path(listen) || is_path(connect) => {
                (endpoint(&[listen]), endpoint(&[connect]))
            }
            [listen, path] if is_path(path) => (endpoint(&[listen]), endpoint(&[path])),
            [bind, port, path] if is_path(path) => (endpoint(&[bind, port]), endpoint(&[path])),
            [path, host, port] if is_path(path) => (endpoint(&[path]), target(host, port)),
            [port, host, hostport] => (endpoint(&[port]), target(host, hostport)),
            [bind, port, host, hostport] => (endpoint(&[bind, port]), target(host, hostport)),
            _ => return Err(fault()),
        };
        Ok(Self { listen: listen.ok_or_else(fault)?, connect: Some(connect.ok_or_else(fault)?) })
    }

    /// Parses `[bind:]port`, as for `-D`.
    ///
    /// # Errors
    ///
    /// [`SettingError::Value`] when it does not have this form.
    pub fn parse_dynamic(text: &str) -> Result<Self, SettingError> {
        let listen = fields(text).and_then(|fields| endpoint(&fields));
        let listen = listen.ok_or_else(|| SettingError::value("[bind:]port", text))?;
        Ok(Self { listen, connect: None })
    }

    /// The same without tokens in the paths of sockets.
    pub(super) fn expanded(&self, tokens: &Tokens) -> Result<Self, Error> {
        let end = |end: &Endpoint| match end {
            Endpoint::Tcp { .. } => Ok(end.clone()),
            Endpoint::Unix(path) => {
                let path = tokens.path(path)?.display().to_string();
                Ok(Endpoint::Unix(Template(path)))
            }
        };
        let connect = self.connect.as_ref().map(end).transpose()?;
        Ok(Self { listen: end(&self.listen)?, connect })
    }

    /// In the form of `ssh -G`: the listening end, then the target.
    pub(super) fn show(&self, name: &str, without_target: &str) -> String {
        let listen = match &self.listen {
            Endpoint::Tcp { host: None, port } => port.to_string(),
            other => other.to_string(),
        };
        match &self.connect {
            Some(connect) => format!("{name} {listen} {connect}"),
            None => format!("{name} {listen}{without_target}"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host: Some(host), port } => write!(f, "[{host}]:{port}"),
            Self::Tcp { host: None, port } => write!(f, "{port}"),
            Self::Unix(path) => f.write_str(path.as_written()),
        }
    }
}

/// The parts between colons. Brackets protect the colons of an IPv6 address, and a backslash a
/// single colon.
fn fields(text: &str) -> Option<Vec<&str>> {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let (field, after) = match rest.strip_prefix('[') {
            Some(bracketed) => bracketed.split_once(']')?,
            None => rest.find(':').map_or((rest, ""), |colon| rest.split_at(colon)),
        };
        fields.push(field);
        match after.strip_prefix(':') {
            Some(more) => rest = more,
            None if after.is_empty() => return Some(fields),
            None => return None,
        }
    }
}

fn endpoint(fields: &[&str]) -> Option<Endpoint> {
    match fields {
        [path] if path.contains('/') => Some(Endpoint::Unix(Template((*path).to_owned()))),
        [port] => Some(Endpoint::Tcp { host: None, port: port::port(port)? }),
        // An empty address means `*`.
        ["", port] => Some(Endpoint::Tcp { host: Some("*".to_owned()), port: port::port(port)? }),
        [host, port] => {
            Some(Endpoint::Tcp { host: Some((*host).to_owned()), port: port::port(port)? })
        }
        _ => None,
    }
}

fn target(host: &str, port: &str) -> Option<Endpoint> {
    let port = port::nonzero(port)?;
    Some(host).filter(|host| !host.is_empty())?;
    Some(Endpoint::Tcp { host: Some(host.to_owned()), port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwards() {
        for (text, expected) in [
            ("8080:localhost:80", "f 8080 [localhost]:80"),
            ("127.0.0.1:8080:localhost:80", "f [127.0.0.1]:8080 [localhost]:80"),
            ("[::1]:8080:[2001:db8::7]:80", "f [::1]:8080 [2001:db8::7]:80"),
            ("*:8080:localhost:80", "f [*]:8080 [localhost]:80"),
            (":8080:localhost:80", "f [*]:8080 [localhost]:80"),
            ("/run/a:/run/b", "f /run/a /run/b"),
            ("/run/a:localhost:80", "f /run/a [localhost]:80"),
            ("8080:/run/b", "f 8080 /run/b"),
            ("localhost:8080:/run/b", "f [localhost]:8080 /run/b"),
            ("0:localhost:80", "f 0 [localhost]:80"),
        ] {
            assert_eq!(Forward::parse(text).unwrap().show("f", ""), expected, "{text}");
        }
        for text in [
            "",
            "8080",
            "8080:localhost",
            "8080:localhost:0",
            "8080::80",
            "x:localhost:80",
            "8080:localhost:99999",
            "[::1:8080:a:80",
            "1:2:3:4:5",
        ] {
            assert!(Forward::parse(text).is_err(), "{text}");
        }
        assert_eq!(Forward::parse_dynamic("1080").unwrap().show("d", ""), "d 1080");
        assert_eq!(Forward::parse_dynamic("*:1080").unwrap().show("d", ""), "d [*]:1080");
        assert!(Forward::parse_dynamic("a:b:1080").is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_forward_that_is_read_is_shown_so_that_it_is_read_again(text in "([a-z*/.]{0,3}:|\\[[:a-f0-9]{0,4}\\]:)?[0-9]{1,3}(:[a-z/.]{0,4}|:\\[[:a-f0-9]{0,4}\\])?(:[0-9]{0,5})?") {
            if let Ok(forward) = Forward::parse(&text) {
                let shown = forward.show("f", "").replacen("f ", "", 1).replace(' ', ":");
                proptest::prop_assert_eq!(Forward::parse(&shown).unwrap(), forward, "{}", shown);
            }
            if let Ok(forward) = Forward::parse_dynamic(&text) {
                let shown = forward.show("f", "").replacen("f ", "", 1);
                proptest::prop_assert_eq!(Forward::parse_dynamic(&shown).unwrap(), forward);
            }
        }
    }
}
