//! The names of a server in `known_hosts`: how its own is written, and which wider ones apply to
//! it.

use std::fmt;
use std::net::IpAddr;

use keygen::agent::recorded_user;

use super::Error;
// The port that `known_hosts` leaves out.
use crate::defaults::PORT;

/// The name under which a server's key is looked up and written.
///
/// It is in lower case, as in OpenSSH, and holds nothing that a line of `known_hosts` would take
/// for a second name, a pattern, a marker or a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    written: String,
    covered_by: Vec<String>,
    host: String,
    /// Host and port, as they follow the user in targets.
    at: String,
}

impl Name {
    /// The server of a host: `host`, or `[host]:port` for any port but 22. An address is written in
    /// its canonical form.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] when the host cannot be one word of `known_hosts`.
    pub fn host(host: &str, port: u16) -> Result<Self, Error> {
        let host = canonical(host)?;
        let with_port = format!("[{host}]:{port}");
        let at = if host.contains(':') { with_port.clone() } else { format!("{host}:{port}") };
        Ok(if port == PORT {
            Self { written: host.clone(), covered_by: vec![with_port], host, at }
        } else {
            Self { written: with_port, covered_by: vec![host.clone()], host, at }
        })
    }

    /// A server under a name that the user has chosen (`HostKeyAlias`); it includes the port.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] when the name cannot be one word of `known_hosts`.
    pub fn alias(alias: &str) -> Result<Self, Error> {
        Self::host(alias, PORT)
    }

    /// The server of one target: `user@host:port`. A cluster that takes over the address of an
    /// earlier one has another user, and so its own name.
    ///
    /// OpenSSH never looks for a name with an `@` and ignores such lines. Bytes of the user name
    /// with a special meaning in `known_hosts` are written as `%` and two digits.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] when the host cannot be one word of `known_hosts`.
    pub fn target(user: &str, host: &str, port: u16) -> Result<Self, Error> {
        let Self { written, mut covered_by, host, at } = Self::host(host, port)?;
        covered_by.insert(0, written);
        Ok(Self { written: format!("{}@{at}", recorded_user(user)), covered_by, host, at })
    }

    /// The host alone: a server's certificate must name it.
    #[must_use]
    pub fn host_name(&self) -> &str {
        &self.host
    }

    /// The text that is written to the file and looked for.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// Host and port, as they follow the user in targets.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    /// Wider names of the same server. The server's key may be on record under one of them; another
    /// key there is no contradiction.
    pub(super) fn covered_by(&self) -> impl Iterator<Item = &str> {
        self.covered_by.iter().map(String::as_str)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn canonical(host: &str) -> Result<String, Error> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    let one_word = !host.is_empty()
        && host.chars().all(|c| c.is_ascii_graphic() || (!c.is_ascii() && c.is_alphanumeric()))
        && !host.contains([',', '*', '?', '!', '|', '@', '#', '[', ']']);
    if one_word {
        Ok(host.to_ascii_lowercase())
    } else {
        Err(Error::Name { text: host.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_written() {
        for (host, port, expected) in [
            ("Node7.Example.COM", 22, "node7.example.com"),
            ("node7", 2222, "[node7]:2222"),
            ("2001:DB8:0:0::7", 22, "2001:db8::7"),
            ("2001:db8::7", 2222, "[2001:db8::7]:2222"),
            ("fe80::1%eth0", 22, "fe80::1%eth0"),
            ("192.0.2.7", 22, "192.0.2.7"),
        ] {
            assert_eq!(Name::host(host, port).unwrap().to_string(), expected);
        }
        for (user, host, port, expected) in [
            ("uprod_qpWia", "192.0.2.7", 22, "uprod_qpwia@192.0.2.7:22"),
            ("ada", "2001:db8::7", 2222, "ada@[2001:db8::7]:2222"),
            ("@a,b *|%", "node7", 22, "%40a%2cb%20%2a%7c%25@node7:22"),
        ] {
            assert_eq!(Name::target(user, host, port).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn a_name_that_could_match_several_hosts_is_refused() {
        for host in ["", "a b", "a,b", "*", "n?", "!n", "|1|x", "a@b", "#a", "[a]", "a\nb", "a\tb"]
        {
            assert!(matches!(Name::host(host, 22), Err(Error::Name { .. })), "{host:?}");
        }
    }
}
