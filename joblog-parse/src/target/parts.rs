//! The smaller parts of a target, each a type whose values are valid.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use super::{Host, TargetError};

/// The longest user name.
const USER_BYTES: usize = 64;
/// The longest path of a key file.
const PATH_BYTES: usize = 1024;
/// What a SHA-256 fingerprint begins with, as `ssh-keygen -l` writes it.
const FINGERPRINT_PREFIX: &str = "SHA256:";
/// Unpadded base64 of 32 bytes has 43 characters, of which the last has only 16 possible values.
const FINGERPRINT_CHARS: usize = 43;
const FINGERPRINT_LAST: &[u8] = b"AEIMQUYcgkosw048";

/// A user name: `[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}`, possibly followed by a colon or a number sign
/// and a token of the same characters, as session platforms print it. So it is never an option, and
/// a shell reads nothing in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct User(String);

/// A jump host: `[user@]host[:port]`, one element of `ssh -J`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Jump {
    /// The name to log in as there, if given.
    pub user: Option<User>,
    /// The host.
    pub host: Host,
    /// The port, if given.
    pub port: Option<NonZeroU16>,
}

/// The fingerprint of a host's public key: `SHA256:` and 43 characters of unpadded base64.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostKey(String);

/// The path of a private key file on the log writer's machine: not empty, no control characters, no
/// double quote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdentityFile(String);

/// Implements `as_str` and `Display` for a text type.
macro_rules! text_of {
    ($type:ident) => {
        impl $type {
            /// The text as it was parsed.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_of!(User);
text_of!(HostKey);
text_of!(IdentityFile);

impl FromStr for User {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let is_start = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_user = text.len() <= USER_BYTES
            && text.bytes().next().is_some_and(is_start)
            && text.bytes().all(|byte| is_start(byte) || b".+-:#".contains(&byte))
            && text.bytes().filter(|byte| b":#".contains(byte)).count() <= 1
            && !text.ends_with([':', '#']);
        if is_user { Ok(Self(text.to_owned())) } else { Err(TargetError::User(text.into())) }
    }
}

impl FromStr for HostKey {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let is_fingerprint = text.strip_prefix(FINGERPRINT_PREFIX).is_some_and(|digest| {
            digest.len() == FINGERPRINT_CHARS
                && digest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
                && digest.bytes().last().is_some_and(|byte| FINGERPRINT_LAST.contains(&byte))
        });
        if is_fingerprint {
            Ok(Self(text.to_owned()))
        } else {
            Err(TargetError::HostKey(text.into()))
        }
    }
}

impl FromStr for IdentityFile {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let is_path = (1..=PATH_BYTES).contains(&text.len())
            && !text.starts_with('-')
            && !text.chars().any(|c| c.is_control() || c == '"');
        if is_path {
            Ok(Self(text.to_owned()))
        } else {
            Err(TargetError::IdentityFile(text.into()))
        }
    }
}

impl FromStr for Jump {
    type Err = TargetError;

    /// Parses `[user@]host[:port]`, also with `ssh://` before it, as `ssh -J` does.
    fn from_str(text: &str) -> Result<Self, TargetError> {
        let text = text.strip_prefix("ssh://").unwrap_or(text);
        let (user, place) = match text.split_once('@') {
            Some((user, place)) => (Some(user.parse()?), place),
            None => (None, text),
        };
        let (host, port) = parse_place(place)?;
        Ok(Self { user, host, port })
    }
}

impl fmt::Display for Jump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        write_place(f, &self.host, self.port)
    }
}

/// Parses the jump hosts of `ssh -J`: `[user@]host[:port]`, separated by commas.
pub(crate) fn parse_jumps(text: &str) -> Result<Vec<Jump>, TargetError> {
    text.split(',').map(str::parse).collect()
}

/// Writes jump hosts as `ssh -J` takes them.
pub(crate) fn join_jumps(jumps: &[Jump]) -> String {
    jumps.iter().map(Jump::to_string).collect::<Vec<_>>().join(",")
}

/// Parses 1-65535 in decimal digits, without a sign or a leading zero.
pub(crate) fn parse_port(text: &str) -> Result<NonZeroU16, TargetError> {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_decimal).ok_or_else(|| TargetError::Port(text.into()))
}

/// Parses `host`, `host:port`, a bare IPv6 address, `[v6]` or `[v6]:port`.
pub(super) fn parse_place(text: &str) -> Result<(Host, Option<NonZeroU16>), TargetError> {
    let refused = || TargetError::Host(text.into());
    if let Some(bracketed) = text.strip_prefix('[') {
        let (address, rest) = bracketed.split_once(']').ok_or_else(refused)?;
        let host = address.parse::<Host>()?;
        if !host.is_v6() {
            return Err(refused());
        }
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(parse_port(port)?))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(refused()),
        };
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => Ok((host.parse()?, Some(parse_port(port)?))),
        _ => Ok((text.parse()?, None)),
    }
}

/// Writes what [`parse_place`] reads, with brackets only if a port follows an IPv6 address.
pub(super) fn write_place(
    f: &mut fmt::Formatter<'_>,
    host: &Host,
    port: Option<NonZeroU16>,
) -> fmt::Result {
    match port {
        None => write!(f, "{host}"),
        Some(port) if host.is_v6() => write!(f, "[{host}]:{port}"),
        Some(port) => write!(f, "{host}:{port}"),
    }
}
