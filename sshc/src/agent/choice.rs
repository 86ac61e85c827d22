//! Which agent to use, as `--agent` and `IdentityAgent` specify it.

use std::convert::Infallible;
use std::str::FromStr;

/// The agents to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// All that run: the socket in `SSH_AUTH_SOCK`, and on Windows OpenSSH's pipe and Pageant.
    #[default]
    Auto,
    /// OpenSSH's: the socket in `SSH_AUTH_SOCK`; on Windows its own pipe if that is not set.
    OpenSsh,
    /// PuTTY's. On Unix it is found through `SSH_AUTH_SOCK` too.
    Pageant,
    /// None at all.
    None,
    /// The agent whose socket or pipe is named by an environment variable.
    Variable(String),
    /// The agent at this socket or pipe.
    Path(String),
}

impl FromStr for Choice {
    type Err = Infallible;

    /// Parses the values of `--agent`, and those of `IdentityAgent` in `ssh_config(5)`: `none`,
    /// `SSH_AUTH_SOCK`, `$NAME`, or a path (with tokens and `~` already expanded).
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "auto" => Self::Auto,
            "openssh" => Self::OpenSsh,
            "pageant" => Self::Pageant,
            "none" => Self::None,
            "SSH_AUTH_SOCK" => Self::Variable(text.to_owned()),
            _ => match text.strip_prefix('$') {
                Some(name) => Self::Variable(braceless(name).to_owned()),
                None => Self::Path(text.to_owned()),
            },
        })
    }
}

/// The name in `${NAME}`, as in `$NAME`.
fn braceless(name: &str) -> &str {
    name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_way_to_name_an_agent() {
        let variable = |name: &str| Choice::Variable(name.to_owned());
        let cases = [
            ("auto", Choice::Auto),
            ("openssh", Choice::OpenSsh),
            ("pageant", Choice::Pageant),
            ("none", Choice::None),
            ("SSH_AUTH_SOCK", variable("SSH_AUTH_SOCK")),
            ("$MY_AGENT", variable("MY_AGENT")),
            ("${MY_AGENT}", variable("MY_AGENT")),
            ("/run/agent", Choice::Path("/run/agent".to_owned())),
            (r"\\.\pipe\agent", Choice::Path(r"\\.\pipe\agent".to_owned())),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }
}
