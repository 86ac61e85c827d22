//! A saved session of PuTTY: its destination, user, keys, forwards and proxy.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::Error;
use super::registry_encoding::{self, Value};
use crate::config::Forward;

/// The settings of a saved session that have an equivalent in sshc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The user, if named.
    pub user: Option<String>,
    /// The private key, if named.
    pub key_file: Option<PathBuf>,
    /// Forwards that listen on this computer.
    pub local_forwards: Vec<Forward>,
    /// Forwards that listen on the server.
    pub remote_forwards: Vec<Forward>,
    /// SOCKS forwards: they listen on this computer, and each client names its own goal.
    pub dynamic_forwards: Vec<Forward>,
    /// The time between keepalives; `None` for none.
    pub keepalive: Option<Duration>,
    /// Whether the server may use the agent.
    pub forwards_agent: bool,
    /// Whether to compress.
    pub compresses: bool,
    /// The proxy, unless the connection is direct.
    pub proxy: Option<Proxy>,
}

/// A proxy in front of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Its protocol.
    pub kind: ProxyKind,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user to log in as at the proxy, if named.
    pub user: Option<String>,
}

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyKind {
    /// SOCKS 5 (RFC 1928).
    Socks5,
    /// HTTP `CONNECT` (RFC 9110 §9.3.6).
    Http,
    /// SSH: a jump host.
    Ssh,
}

type Values = BTreeMap<String, Value>;

impl Session {
    /// Reads a session from its stored values.
    pub(super) fn from_values(values: &Values) -> Result<Self, Error> {
        let protocol = text(values, "Protocol");
        if !matches!(protocol, "" | "ssh") {
            return Err(Error::NotSsh { protocol: protocol.to_owned() });
        }
        let (named_with_host, host) = match text(values, "HostName").trim().rsplit_once('@') {
            Some((user, host)) => (Some(user.to_owned()), host),
            None => (None, text(values, "HostName").trim()),
        };
        if host.is_empty() {
            return Err(Error::NoHost);
        }
        let mut session = Self {
            host: host.to_owned(),
            port: port(values, "PortNumber", 22)?,
            user: named_with_host.or_else(|| given(values, "UserName")),
            key_file: given(values, "PublicKeyFile").map(PathBuf::from),
            local_forwards: Vec::new(),
            remote_forwards: Vec::new(),
            dynamic_forwards: Vec::new(),
            keepalive: keepalive(values),
            forwards_agent: number(values, "AgentFwd") == 1,
            compresses: number(values, "Compression") == 1,
            proxy: proxy(values)?,
        };
        session.add_forwards(text(values, "PortForwardings"))?;
        Ok(session)
    }

    /// Reads `L8080=localhost:80,R9000=db:5432,D1080=`. A leading `4` or `6` names an address
    /// family, and is ignored: the address says it already.
    fn add_forwards(&mut self, text: &str) -> Result<(), Error> {
        let bad = || Error::Setting { setting: "PortForwardings", value: text.to_owned() };
        for (key, target) in registry_encoding::map(text).ok_or_else(bad)? {
            let key = key.trim_start_matches(['4', '6']);
            let (kind, listen) = key.split_at_checked(1).ok_or_else(bad)?;
            // Older versions write a dynamic forward as `L1080=D`.
            let dynamic = kind == "D" || (kind == "L" && target == "D");
            let forward = if dynamic {
                Forward::parse_dynamic(listen)
            } else {
                Forward::parse(&format!("{listen}:{target}"))
            };
            let forward = forward.map_err(|_| bad())?;
            match kind {
                _ if dynamic => self.dynamic_forwards.push(forward),
                "L" => self.local_forwards.push(forward),
                "R" => self.remote_forwards.push(forward),
                _ => return Err(bad()),
            }
        }
        Ok(())
    }
}

fn text<'a>(values: &'a Values, name: &str) -> &'a str {
    match values.get(name) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

fn given(values: &Values, name: &str) -> Option<String> {
    Some(text(values, name)).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn number(values: &Values, name: &str) -> u32 {
    match values.get(name) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    }
}

fn port(values: &Values, name: &'static str, default: u16) -> Result<u16, Error> {
    match values.get(name) {
        None => Ok(default),
        Some(Value::Number(number)) => {
            let port = u16::try_from(*number).ok().filter(|&port| port != 0);
            port.ok_or_else(|| Error::Setting { setting: name, value: number.to_string() })
        }
        Some(Value::Text(text)) => Err(Error::Setting { setting: name, value: text.clone() }),
    }
}

/// PuTTY stores minutes and seconds in two values.
fn keepalive(values: &Values) -> Option<Duration> {
    let minutes = u64::from(number(values, "PingInterval"));
    let seconds = minutes * 60 + u64::from(number(values, "PingIntervalSecs"));
    Some(Duration::from_secs(seconds)).filter(|interval| !interval.is_zero())
}

/// The proxy by its method number (PuTTY's `putty.h`): 0 none, 2 SOCKS 5, 3 HTTP, 6 SSH.
fn proxy(values: &Values) -> Result<Option<Proxy>, Error> {
    let kind = match number(values, "ProxyMethod") {
        0 => return Ok(None),
        2 => ProxyKind::Socks5,
        3 => ProxyKind::Http,
        6 => ProxyKind::Ssh,
        other => return Err(Error::Setting { setting: "ProxyMethod", value: other.to_string() }),
    };
    let Some(host) = given(values, "ProxyHost") else {
        return Err(Error::Setting { setting: "ProxyHost", value: String::new() });
    };
    let user = given(values, "ProxyUsername");
    Ok(Some(Proxy { kind, host, port: port(values, "ProxyPort", 80)?, user }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(texts: &[(&str, &str)], numbers: &[(&str, u32)]) -> Values {
        let texts = texts.iter().map(|(name, text)| (*name, Value::Text((*text).to_owned())));
        let numbers = numbers.iter().map(|(name, number)| (*name, Value::Number(*number)));
        texts.chain(numbers).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn a_whole_session() {
        let stored = values(
            &[
                ("HostName", "203.0.113.7"),
                ("Protocol", "ssh"),
                ("UserName", "uprod_qpWia"),
                ("PublicKeyFile", r"C:\Users\ada\id.ppk"),
                (
                    "PortForwardings",
                    "L8888=localhost:8888,4R127.0.0.1:9000=db:5432,D1080=,6L1081=D",
                ),
                ("ProxyHost", "proxy.example.com"),
                ("ProxyUsername", "ada"),
            ],
            &[
                ("PortNumber", 2222),
                ("PingInterval", 1),
                ("PingIntervalSecs", 30),
                ("AgentFwd", 1),
                ("Compression", 0),
                ("ProxyMethod", 2),
                ("ProxyPort", 1080),
            ],
        );
        let dynamic = |text| Forward::parse_dynamic(text).unwrap();
        let expected = Session {
            host: "203.0.113.7".to_owned(),
            port: 2222,
            user: Some("uprod_qpWia".to_owned()),
            key_file: Some(PathBuf::from(r"C:\Users\ada\id.ppk")),
            local_forwards: vec![Forward::parse("8888:localhost:8888").unwrap()],
            remote_forwards: vec![Forward::parse("127.0.0.1:9000:db:5432").unwrap()],
            dynamic_forwards: vec![dynamic("1080"), dynamic("1081")],
            keepalive: Some(Duration::from_secs(90)),
            forwards_agent: true,
            compresses: false,
            proxy: Some(Proxy {
                kind: ProxyKind::Socks5,
                host: "proxy.example.com".to_owned(),
                port: 1080,
                user: Some("ada".to_owned()),
            }),
        };
        assert_eq!(Session::from_values(&stored).unwrap(), expected);
    }

    #[test]
    fn a_session_needs_only_a_host() {
        let session = Session::from_values(&values(&[("HostName", "ada@node7")], &[])).unwrap();
        assert_eq!((session.host.as_str(), session.port), ("node7", 22));
        assert_eq!((session.user.as_deref(), session.keepalive), (Some("ada"), None));
        assert_eq!((session.key_file, session.proxy), (None, None));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let host = ("HostName", "node7");
        for (texts, numbers, expected) in [
            (vec![], vec![], "the session names no host"),
            (vec![host, ("Protocol", "serial")], vec![], "the session is for serial, not for SSH"),
            (
                vec![host],
                vec![("PortNumber", 70000)],
                "the session's PortNumber cannot be understood: `70000`",
            ),
            (
                vec![host, ("PortForwardings", "X80=a:80")],
                vec![],
                "the session's PortForwardings cannot be understood: `X80=a:80`",
            ),
            (
                vec![host],
                vec![("ProxyMethod", 4)],
                "the session's ProxyMethod cannot be understood: `4`",
            ),
            (
                vec![host],
                vec![("ProxyMethod", 2)],
                "the session's ProxyHost cannot be understood: ``",
            ),
        ] {
            let error = Session::from_values(&values(&texts, &numbers)).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
