//! What to forward: the arguments of `-L`, `-R` and `-D` and their ssh_config forms.

use std::fmt;
use std::str::FromStr;

/// Which side listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// We do; the server connects (`-L`, `-D`).
    Local,
    /// The server does; we connect (`-R`).
    Remote,
}

/// Where a forward listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    /// A TCP port.
    Tcp {
        /// The address to bind; `None` for loopback, `*` or an empty text for all.
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
    /// A host as the other side sees it.
    Tcp {
        /// Name or address.
        host: String,
        /// 1 to 65535.
        port: u16,
    },
    /// A Unix socket on the other side.
    Unix(String),
    /// Wherever the client of the listening side says, by SOCKS.
    Socks,
}

/// One forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forward {
    /// Which side listens.
    pub(crate) direction: Direction,
    /// Where.
    pub(crate) listen: Listen,
    /// What for.
    pub(crate) goal: Goal,
}

impl Forward {
    /// Reads the argument of `-L` or `-R`: `[bind:]port:host:hostport`, with `auto` for a free
    /// port, and a path with a slash for a Unix socket on either side. `-R [bind:]port` is SOCKS.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub(crate) fn parse(direction: Direction, text: &str) -> Result<Self, String> {
        let parts = split(text)?;
        let forward = |listen, goal| Ok(Self { direction, listen, goal });
        match parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [path, goal] if is_path(path) && is_path(goal) => {
                forward(Listen::Unix((*path).into()), Goal::Unix((*goal).into()))
            }
            [path, host, port] if is_path(path) => {
                forward(Listen::Unix((*path).into()), tcp_goal(host, port)?)
            }
            [port, path] if is_path(path) => {
                forward(tcp_listen(None, port)?, Goal::Unix((*path).into()))
            }
            [bind, port, path] if is_path(path) => {
                forward(tcp_listen(Some(bind), port)?, Goal::Unix((*path).into()))
            }
            [port, host, host_port] => forward(tcp_listen(None, port)?, tcp_goal(host, host_port)?),
            [bind, port, host, host_port] => {
                forward(tcp_listen(Some(bind), port)?, tcp_goal(host, host_port)?)
            }
            [port] if direction == Direction::Remote => {
                forward(tcp_listen(None, port)?, Goal::Socks)
            }
            [bind, port] if direction == Direction::Remote => {
                forward(tcp_listen(Some(bind), port)?, Goal::Socks)
            }
            _ => Err("expected [bind:]port:host:hostport".into()),
        }
    }

    /// Reads the argument of `-D`: `[bind:]port`, with `auto` for a free port.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub(crate) fn parse_dynamic(text: &str) -> Result<Self, String> {
        let parts = split(text)?;
        let listen = match parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [port] => tcp_listen(None, port)?,
            [bind, port] => tcp_listen(Some(bind), port)?,
            _ => return Err("expected [bind:]port".into()),
        };
        Ok(Self { direction: Direction::Local, listen, goal: Goal::Socks })
    }

    /// The same forward, listening on the port that was chosen for it.
    #[must_use]
    pub(super) fn on_port(&self, chosen: u16) -> Self {
        let mut listening = self.clone();
        if let Listen::Tcp { port, .. } = &mut listening.listen {
            *port = chosen;
        }
        listening
    }
}

/// Splits at colons (or slashes, as ssh allows when an IPv6 address needs its colons), but not inside brackets.
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut parts = vec![String::new()];
    let mut in_brackets = false;
    for character in text.chars() {
        match character {
            '[' if !in_brackets => in_brackets = true,
            ']' if in_brackets => in_brackets = false,
            ':' if !in_brackets => parts.push(String::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(character);
                }
            }
        }
    }
    if in_brackets { Err("a bracket is not closed".into()) } else { Ok(parts) }
}

fn is_path(text: &str) -> bool {
    text.contains('/')
}

fn tcp_listen(bind: Option<&str>, port: &str) -> Result<Listen, String> {
    let port = if port == "auto" { 0 } else { number(port)? };
    Ok(Listen::Tcp { bind: bind.map(str::to_owned), port })
}

fn tcp_goal(host: &str, port: &str) -> Result<Goal, String> {
    match number(port)? {
        0 => Err("a connection cannot go to port 0".into()),
        _ if host.is_empty() => Err("the host to connect to is missing".into()),
        port => Ok(Goal::Tcp { host: host.to_owned(), port }),
    }
}

fn number(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("`{}` is no port", text.escape_debug()))
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

    /// The port, where it is one.
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

/// `host:port`, with brackets around what has colons of its own.
pub(crate) fn host_and_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
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
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match split(text)?.as_slice() {
            [host, port] => match tcp_goal(host, port)? {
                Goal::Tcp { host, port } => Ok(Self { host, port }),
                _ => Err("expected host:port".into()),
            },
            _ => Err("expected host:port".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_forward() {
        for (text, shown) in [
            ("8888:localhost:8888", "localhost:8888 to localhost:8888"),
            ("auto:db:5432", "localhost:0 to db:5432"),
            ("0:db:5432", "localhost:0 to db:5432"),
            ("127.0.0.1:1:h:2", "127.0.0.1:1 to h:2"),
            ("*:1:h:2", "*:1 to h:2"),
            (":1:h:2", "*:1 to h:2"),
            ("[::1]:1:[2001:db8::1]:2", "[::1]:1 to [2001:db8::1]:2"),
            ("8080:/run/app.sock", "localhost:8080 to /run/app.sock"),
            ("127.0.0.1:8080:/run/app.sock", "127.0.0.1:8080 to /run/app.sock"),
            ("/tmp/here:/run/there", "/tmp/here to /run/there"),
            ("/tmp/here:db:5432", "/tmp/here to db:5432"),
        ] {
            assert_eq!(Forward::parse(Direction::Local, text).unwrap().to_string(), shown);
        }
        for (text, shown) in [
            ("2222:localhost:22", "the server's localhost:2222 to localhost:22"),
            ("1080", "the server's localhost:1080 to SOCKS"),
            ("*:1080", "the server's *:1080 to SOCKS"),
        ] {
            assert_eq!(Forward::parse(Direction::Remote, text).unwrap().to_string(), shown);
        }
        for (text, shown) in
            [("1080", "localhost:1080 to SOCKS"), ("[::1]:auto", "[::1]:0 to SOCKS")]
        {
            assert_eq!(Forward::parse_dynamic(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_forward() {
        for text in
            ["", "8888", "1:2", "x:h:1", "1:h:0", "1::2", "1:h:65536", "[::1:1:h:2", "1:2:3:4:5"]
        {
            assert!(Forward::parse(Direction::Local, text).is_err(), "{text}");
        }
        assert!(Forward::parse_dynamic("1:2:3").is_err());
        assert!("host".parse::<HostPort>().is_err());
        assert_eq!(
            "[::1]:22".parse::<HostPort>().unwrap(),
            HostPort { host: "::1".into(), port: 22 }
        );
    }
}
