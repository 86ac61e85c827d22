//! Where rules come from: arguments, files and standard input.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::{at_file, number};

/// Where rules come from, as the arguments name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Rules written out in an argument.
    Text(String),
    /// `@FILE`
    File(PathBuf),
    /// `-`, or no argument at all.
    Stdin,
}

impl From<OsString> for Input {
    fn from(argument: OsString) -> Self {
        match at_file::named(&argument) {
            Some(path) => Self::File(path),
            None if argument == "-" => Self::Stdin,
            // Bytes that are not text become U+FFFD, which no rule contains, so the entry is
            // refused.
            None => Self::Text(argument.to_string_lossy().into_owned()),
        }
    }
}

impl Input {
    /// Names the input that could not be read, for messages.
    pub(crate) fn quoted(&self) -> String {
        match self {
            Self::File(_) => format!("`{self}`"),
            Self::Text(_) | Self::Stdin => self.to_string(),
        }
    }
}

/// The place of an entry, for messages.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("argument"),
            Self::File(path) => write!(f, "{}", contract::shown(path)),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// Rejoins an address and its netmask (`10.0.0.0 255.0.0.0`), which a shell splits into two
/// arguments.
#[must_use]
pub fn rejoin_netmasks(inputs: &[Input]) -> Vec<Input> {
    let mut joined: Vec<Input> = Vec::with_capacity(inputs.len());
    for input in inputs {
        match (joined.last_mut(), input) {
            (Some(Input::Text(before)), Input::Text(mask))
                if number::is_ipv4(before) && number::may_be_netmask(mask) =>
            {
                before.push(' ');
                before.push_str(mask);
            }
            _ => joined.push(input.clone()),
        }
    }
    joined
}
