//! The errors of `sshc`, in the words that a user reads.
//!
//! Text from a server, a log or a file is escaped before it becomes part of a message.

use std::io;
use std::path::Path;
use std::time::Duration;

use contract::exit;
use contract::shown;

use crate::advice;
use crate::agent::AgentError;
use crate::config;
use crate::known_hosts;
use crate::putty;
use crate::reason::Reason;

mod protocol;
mod reason_of;

use protocol::plain_russh;
pub(crate) use reason_of::Unresolved;

/// Why `sshc` could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    /// A standard stream or the terminal failed.
    #[error("cannot use {what}")]
    Stream {
        /// Which: `standard input`, `the terminal`.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// The session log or the event log could not be written.
    #[error("cannot write the log `{file}`")]
    Log {
        /// Its name, escaped.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// The command line has contradictory or unknown parts.
    #[error("{0}")]
    Usage(String),
    /// Neither the arguments nor standard input named a destination.
    #[error("no destination: {0}")]
    NoDestination(&'static str),
    /// The destination argument is invalid.
    #[error("cannot use the destination: {0}")]
    Destination(String),
    /// The first line of standard input is not a target.
    #[error("cannot use the destination on standard input")]
    Target(#[source] joblog_parse::TargetError),
    /// `--announced`, but there is no service to open.
    #[error("cannot open the announced services: {0}")]
    NothingAnnounced(&'static str),
    /// The services on standard input are invalid.
    #[error("cannot open the announced services")]
    Services(#[source] joblog_parse::ServiceError),
    /// The configuration could not be read or understood.
    #[error("cannot use the configuration")]
    Config(#[source] config::Error),
    /// The TCP connection failed.
    #[error("cannot connect to {place}")]
    Dial {
        /// Host and port.
        place: String,
        /// Why.
        source: io::Error,
    },
    /// A proxy or its command failed.
    #[error("cannot connect to {place} through the proxy: {reason}")]
    Proxy {
        /// Host and port.
        place: String,
        /// Why.
        reason: ProxyFailure,
    },
    /// The proxy command could not be started, or ended too early.
    #[error("cannot connect to {place}: the proxy command `{command}` {fate}")]
    ProxyCommand {
        /// Host and port.
        place: String,
        /// The command, escaped.
        command: String,
        /// How it ended.
        fate: String,
    },
    /// Nothing was received in time.
    #[error("cannot connect to {place}: {waited_for} within {time_limit:?}")]
    Timeout {
        /// The reason code.
        code: Reason,
        /// Host and port.
        place: String,
        /// What was expected.
        waited_for: &'static str,
        /// How long we waited.
        time_limit: Duration,
    },
    /// A proxy did not answer in time, or not completely.
    #[error("cannot connect to {place}: no answer from the proxy {proxy} within {time_limit:?}")]
    ProxyTimeout {
        /// Host and port.
        place: String,
        /// Host and port of the proxy, escaped.
        proxy: String,
        /// How long we waited.
        time_limit: Duration,
    },
    /// The other side sent no SSH-2 version.
    #[error("cannot start a session with {place}: {reason}")]
    NoVersion {
        /// The reason code.
        code: Reason,
        /// Host and port.
        place: String,
        /// What it sent instead, escaped.
        reason: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The key exchange failed, or there is no algorithm in common.
    #[error("cannot start a session with {place}: {reason}")]
    Handshake {
        /// The reason code.
        code: Reason,
        /// Host and port.
        place: String,
        /// Why, escaped.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// `RefuseConnection`
    #[error("the configuration refuses connections to {}: {}", contract::shown(.host), contract::shown(.reason))]
    RefusedByConfiguration {
        /// The host as the user named it.
        host: String,
        /// What the configuration says.
        reason: String,
    },
    /// The host key is wrong, or could not be verified.
    #[error("{message}")]
    HostKey {
        /// The reason code.
        code: Reason,
        /// The whole refusal, on one line.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The server refused the login.
    #[error("cannot log in as `{user}` to {place}: {reason}")]
    Login {
        /// The reason code.
        code: Reason,
        /// The user's name, escaped.
        user: String,
        /// Host and port.
        place: String,
        /// What was tried and what the server said.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
        /// Whether the same login may succeed later.
        may_pass: bool,
    },
    /// The key file could not be used.
    #[error("cannot use the key")]
    Key(#[source] keygen::Error),
    /// A question was not answered, or could not be asked.
    #[error("{0}")]
    Ask(String),
    /// A `known_hosts` file could not be read or written.
    #[error(transparent)]
    KnownHosts(known_hosts::Error),
    /// `--forget` found nothing.
    #[error("cannot forget {0}: nothing is on record for it")]
    NothingToForget(String),
    /// PuTTY's stored settings could not be used.
    #[error("cannot use PuTTY's stored data")]
    Putty(#[source] putty::Error),
    /// A forward could not be set up.
    #[error("cannot forward {what}: {reason}")]
    Forward {
        /// The forward, as requested.
        what: String,
        /// Why, escaped.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The server refused the shell, the command or the terminal.
    #[error("the server refused {0}")]
    Refused(String),
    /// A signal ended the remote program, and it has no number here.
    #[error("the program was ended by the signal {0}")]
    Signal(String),
    /// The connection ended before the program did.
    #[error("the connection to {place} was lost: {reason}")]
    Lost {
        /// Host and port.
        place: String,
        /// Why, escaped.
        reason: String,
    },
    /// A request to a shared connection failed (`-O`).
    #[error("cannot control the shared connection at `{path}`: {reason}")]
    Shared {
        /// The path of its socket, escaped.
        path: String,
        /// The cause, escaped.
        reason: String,
    },
    /// `--wait` waited without success.
    #[error("waited {time_limit:?} for {place} without success: {}", .last.plain())]
    Waited {
        /// Host and port.
        place: String,
        /// How long we waited.
        time_limit: Duration,
        /// Why the last attempt failed.
        last: Box<Error>,
    },
    /// The agent failed.
    #[error("cannot use the agent")]
    Agent(#[source] AgentError),
    /// An error of the SSH library that has no better name here.
    #[error("{}", plain_russh(.0))]
    Protocol(russh::Error),
}

/// Why a proxy did not connect us.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFailure {
    /// It requires a login, and no user was given.
    #[error("the proxy wants a login")]
    WantsLogin,
    /// It did not accept the login.
    #[error("the proxy refused the password")]
    WrongPassword,
    /// Something else, escaped.
    #[error("{0}")]
    Other(String),
}

impl From<io::Error> for ProxyFailure {
    fn from(cause: io::Error) -> Self {
        Self::Other(contract::report::cause(&cause))
    }
}

impl Error {
    /// The error for a log that cannot be written.
    pub(crate) fn log(file: &Path, source: io::Error) -> Self {
        Self::Log { file: shown(file), source }
    }

    /// The message with its causes, on one line.
    #[must_use]
    pub fn plain(&self) -> String {
        contract::report::message(self)
    }
}

impl contract::Failure for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoDestination(_) => Some(
                "name it (`sshc user@host`), or pipe it in: `joblog-parse log.txt | sshc …`".into(),
            ),
            Self::NothingAnnounced(_) => Some(
                "`joblog-parse --json log.txt | sshc --announced` passes the services on".into(),
            ),
            Self::HostKey { hint, .. } | Self::Login { hint, .. } | Self::Forward { hint, .. } => {
                hint.clone()
            }
            Self::Dial { .. } | Self::Timeout { code: Reason::NoAnswer, .. } => {
                advice::unreached(self.reason(), &advice::NetworkFacts::default())
            }
            Self::Timeout { .. } => Some(advice::STALLED.into()),
            Self::Lost { .. } => Some(advice::LOST.into()),
            Self::ProxyTimeout { .. } => Some(advice::PROXY_SILENT.into()),
            Self::Proxy { reason: ProxyFailure::WantsLogin, .. } => {
                Some(advice::PROXY_LOGIN.into())
            }
            Self::Refused(_) => advice::login(Reason::SessionRefused).map(str::to_owned),
            Self::Handshake { hint, .. } => hint.clone(),
            Self::NoVersion { hint, .. } => Some((*hint).to_owned()),
            Self::Waited { last, .. } => last.hint(),
            Self::Key(cause) => cause.hint(),
            Self::Config(cause) => cause.hint(),
            Self::KnownHosts(cause) => cause.hint(),
            Self::Putty(cause) => cause.hint(),
            Self::Agent(cause) => cause.hint().map(str::to_owned),
            _ => None,
        }
    }

    /// 255 as in ssh, except for wrong usage; lower statuses belong to the remote command.
    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => exit::USAGE,
            _ => 255,
        }
    }

    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<russh::Error> for Error {
    fn from(cause: russh::Error) -> Self {
        Self::Protocol(cause)
    }
}

impl From<AgentError> for Error {
    fn from(cause: AgentError) -> Self {
        Self::Agent(cause)
    }
}

impl From<russh::SendError> for Error {
    fn from(_: russh::SendError) -> Self {
        Self::Protocol(russh::Error::SendError)
    }
}
