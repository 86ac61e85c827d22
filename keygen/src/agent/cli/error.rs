//! The errors of `keyagent`, in the words that a user reads.

use std::path::Path;
use std::{env, io};

use super::super::error::AgentError;
use super::super::transport::SSH_AUTH_SOCK;
use crate::Error;
use contract::shown;

/// Why `keyagent` could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("cannot ask the agent")]
    Agent(#[from] AgentError),
    #[error(transparent)]
    Key(#[from] Error),
    #[error("cannot start the agent at `{}`", shown(.place))]
    Start { place: String, source: io::Error },
    #[error("cannot use the path of --socket")]
    Path(#[source] io::Error),
    #[error("cannot change what starts at logon")]
    Logon(#[source] io::Error),
    #[error("cannot run `{}`", shown(.program))]
    Run { program: String, source: io::Error },
    #[error("cannot relay to the agent")]
    Relay(#[source] io::Error),
    #[error("the agent did not accept `{}`", shown(.key))]
    NotTaken { key: String, is_limited: bool },
    #[error("the agent at `{}` cannot limit keys to certain hosts", shown(.place))]
    NotRestricted { place: String },
    #[error("cannot add `{}`: the file does not have the public half in clear", shown(.path))]
    NoPublicHalf { path: String },
    #[error("no host key of `{}` is on record", shown(.host))]
    NoHostKey { host: String, wants_user: bool },
    #[error("the agent holds no key `{}`", shown(.name))]
    NoSuchKey { name: String },
    #[error("`{}` matches {count} of the agent's keys", shown(.name))]
    Ambiguous { name: String, count: usize },
    #[error("the agent refused to {what}")]
    Refused { what: &'static str },
    #[error("the agent at `{}` is not keyagent", shown(.place))]
    NotOurs { place: String },
    #[error("the agent listens only at {}, which no variable can name", shown(.place))]
    NoPath { place: String },
    #[error("cannot tell where the agent should listen")]
    NoPlace,
}

impl Failure {
    /// The error for an agent that cannot start at this path.
    pub(super) fn at(place: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let place = place.to_string_lossy().into_owned();
        |source| Self::Start { place, source }
    }
}

/// Whether the environment names this agent.
fn is_named(path: &str) -> bool {
    env::var(SSH_AUTH_SOCK).is_ok_and(|named| named == path)
}

impl contract::Failure for Failure {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Key(error) => return error.hint(),
            Self::Agent(AgentError::Unreachable { path, .. }) if is_named(path) => {
                "SSH_AUTH_SOCK leads there; `keyagent env` shows where keyagent listens, and \
                 `keyagent start` starts it"
            }
            Self::Agent(AgentError::NotThere { .. } | AgentError::Unreachable { .. }) => {
                "`keyagent start` starts one, and so does `keyagent add FILE`"
            }
            Self::Agent(AgentError::Foreign { .. }) => {
                "its user could use your keys: set SSH_AUTH_SOCK to an agent of your own"
            }
            Self::Logon(_) if cfg!(unix) => {
                "with systemd: systemctl --user enable --now keyagent.socket"
            }
            Self::NotRestricted { .. } => "stop it, and keyagent starts its own",
            Self::NotTaken { is_limited: true, .. } => {
                "it may not support lifetimes, confirmation, hosts or --later: stop it, and \
                 keyagent starts its own"
            }
            Self::NoPublicHalf { .. } => "put its `.pub` file beside it, or leave out --later",
            Self::NoHostKey { wants_user: true, .. } => {
                "it is on record for the user of a job log: name the user too, as in user@host:port"
            }
            Self::NoHostKey { .. } => {
                "log in there once, so that known_hosts has it, or name a file with --known-hosts FILE"
            }
            Self::NoSuchKey { .. } | Self::Ambiguous { .. } => {
                "name it by its file or its fingerprint; `keyagent list` shows them"
            }
            Self::NotOurs { .. } => "stop it with its own commands",
            Self::NoPath { .. } => {
                "these programs and PuTTY's find it anyway; `keyagent start` starts one for the others"
            }
            Self::NoPlace => "name a socket with --socket PATH",
            _ => return None,
        };
        Some(hint.to_owned())
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Key(error) => error.exit_code(),
            _ => contract::exit::FAILED,
        }
    }

    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Key(error) if error.is_closed_pipe())
    }
}
