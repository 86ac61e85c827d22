//! Reason codes of errors, for scripts.

use std::io;

use super::{Error, ProxyFailure};
use crate::reason::Reason;

impl Error {
    /// The reason code for scripts.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Usage(_)
            | Self::NoDestination(_)
            | Self::Destination(_)
            | Self::Target(_)
            | Self::NothingAnnounced(_)
            | Self::Services(_)
            | Self::Config(_)
            | Self::RefusedByConfiguration { .. }
            | Self::NothingToForget(_) => Reason::Usage,
            Self::Output(_)
            | Self::Stream { .. }
            | Self::Shared { .. }
            | Self::Log { .. }
            | Self::KnownHosts(_)
            | Self::Putty(_) => Reason::Local,
            Self::Ask(_) => Reason::Unanswered,
            Self::Key(_) | Self::Agent(_) => Reason::KeyUnusable,
            Self::Dial { source, .. } => dial_reason(source),
            Self::Proxy {
                reason: ProxyFailure::WantsLogin | ProxyFailure::WrongPassword, ..
            } => Reason::ProxyLogin,
            Self::Proxy { reason: ProxyFailure::Other(_), .. }
            | Self::ProxyCommand { .. }
            | Self::ProxyTimeout { .. } => Reason::ProxyFailed,
            Self::Timeout { code, .. }
            | Self::NoVersion { code, .. }
            | Self::Handshake { code, .. }
            | Self::HostKey { code, .. }
            | Self::Login { code, .. } => *code,
            Self::Forward { .. } => Reason::ForwardRefused,
            Self::Refused(_) => Reason::SessionRefused,
            Self::Signal(_) => Reason::Signal,
            Self::Lost { .. } | Self::Protocol(_) => Reason::Lost,
            Self::Waited { last, .. } => last.reason(),
        }
    }

    /// Whether waiting may be enough to solve it.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Login { may_pass, .. } => *may_pass,
            _ => self.reason().may_pass(),
        }
    }
}

/// A host name without an address, in the system's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unresolved(pub(crate) String);

fn dial_reason(cause: &io::Error) -> Reason {
    use io::ErrorKind as K;
    let inner = cause.get_ref();
    match cause.kind() {
        _ if inner.is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unresolved>) => {
            Reason::NameNotFound
        }
        K::AddrNotAvailable => Reason::NoAddress,
        K::ConnectionRefused => Reason::Refused,
        K::TimedOut => Reason::NoAnswer,
        K::ConnectionReset | K::ConnectionAborted => Reason::Closed,
        _ => Reason::Unreachable,
    }
}
