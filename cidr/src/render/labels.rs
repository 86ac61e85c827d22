//! Labels: the parts of a platform's rule that are not networks.
//!
//! The types keep to the strictest of the platforms' limits, so that nothing needs escaping and no
//! platform refuses a label.

use std::fmt;
use std::str::FromStr;

use crate::defaults;
use crate::ports::{PortRange, Ports};

/// The labels that the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The TCP ports that the rule is for; 22 by default.
    pub port: Option<Ports>,
    /// The name of the rule; `ssh-access` by default.
    pub name: Option<Name>,
    /// The purpose of the rule.
    pub description: Option<Description>,
}

impl Labels {
    /// The ports as runs, ascending.
    pub(super) fn ports(&self) -> &[PortRange] {
        self.port.as_ref().map_or(&[(defaults::PORT, defaults::PORT)], Ports::runs)
    }

    /// The runs as text, with `between` between the first and the last port of each.
    pub(super) fn port_texts(&self, between: &str) -> Vec<String> {
        self.port.as_ref().map_or_else(|| vec![defaults::PORT.to_string()], |it| it.texts(between))
    }

    pub(super) fn name(&self) -> &str {
        self.name.as_ref().map_or(defaults::NAME, |name| &name.0)
    }

    pub(super) fn description(&self) -> Option<&str> {
        self.description.as_ref().map(|description| description.0.as_str())
    }
}

/// The name of a rule: lower-case letters, digits and hyphens, as Google Cloud requires (RFC 1035),
/// short enough to append `-ipv4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// The purpose of a rule: the characters that EC2 allows, and the length that nftables allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description(String);

/// Why a text cannot be a label on every platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotALabel {
    /// Not a [`Name`].
    Name,
    /// Not a [`Description`].
    Description,
}

impl fmt::Display for NotALabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => {
                "a name is a lower-case letter, then letters, digits and hyphens, 58 characters at most, no hyphen last"
            }
            Self::Description => {
                "a description is 1 to 128 letters, digits, blanks and ._-:/()#,@[]+=&;{}!$*, not beginning with a blank, - or @"
            }
        })
    }
}

impl std::error::Error for NotALabel {}

impl FromStr for Name {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        const LONGEST: usize = 63 - "-ipv4".len();
        let starts = text.starts_with(|letter: char| letter.is_ascii_lowercase());
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = text.len() <= LONGEST && !text.ends_with('-') && text.bytes().all(allowed);
        if starts && fits { Ok(Self(text.to_owned())) } else { Err(NotALabel::Name) }
    }
}

impl FromStr for Description {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || b" ._-:/()#,@[]+=&;{}!$*".contains(&byte);
        // A command would take it for an option or for the name of a file.
        let starts = !text.starts_with(['-', '@', ' ']);
        if starts && (1..=128).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotALabel::Description)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let longest = "a".repeat(58);
        for (text, expected) in [
            ("ssh", true),
            ("a", true),
            ("ssh-access-2", true),
            (&longest, true),
            ("", false),
            ("2ssh", false),
            ("-ssh", false),
            ("ssh-", false),
            ("Ssh", false),
            ("ssh access", false),
            ("ssh\"", false),
            (&format!("{longest}a"), false),
        ] {
            assert_eq!(text.parse::<Name>().is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn descriptions() {
        let longest = "x".repeat(128);
        for (text, expected) in [
            ("Ada's", false),
            ("Ada (home), since 2026-11-22: #7", true),
            (&longest, true),
            (&format!("{longest}x"), false),
            ("", false),
            ("a\"b", false),
            ("a\\b", false),
            ("a\nb", false),
            ("@ada", false),
            ("-ada", false),
            ("b\u{fc}ro", false),
        ] {
            assert_eq!(text.parse::<Description>().is_ok(), expected, "{text}");
        }
    }
}
