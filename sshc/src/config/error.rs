//! The errors in a configuration, and their places.

use std::fmt;
use std::io;
use std::path::PathBuf;

use contract::shown;

/// How deeply files may include one another, as with `ssh`.
pub(super) const DEEPEST_INCLUDE: usize = 16;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A line of a file, counted from 1.
    File {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u32,
    },
    /// An option of the command line, `-o NAME=VALUE`.
    CommandLine {
        /// The text after `-o`.
        option: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}:{line}", shown(path)),
            Self::CommandLine { option } => write!(f, "-o {}", shown(option)),
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file exists, or was named by the user, but cannot be read.
    #[error("cannot read the configuration `{}`", shown(.path))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Other users can write the file, and so could make us run commands.
    #[error("the configuration `{}` is writable by others", shown(.path))]
    Permissions {
        /// The file.
        path: PathBuf,
    },
    /// A line is invalid.
    #[error("{origin}: {fault}")]
    Line {
        /// Where it stands.
        origin: Origin,
        /// What is wrong with it.
        fault: SettingError,
    },
    /// A short name is in none of the domains, and `CanonicalizeFallbackLocal` is `no`.
    #[error("cannot find `{}` in any of the CanonicalDomains", shown(.host))]
    NotFound {
        /// The name.
        host: String,
    },
    /// A list leaves nothing that is available here.
    #[error("{option} leaves no algorithm that is available here: {list}")]
    EmptyList {
        /// The option.
        option: &'static str,
        /// Its value.
        list: String,
    },
    /// The address to connect from is invalid.
    #[error("`{}` is not an address of this computer", shown(.text))]
    SourceAddress {
        /// The address or the name.
        text: String,
    },
    /// There is a command on the command line, and one in the configuration.
    #[error("a command was given, but the configuration also has a RemoteCommand")]
    TwoCommands,
    /// A setting cannot be expanded.
    #[error("cannot expand `{}`: {fault}", shown(.template))]
    Expand {
        /// The setting as written.
        template: String,
        /// What is wrong with it.
        fault: SettingError,
    },
}

impl Error {
    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => {
                Some("name another file with --config FILE, or none with --config none".to_owned())
            }
            Self::Permissions { path } => {
                Some(format!("remove their write permission: chmod go-w {}", shown(path)))
            }
            Self::Line { fault: SettingError::ExecRefused, .. } => Some(
                "pass --config-exec to let the configuration run programs, or write \
                     `PermitMatchExec yes` above it into your own"
                    .to_owned(),
            ),
            Self::Line {
                origin: Origin::File { .. },
                fault: SettingError::Unknown { keyword },
            } => Some(format!("`IgnoreUnknown {}` above it passes over it", shown(keyword))),
            Self::NotFound { .. } => {
                Some("-o CanonicalizeFallbackLocal=yes looks it up as it is written".to_owned())
            }
            Self::TwoCommands => {
                Some("-o RemoteCommand=none runs the one of the command line".to_owned())
            }
            Self::Line { .. }
            | Self::EmptyList { .. }
            | Self::SourceAddress { .. }
            | Self::Expand { .. } => None,
        }
    }
}

/// What is wrong with a line or a setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// A quote is opened and not closed.
    #[error("unbalanced quotes")]
    Quotes,
    /// The keyword has no value.
    #[error("no value after `{}`", shown(.keyword))]
    NoValue {
        /// The keyword.
        keyword: String,
    },
    /// The keyword has too many values.
    #[error("unexpected `{}` at the end of the line", shown(.word))]
    Surplus {
        /// The first superfluous word.
        word: String,
    },
    /// A value does not have the keyword's form.
    #[error("expected {expected}, not `{}`", shown(.found))]
    Value {
        /// The expected form.
        expected: String,
        /// The value.
        found: String,
    },
    /// A list names an unknown algorithm.
    #[error("there is no algorithm `{}`", contract::shown(.name))]
    UnknownAlgorithm {
        /// The name or the pattern.
        name: String,
    },
    /// An option that we do not support and must not ignore.
    #[error("{} is not supported: {why}", contract::shown(.keyword))]
    Unsupported {
        /// Its name as written.
        keyword: String,
        /// The effect of ignoring it.
        why: &'static str,
    },
    /// A name that no version of OpenSSH knows: it could be meant to forbid something.
    #[error("there is no option `{}`", shown(.keyword))]
    Unknown {
        /// The name.
        keyword: String,
    },
    /// `Match` with criteria that are unknown or contradict each other.
    #[error("bad criteria after `Match`: `{}`", shown(.criterion))]
    Match {
        /// The first invalid criterion.
        criterion: String,
    },
    /// `Match exec`, although running programs is not allowed.
    #[error("`Match exec` would run a program")]
    ExecRefused,
    /// `Match exec` with a program that cannot be started.
    #[error("cannot run `{}`: {cause}", shown(.command))]
    Exec {
        /// The command.
        command: String,
        /// Why not.
        cause: String,
    },
    /// Files that include each other too deeply.
    #[error("more than {} files include one another", DEEPEST_INCLUDE)]
    TooDeep,
    /// `%` and a character without a meaning here.
    #[error("`%{}` has no meaning here", shown(.token))]
    Token {
        /// The character.
        token: String,
    },
    /// A token of a command expands to something that a shell would not take for a name.
    #[error("`%{token}` stands for `{}`, which a shell could take for more than a name", shown(.value))]
    Unsafe {
        /// The character after the `%`.
        token: char,
        /// Its expansion.
        value: String,
    },
    /// `${NAME}` with a variable that is not set.
    #[error("the environment variable `{}` is not set", shown(.name))]
    Variable {
        /// The variable.
        name: String,
    },
    /// `~name`, the directory of another user.
    #[error("`~` can only stand for your own home directory")]
    Tilde,
}

impl SettingError {
    pub(crate) fn value(expected: impl Into<String>, found: &str) -> Self {
        Self::Value { expected: expected.into(), found: found.to_owned() }
    }
}
