//! Errors with files of known hosts.

use std::io;
use std::path::PathBuf;

use contract::shown;

/// Why host keys could not be looked up, recorded or forgotten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file exists but cannot be read. It may hold the key to compare with.
    #[error("cannot read the known hosts in `{}`", shown(.path))]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file of revoked keys cannot be used: any key may be revoked.
    #[error("cannot read the revoked host keys in `{}`", shown(.path))]
    Revoked {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The program of `KnownHostsCommand` fails: any key may be one that it revokes.
    #[error("cannot ask `{}` for known hosts", shown(.command))]
    Command {
        /// The command.
        command: String,
        /// The cause.
        source: io::Error,
    },
    /// A file cannot be created, locked, or written.
    #[error("cannot write the known hosts in `{}`", shown(.path))]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A host's name has a character with a special meaning in the file.
    #[error("`{}` cannot be the name of a host", shown(.text))]
    Name {
        /// The name.
        text: String,
    },
    /// A key cannot be written as text.
    #[error("cannot write this host key as text")]
    Key(#[source] russh::keys::ssh_key::Error),
}

impl Error {
    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => Some(
                "make the file readable, or name other files with --known-hosts FILE".to_owned(),
            ),
            Self::Revoked { .. } => Some(
                "no host key is accepted without it: name a file of public keys, one on each line, or a list by \
                 ssh-keygen -k, with -o RevokedHostKeys=FILE"
                    .to_owned(),
            ),
            Self::Command { .. } => Some(
                "no host key is accepted without it; -o KnownHostsCommand=none does without"
                    .to_owned(),
            ),
            Self::Write { .. } => Some(
                "name a file that can be written with --known-hosts FILE, or pass --host-key SHA256:… to connect without one"
                    .to_owned(),
            ),
            Self::Name { .. } | Self::Key(_) => None,
        }
    }
}
