//! Jump hosts in the syntax of the configuration and of `-J`.

use std::fmt;
use std::str::FromStr;

use super::SettingError;
use crate::destination::{Destination, decoded};
use crate::port;

/// A host to log in to on the route to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    /// The user there, if given.
    pub user: Option<String>,
    /// The host, without brackets.
    pub host: String,
    /// The port, if given.
    pub port: Option<u16>,
}

impl FromStr for Jump {
    type Err = SettingError;

    /// Parses `[user@]host[:port]` or `ssh://[user@]host[:port]`, with brackets around an IPv6
    /// address.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        let fault = || SettingError::value("[user@]host[:port]", text);
        let uri = text.strip_prefix("ssh://").map(|rest| rest.trim_end_matches('/'));
        let rest = uri.unwrap_or(text);
        let (user, rest) = match rest.rsplit_once('@') {
            Some((user, rest)) if uri.is_some() => (Some(decoded(user).ok_or_else(fault)?), rest),
            Some((user, rest)) => (Some(user.to_owned()), rest),
            None => (None, rest),
        };
        let (host, port) = match rest.strip_prefix('[') {
            Some(bracketed) => {
                let (host, port) = bracketed.split_once(']').ok_or_else(fault)?;
                (host, Some(port).filter(|port| !port.is_empty()))
            }
            None => rest.find(':').map_or((rest, None), |colon| {
                let (host, port) = rest.split_at(colon);
                (host, Some(port))
            }),
        };
        let port = match port.map(|port| port.strip_prefix(':').ok_or_else(fault)).transpose()? {
            Some(port) => Some(port::nonzero(port).ok_or_else(fault)?),
            None => None,
        };
        // A name that begins with `-` could be taken for an option by a program that gets it.
        let names_something = |name: &str| !name.is_empty() && !name.starts_with('-');
        if names_something(host)
            && !host.contains(['[', ']'])
            && user.as_deref().is_none_or(names_something)
        {
            Ok(Self { user, host: host.to_owned(), port })
        } else {
            Err(fault())
        }
    }
}

/// Checks that all hosts of a `ProxyJump` are names or addresses, and their users names.
pub(super) fn names(jumps: &str) -> Result<(), SettingError> {
    let is_valid = |jump: &str| jump.parse::<Destination>().is_ok();
    let mut invalid = jumps.split(',').filter(|jump| !is_valid(jump));
    invalid.next().map_or(Ok(()), |jump| Err(SettingError::value("[user@]host[:port]", jump)))
}

impl fmt::Display for Jump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps() {
        for (text, expected) in [
            ("jump", "jump"),
            ("ada@jump:2222", "ada@jump:2222"),
            ("ssh://ada@jump:2222/", "ada@jump:2222"),
            ("ada@[2001:db8::7]:2222", "ada@[2001:db8::7]:2222"),
            ("[::1]", "[::1]"),
            ("a@b@jump", "a@b@jump"),
            ("ssh://a%40b@jump:ssh", "a@b@jump:22"),
            ("a%40b@jump", "a%40b@jump"),
        ] {
            assert_eq!(text.parse::<Jump>().unwrap().to_string(), expected);
        }
        for text in [
            "",
            "@jump",
            "ada@",
            "jump:",
            "jump:0",
            "jump:x",
            "[::1",
            "[::1]x",
            "-oX",
            "-a@b",
            "::1",
            "[[::1]",
            "ssh://a%4@b",
            "ssh://a%0@b",
        ] {
            assert!(text.parse::<Jump>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_mean_nothing_to_a_shell() {
        for text in ["none", "gate", "a@gate:2222,ssh://b@[::1]:22", "site\\a@my_gate"] {
            assert_eq!(names(text), Ok(()), "{text}");
        }
        for text in ["a;b", "a'b", "a`b", "a$b", "a(b)", "u;v@a", "u`v@a", "u'v@a", "a,b;c", "a b"]
        {
            assert!(names(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_jump_that_is_read_is_written_so_that_it_is_read_again(text in "(ssh://)?([a-z@.-]{0,4}@)?[a-z0-9.:@\\[\\]-]{0,12}(:[0-9]{0,6})?") {
            if let Ok(jump) = text.parse::<Jump>() {
                proptest::prop_assert_eq!(jump.to_string().parse::<Jump>().unwrap(), jump);
            }
        }
    }
}
