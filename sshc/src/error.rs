//! What can go wrong, in the words a user reads.
//!
//! Whatever comes from a server, a log or a file is escaped before it becomes part of a message.

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
mod reasons;

use protocol::plain_russh;
pub(crate) use reasons::Unresolved;

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
    /// The log of the session or that of what happened.
    #[error("cannot write the log `{file}`")]
    Log {
        /// Its name, escaped.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// The command line asks for two things that exclude each other, or for something unknown.
    #[error("{0}")]
    Usage(String),
    /// Neither the arguments nor standard input named a destination.
    #[error("no destination: {0}")]
    NoDestination(&'static str),
    /// The destination argument is invalid.
    #[error("cannot use the destination: {0}")]
    Destination(String),
    /// The first line of standard input is no target.
    #[error("cannot use the destination on standard input")]
    Target(#[source] joblog_parse::TargetError),
    /// `--announced`, but there is nothing to open.
    #[error("cannot open what is announced: {0}")]
    NothingAnnounced(&'static str),
    /// The services on standard input are not as they must be.
    #[error("cannot open what is announced")]
    Services(#[source] joblog_parse::ServiceError),
    /// The configuration could not be read or understood.
    #[error("cannot use the configuration")]
    Config(#[source] config::Error),
    /// No TCP connection came about.
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
    /// The command that is the connection could not be started, or ended too early.
    #[error("cannot connect to {place}: the proxy command `{command}` {fate}")]
    ProxyCommand {
        /// Host and port.
        place: String,
        /// The command, escaped.
        command: String,
        /// What became of it.
        fate: String,
    },
    /// Nothing was heard in time.
    #[error("cannot connect to {place}: {waited_for} within {patience:?}")]
    Timeout {
        /// Which of the codes it is.
        code: Reason,
        /// Host and port.
        place: String,
        /// What did not come.
        waited_for: &'static str,
        /// How long we waited.
        patience: Duration,
    },
    /// A proxy said nothing in time, or did not finish.
    #[error("cannot connect to {place}: no answer from the proxy {proxy} within {patience:?}")]
    ProxyTimeout {
        /// Host and port.
        place: String,
        /// Host and port of the proxy, escaped.
        proxy: String,
        /// How long we waited.
        patience: Duration,
    },
    /// The other side showed no version of SSH-2.
    #[error("cannot start a session with {place}: {reason}")]
    NoVersion {
        /// Which of the codes it is.
        code: Reason,
        /// Host and port.
        place: String,
        /// What it said instead, escaped.
        reason: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The key exchange failed, or we have no algorithm in common.
    #[error("cannot start a session with {place}: {reason}")]
    Handshake {
        /// Which of the codes it is.
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
        /// The host as it was named.
        host: String,
        /// What the configuration says.
        reason: String,
    },
    /// The server's key is not the one it should be, or nobody vouched for it.
    #[error("{message}")]
    HostKey {
        /// Which of the codes it is.
        code: Reason,
        /// The whole refusal, one line.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The server did not let us in.
    #[error("cannot log in as `{user}` to {place}: {reason}")]
    Login {
        /// Which of the codes it is.
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
    /// A question to the user was not answered, or could not be asked.
    #[error("{0}")]
    Ask(String),
    /// The known-hosts files could not be read or written.
    #[error(transparent)]
    KnownHosts(known_hosts::Error),
    /// `--forget` found nothing.
    #[error("cannot forget {0}: nothing is on record for it")]
    NothingToForget(String),
    /// What PuTTY has stored could not be used.
    #[error("cannot use what PuTTY has stored")]
    Putty(#[source] putty::Error),
    /// A forward could not be set up.
    #[error("cannot forward {what}: {reason}")]
    Forward {
        /// The forward, as it was asked for.
        what: String,
        /// Why, escaped.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The server refused the shell, the command or the terminal.
    #[error("the server refused {0}")]
    Refused(String),
    /// A signal that has no number here ended the remote program.
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
    /// What `--wait` waited for did not come.
    #[error("waited {patience:?} in vain for {place}: {}", .last.plain())]
    Waited {
        /// Host and port.
        place: String,
        /// How long we waited.
        patience: Duration,
        /// Why the last attempt failed.
        last: Box<Error>,
    },
    /// The agent failed.
    #[error("cannot use the agent")]
    Agent(#[source] AgentError),
    /// The SSH library reported something that has no better name here.
    #[error("{}", plain_russh(.0))]
    Protocol(russh::Error),
}

/// Why a proxy did not connect us.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFailure {
    /// It wants a login, and the user named nobody.
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
    /// A log that cannot be written.
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
                advice::unreached(self.reason(), &advice::Known::default())
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

    /// 255 as ssh's for everything but wrong usage: lower ones belong to the remote command.
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
