//! The errors of `pubkey-copy`, in the words that a user reads.

use std::io;

use crate::clipboard::ClipboardError;
use crate::install::{InstallError, Refusal};
use crate::line::{LineError, OptionError, RuleError};
use contract::exit;
use keygen::agent::AgentError;

/// Why `pubkey-copy` could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    /// The key file or its passphrase; the message names the file.
    #[error(transparent)]
    Key(#[from] keygen::Error),
    /// A file or standard input could not be read.
    #[error("cannot read {name}")]
    Read {
        /// The file, quoted, or `standard input`.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// The input was read but is not a key.
    #[error("cannot take a key from {name}")]
    NoKey {
        /// The file, quoted, or `standard input`.
        name: String,
        /// Why.
        source: keygen::Error,
    },
    /// A certificate, which is shown to servers and not installed on them.
    #[error("cannot use {name}: it is a certificate, and servers need the key itself")]
    Certificate {
        /// The file, quoted, or `standard input`.
        name: String,
    },
    /// The public half is locked, and asking is not allowed.
    #[error("cannot unlock {name}: it needs a passphrase, and --batch never asks")]
    Batch {
        /// The file, quoted, or `standard input`.
        name: String,
    },
    /// The agent did not list its keys.
    #[error("cannot list the agent's keys")]
    Agent(#[from] AgentError),
    /// The agent has no matching key.
    #[error("the agent holds {}", if .held.is_empty() { "no key" } else { "no key that matches" })]
    NotInAgent {
        /// The keys that it holds, for people.
        held: Vec<String>,
    },
    /// No key was named and there is more than one.
    #[error("cannot choose among {} keys", .0.len())]
    Ambiguous(Vec<String>),
    /// No key was named and there is none.
    #[error("no key was named, the agent has none, and there is no default identity in {0}")]
    NoIdentity(String),
    /// The rules on standard input are invalid.
    #[error("cannot restrict the key")]
    Rule(#[from] RuleError),
    /// Two arguments read standard input, which can be read only once.
    #[error("cannot read standard input for {0} at once")]
    StdinTwice(String),
    /// The options cannot be combined.
    #[error("cannot write the line")]
    Line(#[source] LineError),
    /// The options before the key in its file would be lost, or would allow what they should
    /// prevent.
    #[error("cannot keep the options in front of the key from {origin}")]
    Options {
        /// The file or `standard input`, escaped.
        origin: String,
        /// Why.
        source: OptionError,
    },
    /// The destination was to be read from standard input, which is empty.
    #[error("no destination on standard input")]
    NoDestination,
    /// The line could not be installed on the server.
    #[error("cannot install the key at {destination}")]
    Install {
        /// The server, escaped.
        destination: String,
        /// Why.
        source: InstallError,
    },
    /// The key is or may be still on the server.
    #[error("cannot remove the key at {destination}")]
    Remove {
        /// The server, escaped.
        destination: String,
        /// Why.
        source: InstallError,
    },
    /// The line could not be put on a clipboard.
    #[error("cannot copy the line")]
    Clipboard(#[source] ClipboardError),
}

impl contract::Failure for Error {
    fn hint(&self) -> Option<String> {
        let list = |keys: &[String]| format!("\n  {}", keys.join("\n  "));
        let hint = match self {
            Self::Output(_) | Self::Read { .. } | Self::Agent(AgentError::Nonsense) => return None,
            Self::Key(error) | Self::NoKey { source: error, .. } => return error.hint(),
            Self::Certificate { .. } => {
                "name the file without `-cert` in its name, or the private key".into()
            }
            Self::Batch { .. } => {
                "use --passphrase-file FILE, or name the `.pub` file, which is not locked".into()
            }
            Self::Agent(_) => "start the agent and add the key, or name the key's file".into(),
            Self::NotInAgent { held } if held.is_empty() => {
                "add the key to the agent, or name the key's file".into()
            }
            Self::NotInAgent { held } => format!("it holds:{}", list(held)),
            Self::Ambiguous(keys) => {
                format!(
                    "name the key's file, or one of the agent's by --agent --select TEXT:{}",
                    list(keys)
                )
            }
            Self::NoIdentity(_) => {
                "make a key with `keygen -o id.ppk`, or name the key's file".into()
            }
            Self::Rule(RuleError::Empty) => {
                "an empty list would match no address; check the output of the command before the \
                 pipe"
                    .into()
            }
            Self::Rule(_) => "`cidr merge` prints networks in the form that servers read".into(),
            Self::StdinTwice(_) => "put one of them into a file".into(),
            Self::Line(LineError::Twice("from")) => {
                "give all networks with --from, and none with --option or in the file"
                    .into()
            }
            Self::Line(LineError::Twice(_) | LineError::Contradiction(_)) => {
                "keep one of them; options in the key's file count too".into()
            }
            Self::Line(LineError::Principals) => {
                "a plain key has no principals: add `cert-authority`, or leave them out".into()
            }
            Self::Options { .. } => {
                "servers refuse such a line: correct it in the file, or take the private key and give --option"
                    .into()
            }
            Self::NoDestination => {
                "pipe in the output of joblog-parse, or give --to the destination".into()
            }
            Self::Install { source, .. } | Self::Remove { source, .. } => return at_server(source),
            Self::Clipboard(_) => {
                "pass --print to print the line, or --via osc52 to send it to your terminal's \
                 clipboard"
                    .into()
            }
        };
        Some(hint)
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Line(_) | Self::StdinTwice(_) => exit::USAGE,
            _ => exit::FAILED,
        }
    }

    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// The hint for a key that could not be installed or removed.
fn at_server(error: &InstallError) -> Option<String> {
    let hint = match error {
        // `sshc` has printed its own hint.
        InstallError::Login | InstallError::Sshc(_) => return None,
        InstallError::Type(_) => "make a key with `keygen -o id.ppk`; any server takes RSA",
        InstallError::NoSshc => "install the programs together, or add the folder of sshc to PATH",
        InstallError::Unanswered { .. } => {
            "the account has a forced command or no shell: add the line that --print writes by \
             hand, or log in with another key: -- --key FILE"
        }
        InstallError::Refused { why, .. } => match why {
            Refusal::Take => {
                "leave out the option, or use another key: the server would ignore \
                 the line"
            }
            Refusal::Find => "ask its administrator to add the line that --print writes",
            Refusal::Write => {
                "nothing was changed: free some space or fix the permissions there, and try again"
            }
            Refusal::Lock => "another change is in progress there; if not, remove the lock",
            Refusal::Agree => "remove the key there with --remove, then add it again",
        },
    };
    Some(hint.into())
}
