//! The line of an `authorized_keys` file (sshd(8)): options, key, comment.
//!
//! A server that does not understand one option refuses the whole line, and a broken option may
//! allow what it should prevent, so everything is checked before it is written. Where the key comes
//! from belongs in [`crate::source`].

mod option;
mod rules;
mod value;

use std::fmt;

use keygen::PublicKeyLine;

pub use option::{KeyOption, parse_options};
pub use rules::{Rule, RuleError, parse_rules};
pub use value::OptionError;

/// Why options cannot be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Servers accept this option only once.
    #[error("option `{0}` is given twice")]
    Twice(&'static str),
    /// Of these, servers would let the last one win.
    #[error("options `{0}` and `no-{0}` contradict each other")]
    Contradiction(&'static str),
    /// Servers refuse names for certificates on a key that is not an authority.
    #[error("option `principals` needs `cert-authority` beside it")]
    Principals,
}

/// One line, without its end; it never contains a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizedKey {
    options: Vec<KeyOption>,
    key: PublicKeyLine,
}

impl AuthorizedKey {
    /// A line for a key with its options.
    ///
    /// # Errors
    /// When an option that may occur once occurs twice, or two contradict each other.
    pub fn new(options: Vec<KeyOption>, key: PublicKeyLine) -> Result<Self, LineError> {
        let has = |name: &str| options.iter().any(|option| option.name() == name);
        for (index, option) in options.iter().enumerate() {
            let mut earlier = options.iter().take(index);
            if !option.may_repeat() && earlier.any(|other| other.name() == option.name()) {
                return Err(LineError::Twice(option.name()));
            }
            if has(&format!("no-{}", option.name())) {
                return Err(LineError::Contradiction(option.name()));
            }
        }
        if has("principals") && !has("cert-authority") {
            return Err(LineError::Principals);
        }
        Ok(Self { options, key })
    }

    /// The options: what the key may be used for, and from where.
    #[must_use]
    pub fn options(&self) -> &[KeyOption] {
        &self.options
    }

    /// The key with its comment.
    #[must_use]
    pub fn key(&self) -> &PublicKeyLine {
        &self.key
    }
}

impl fmt::Display for AuthorizedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, option) in self.options.iter().enumerate() {
            write!(formatter, "{}{option}", if index == 0 { "" } else { "," })?;
        }
        let gap = if self.options.is_empty() { "" } else { " " };
        write!(formatter, "{gap}{}", self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ada";

    fn line(options: &[&str]) -> Result<String, LineError> {
        let options = options.iter().map(|text| text.parse().expect("an option")).collect();
        AuthorizedKey::new(options, KEY.parse().expect("a key")).map(|line| line.to_string())
    }

    #[test]
    fn options_stand_before_the_key() {
        let table: [(&[&str], String); 3] = [
            (&[], KEY.to_owned()),
            (&["no-pty"], format!("no-pty {KEY}")),
            (
                &["from=10.0.0.0/8,192.0.2.1", "restrict"],
                format!("from=\"10.0.0.0/8,192.0.2.1\",restrict {KEY}"),
            ),
        ];
        for (options, expected) in table {
            assert_eq!(line(options), Ok(expected));
        }
    }

    #[test]
    fn only_what_may_repeat_repeats() {
        assert_eq!(line(&["from=a", "FROM=b"]), Err(LineError::Twice("from")));
        let twice = ["permitopen=\"localhost:80\"", "permitopen=\"localhost:81\""];
        assert_eq!(line(&twice), Ok(format!("{},{} {KEY}", twice[0], twice[1])));
    }

    #[test]
    fn what_contradicts_is_refused() {
        let table: [(&[&str], LineError); 4] = [
            (&["no-pty", "pty"], LineError::Contradiction("pty")),
            (&["X11-forwarding", "no-x11-forwarding"], LineError::Contradiction("X11-forwarding")),
            (&["principals=a,b"], LineError::Principals),
            (&["principals=a", "restrict"], LineError::Principals),
        ];
        for (options, expected) in table {
            assert_eq!(line(options), Err(expected), "{options:?}");
        }
        for options in [["restrict", "pty"], ["principals=\"a,b\"", "cert-authority"]] {
            assert_eq!(line(&options), Ok(format!("{} {KEY}", options.join(","))));
        }
    }
}
