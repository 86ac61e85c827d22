//! What to forward: the arguments of `-L`, `-R`, `-D` and `-W`.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::config::{self, Endpoint, Jump, SettingError};
use crate::destination::host_and_port;

/// Which side listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// We listen; the server connects (`-L`, `-D`).
    Local,
    /// The server listens; we connect (`-R`).
    Remote,
}

/// Where a forward listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    /// A TCP port.
    Tcp {
        /// The address to bind: `None` for loopback, `*` or an empty text for all.
        bind: Option<String>,
        /// The port; 0 takes a free one.
        port: u16,
    },
    /// A Unix socket.
    Unix(String),
}

/// Where its connections go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// A host, as the connecting side resolves it.
    Tcp {
        /// Name or address.
        host: String,
        /// 1 to 65535.
        port: u16,
    },
    /// A Unix socket on the connecting side.
    Unix(String),
    /// The host and port that the client names, by SOCKS.
    Socks,
}

/// One forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forward {
    /// Which side listens.
    pub(crate) direction: Direction,
    /// Where it listens.
    pub(crate) listen: Listen,
    /// Where its connections go.
    pub(crate) goal: Goal,
}

impl Forward {
    /// The same forward, listening on the port that it got.
    #[must_use]
    pub(super) fn on_port(&self, chosen: u16) -> Self {
        let mut listening = self.clone();
        if let Listen::Tcp { port, .. } = &mut listening.listen {
            *port = chosen;
        }
        listening
    }

    /// The address for a browser here, if the goal's port is usual for the web.
    pub(crate) fn url(&self) -> Option<String> {
        let (Direction::Local, Goal::Tcp { port: far, .. }) = (self.direction, &self.goal) else {
            return None;
        };
        let Listen::Tcp { bind, port } = &self.listen else { return None };
        let scheme = match far {
            443 | 8443 => "https",
            _ if WEB.iter().any(|ports| ports.contains(far)) => "http",
            _ => return None,
        };
        let host = bind.as_deref().filter(|bind| !matches!(*bind, "" | "*" | "127.0.0.1" | "::"));
        Some(format!("{scheme}://{}", host_and_port(host.unwrap_or("localhost"), *port)))
    }
}

/// Ports of pages for a browser: web servers, Node and Grafana, Flask, Tensorboard, Gradio, Django
/// and Dask, Streamlit, `RStudio`, Jupyter, Prometheus.
const WEB: [RangeInclusive<u16>; 11] = [
    80..=80,
    3000..=3010,
    5000..=5001,
    6006..=6010,
    7860..=7869,
    8000..=8010,
    8050..=8099,
    8501..=8510,
    8787..=8787,
    8880..=8899,
    9090..=9091,
];

/// Reads the argument of `-L`: as in `LocalForward`, and `auto` for a free port.
///
/// # Errors
/// With what was expected instead.
pub(crate) fn local(text: &str) -> Result<config::Forward, SettingError> {
    config::Forward::parse(&with_free_port(text))
}

/// Reads the argument of `-D`: `[bind:]port`, and `auto` for a free port.
///
/// # Errors
/// With what was expected instead.
pub(crate) fn dynamic(text: &str) -> Result<config::Forward, SettingError> {
    config::Forward::parse_dynamic(&with_free_port(text))
}

/// Reads the argument of `-R`: with a goal, or without one for SOCKS.
///
/// # Errors
/// With what was expected instead.
pub(crate) fn remote(text: &str) -> Result<config::Forward, SettingError> {
    let text = with_free_port(text);
    config::Forward::parse(&text)
        .or_else(|fault| config::Forward::parse_dynamic(&text).map_err(|_| fault))
}

/// A forward from the command line, where no configuration is read: paths are used as written.
pub(crate) fn typed(direction: Direction, forward: &config::Forward) -> Forward {
    let listen = match &forward.listen {
        Endpoint::Tcp { host, port } => Listen::Tcp { bind: host.clone(), port: *port },
        Endpoint::Unix(path) => Listen::Unix(path.as_written().to_owned()),
    };
    let goal = match &forward.connect {
        None => Goal::Socks,
        Some(Endpoint::Tcp { host, port }) => {
            Goal::Tcp { host: host.clone().unwrap_or_else(|| "localhost".into()), port: *port }
        }
        Some(Endpoint::Unix(path)) => Goal::Unix(path.as_written().to_owned()),
    };
    Forward { direction, listen, goal }
}

/// Writes `auto` as port 0, which asks the system for a free port. Only the listening side, the
/// first or second word, may have it.
fn with_free_port(text: &str) -> String {
    match text.strip_prefix("auto") {
        Some(rest) if rest.is_empty() || rest.starts_with(':') => format!("0{rest}"),
        _ => match text.strip_suffix(":auto") {
            Some(bind) => format!("{bind}:0"),
            None => text.replacen(":auto:", ":0:", 1),
        },
    }
}

impl Listen {
    /// The bound address or the path.
    pub(crate) fn place(&self) -> &str {
        match self {
            Self::Tcp { bind: None, .. } => "localhost",
            Self::Tcp { bind: Some(bind), .. } if bind.is_empty() => "*",
            Self::Tcp { bind: Some(place), .. } | Self::Unix(place) => place,
        }
    }

    /// Whether `text` names this: a port, an address with a port, or a path.
    pub(crate) fn is_called(&self, text: &str) -> bool {
        match self {
            Self::Tcp { port, .. } => {
                text == port.to_string() || text == host_and_port(self.place(), *port)
            }
            Self::Unix(path) => text == path,
        }
    }

    /// The port of a TCP listener.
    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp { port, .. } => Some(*port),
            Self::Unix(_) => None,
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { port, .. } => formatter.write_str(&host_and_port(self.place(), *port)),
            Self::Unix(path) => formatter.write_str(path),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } => formatter.write_str(&host_and_port(host, *port)),
            Self::Unix(path) => formatter.write_str(path),
            Self::Socks => formatter.write_str("SOCKS"),
        }
    }
}

impl fmt::Display for Forward {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.direction {
            Direction::Local => write!(formatter, "{} to {}", self.listen, self.goal),
            Direction::Remote => write!(formatter, "the server's {} to {}", self.listen, self.goal),
        }
    }
}

/// The argument of `-W`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostPort {
    /// Name or address.
    pub(crate) host: String,
    /// 1 to 65535.
    pub(crate) port: u16,
}

impl FromStr for HostPort {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        let Jump { user, host, port } = text.parse()?;
        match (user, port) {
            (None, Some(port)) => Ok(Self { host, port }),
            _ => Err(SettingError::value("host:port", text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_a_free_port_on_the_listening_side() {
        for (text, expected) in [
            ("auto:db:5432", "0:db:5432"),
            ("[::1]:auto:db:5432", "[::1]:0:db:5432"),
            ("8080:auto.example:80", "8080:auto.example:80"),
            ("auto", "0"),
            ("127.0.0.1:auto", "127.0.0.1:0"),
            ("autobahn:1:h:2", "autobahn:1:h:2"),
        ] {
            assert_eq!(with_free_port(text), expected);
        }
    }

    #[test]
    fn a_remote_forward_without_a_goal_is_socks() {
        assert_eq!(remote("1080").unwrap().connect, None);
        assert!(remote("2222:localhost:22").unwrap().connect.is_some());
        assert!(remote("2222:localhost").is_err());
    }

    #[test]
    fn a_place_has_a_host_and_a_port() {
        let place = |host: &str, port| HostPort { host: host.into(), port };
        assert_eq!("[::1]:22".parse(), Ok(place("::1", 22)));
        assert_eq!("db:5432".parse(), Ok(place("db", 5432)));
        for text in ["db", "ada@db:1", "db:0", ""] {
            assert!(text.parse::<HostPort>().is_err(), "{text}");
        }
    }
}
