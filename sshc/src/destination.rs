//! The destination: `user@host[:port]`, `host`, `ssh://user@host:port`, or a line of
//! `joblog-parse`.

use std::net::Ipv6Addr;
use std::num::NonZeroU16;
use std::str::FromStr;

use contract::shown;
use joblog_parse::{Jump, Target};

use crate::port;

/// The user and the host, as far as given; the configuration may fill in the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The user to log in as.
    pub user: Option<String>,
    /// A name or an address, without brackets.
    pub host: String,
    /// The port.
    pub port: Option<NonZeroU16>,
}

impl FromStr for Destination {
    type Err = String;

    /// Parses what a user typed. The user may contain an `@`, as at some sites. The host must not
    /// begin with a hyphen or contain anything that a shell interprets.
    fn from_str(text: &str) -> Result<Self, String> {
        // Pasted text may have blanks and quotation marks around it.
        let text = unquoted(text);
        let refused = |why: &str| format!("`{}` is not a destination: {why}", shown(text));
        let (rest, is_uri) = match text.strip_prefix("ssh://") {
            Some(rest) => (rest.strip_suffix('/').unwrap_or(rest), true),
            None => (text, false),
        };
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        };
        if is_uri && user.is_some_and(|user| user.contains(':')) {
            return Err("a password does not belong in an address".into());
        }
        let (host, port) = split_port(place, is_uri).map_err(refused)?;
        let user = match user.filter(|_| is_uri) {
            Some(encoded) => decoded(encoded).map(Some),
            None => Some(user.map(str::to_owned)),
        };
        let user = user.filter(|user| user.as_deref().is_none_or(is_user));
        let Some(user) = user else {
            return Err(refused("the user name is empty or invalid"));
        };
        if !is_host(host) {
            return Err(refused("the host is neither a name nor an address"));
        }
        Ok(Self { user, host: host.to_owned(), port })
    }
}

/// The user of a URI, in which `%40` stands for `@` (RFC 3986 §2.1).
pub(crate) fn decoded(user: &str) -> Option<String> {
    let mut parts = user.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Whether a name from a command line can be a user's. As with ssh, it must not become more than a
/// word in a command of the configuration (`%r`); a backslash separates a domain.
pub(crate) fn is_user(name: &str) -> bool {
    let mut pairs = name.chars().zip(name.chars().skip(1));
    !name.is_empty()
        && !name.starts_with('-')
        && !name.ends_with('\\')
        && !name.chars().any(|c| c.is_control() || "'`\"$;&<>|(){}".contains(c))
        && !pairs.any(|(c, next)| c.is_whitespace() && next == '-')
}

/// Text without the blanks and quotation marks around it.
pub(crate) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner =
        ['"', '\''].into_iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark));
    inner.map_or(text, str::trim)
}

fn split_port(place: &str, is_uri: bool) -> Result<(&str, Option<NonZeroU16>), &'static str> {
    const BAD_PORT: &str = "the port is not a number from 1 to 65535";
    if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or("a bracket is not closed")?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(number(port).ok_or(BAD_PORT)?))),
            None if after.is_empty() => Ok((host, None)),
            None => Err("there is text after the bracket"),
        };
    }
    match place.split_once(':') {
        // More than one colon is an IPv6 address without a port.
        Some((_, after)) if after.contains(':') && !is_uri => Ok((place, None)),
        Some((host, port)) => Ok((host, Some(number(port).ok_or(BAD_PORT)?))),
        None => Ok((place, None)),
    }
}

fn number(port: &str) -> Option<NonZeroU16> {
    port::port(port).and_then(NonZeroU16::new)
}

/// `host:port`, with brackets around an address that contains colons.
pub(crate) fn host_and_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Letters, digits, dots, hyphens and underscores, or an IPv6 address with or without a zone.
fn is_host(host: &str) -> bool {
    let name = !host.is_empty()
        && !host.starts_with(['-', '.'])
        && host.len() <= 255
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let (address, zone) = host.split_once('%').unwrap_or((host, "0"));
    let is_zone = !zone.is_empty()
        && zone.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    name || (is_zone && address.parse::<Ipv6Addr>().is_ok())
}

impl From<&Target> for Destination {
    fn from(target: &Target) -> Self {
        Self {
            user: Some(target.user.to_string()),
            host: target.host.to_string(),
            port: target.port,
        }
    }
}

impl From<&Jump> for Destination {
    fn from(jump: &Jump) -> Self {
        Self {
            user: jump.user.as_ref().map(ToString::to_string),
            host: jump.host.to_string(),
            port: jump.port,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type() {
        for (text, user, host, port) in [
            ("node7", None, "node7", None),
            ("ada@node7", Some("ada"), "node7", None),
            ("ada@node7:2222", Some("ada"), "node7", Some(2222)),
            ("ada@site@node7", Some("ada@site"), "node7", None),
            ("2001:db8::1", None, "2001:db8::1", None),
            ("ada@[2001:db8::1]:22", Some("ada"), "2001:db8::1", Some(22)),
            ("[fe80::1%eth0]", None, "fe80::1%eth0", None),
            ("ssh://ada@node7:22/", Some("ada"), "node7", Some(22)),
            ("ssh://node7:https", None, "node7", Some(443)),
            ("ssh://[2001:db8::1]", None, "2001:db8::1", None),
            ("ssh://ada%40site@node7", Some("ada@site"), "node7", None),
            ("ada%40site@node7", Some("ada%40site"), "node7", None),
            ("my_cluster", None, "my_cluster", None),
            (" ada@node7\r\n", Some("ada"), "node7", None),
            ("\"ada@node7:22\"", Some("ada"), "node7", Some(22)),
            ("'node7'", None, "node7", None),
        ] {
            let destination: Destination = text.parse().unwrap();
            assert_eq!(destination.user.as_deref(), user, "{text}");
            assert_eq!(destination.host, host, "{text}");
            assert_eq!(destination.port.map(NonZeroU16::get), port, "{text}");
        }
    }

    #[test]
    fn a_password_is_refused_and_not_shown() {
        let refused = "ssh://ada:secret@node7".parse::<Destination>().unwrap_err();
        assert!(refused.contains("password") && !refused.contains("secret"), "{refused}");
    }

    #[test]
    fn what_no_shell_and_no_server_should_see() {
        for text in [
            "",
            "@node7",
            "ada@",
            "-oProxyCommand=id",
            "-x@node7",
            "ada@-node7",
            "ada@node7:0",
            "ada@node7:65536",
            "ada@node7:nope",
            "ada@[::1",
            "ada@[::1]x",
            "ada@no de",
            "ada@$(id)",
            "a\nb@node7",
            "ada@node7;id",
            "ssh://ada@2001:db8::1",
            "ssh://ada%4@node7",
            "ssh://ada%+4x@node7",
            "ssh://a%3Bb@node7",
            "ssh://a%0Ab@node7",
            "ssh://a%FFb@node7",
        ] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }
}
