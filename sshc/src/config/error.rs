//! What can go wrong with a configuration, and where.

use std::fmt;
use std::io;
use std::path::PathBuf;

use contract::shown;

/// How many files may include one another, as with `ssh`.
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

/// Why a configuration is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file is there, or was named by the user, and cannot be read.
    #[error("cannot read the configuration `{}`", shown(.path))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Others than the user can write the file, and so could have commands run.
    #[error("the configuration `{}` can be written by others", shown(.path))]
    Permissions {
        /// The file.
        path: PathBuf,
    },
    /// A line cannot be understood.
    #[error("{origin}: {fault}")]
    Line {
        /// Where it stands.
        origin: Origin,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A setting cannot be given its final form.
    #[error("cannot expand `{}`: {fault}", shown(.template))]
    Expand {
        /// The setting as written.
        template: String,
        /// What is wrong with it.
        fault: Fault,
    },
}

impl Error {
    /// What the user can do about it, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => {
                Some("name another file with --config FILE, or none with --config none".to_owned())
            }
            Self::Permissions { path } => {
                Some(format!("take the right from the others: chmod go-w {}", shown(path)))
            }
            Self::Line { fault: Fault::ExecRefused, .. } => {
                Some("pass --config-exec to let the configuration run programs".to_owned())
            }
            Self::Line { .. } | Self::Expand { .. } => None,
        }
    }
}

/// What is wrong with a line or a setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A quote is opened and not closed.
    #[error("unbalanced quotes")]
    Quotes,
    /// The keyword stands alone.
    #[error("no value after `{}`", shown(.keyword))]
    NoValue {
        /// The keyword.
        keyword: String,
    },
    /// More follows than the keyword takes.
    #[error("unexpected `{}` at the end of the line", shown(.word))]
    Surplus {
        /// The first word that is too many.
        word: String,
    },
    /// A word is not what the keyword takes.
    #[error("expected {expected}, not `{}`", shown(.found))]
    Value {
        /// What it takes.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A list names an algorithm that does not exist.
    #[error("there is no algorithm `{}`", contract::shown(.name))]
    UnknownAlgorithm {
        /// The name or the pattern.
        name: String,
    },
    /// An option that cannot be done here and must not be ignored.
    #[error("{} is not supported: {why}", contract::shown(.keyword))]
    Unsupported {
        /// Its name as written.
        keyword: String,
        /// What ignoring it would do.
        why: &'static str,
    },
    /// `-o` with a name that no version of OpenSSH has.
    #[error("there is no option `{}`", shown(.keyword))]
    Unknown {
        /// The name.
        keyword: String,
    },
    /// `Match` with criteria that do not exist or contradict each other.
    #[error("bad criteria after `Match`: `{}`", shown(.criterion))]
    Match {
        /// The first that cannot be understood.
        criterion: String,
    },
    /// `Match exec` without leave to run programs.
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
    /// Files that include each other.
    #[error("more than {} files include one another", DEEPEST_INCLUDE)]
    TooDeep,
    /// `%` and a character that stands for nothing here.
    #[error("`%{}` stands for nothing here", shown(.token))]
    Token {
        /// The character.
        token: String,
    },
    /// A token of a command stands for what a shell would not take for a name.
    #[error("`%{token}` stands for `{}`, which a shell could take for more than a name", shown(.value))]
    Unsafe {
        /// The character after the `%`.
        token: char,
        /// What it stands for.
        value: String,
    },
    /// `${NAME}` with a variable that is not set.
    #[error("the environment variable `{}` is not set", shown(.name))]
    Variable {
        /// The variable.
        name: String,
    },
    /// `~name`, the directory of another user.
    #[error("only one's own directory can be written as `~`")]
    Tilde,
}

impl Fault {
    pub(crate) fn value(expected: impl Into<String>, found: &str) -> Self {
        Self::Value { expected: expected.into(), found: found.to_owned() }
    }
}
