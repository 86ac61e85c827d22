//! Findings in a log: candidates, and why one is refused.

use std::num::NonZeroU16;

use super::evidence::Evidence;
use super::wording::Wording;
use crate::escaped::Escaped;
use crate::service::{Port, Service, Site};
use crate::target::{Host, HostKey, Target, TargetError};

/// How a log states the login; earlier variants are stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// An `ssh` command line, or an `ssh://` address.
    Command,
    /// Labelled fields: JSON, `key=value`, an ssh_config block, a table.
    Fields,
    /// Sentences: `Username: …`, `public IP address of the master node: …`.
    Prose,
    /// A bare `user@address`.
    Address,
    /// An `scp`, `rsync` or `sftp` command line.
    Copy,
    /// A match of `--pattern`, which replaces all others.
    Pattern,
}

impl Tier {
    /// The name that `--json` and `--explain` use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Fields => "fields",
            Self::Prose => "prose",
            Self::Address => "address",
            Self::Copy => "copy",
            Self::Pattern => "pattern",
        }
    }
}

/// A place in a log that may announce a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The number of its line, counted from 1.
    pub line: u64,
    /// How the log states it.
    pub tier: Tier,
    /// The line as it is shown.
    pub text: Escaped,
    /// The job that the line names.
    pub job: Option<String>,
    /// Whether it is a session that can only watch.
    pub is_read_only: bool,
    /// How many times a cluster had ended (terminated, stopped or restarted) before this line.
    pub era: u32,
    /// The evidence for and against it.
    pub evidence: Evidence,
    /// What the words around it say.
    pub wording: Wording,
    /// The target, or why it was refused.
    pub outcome: Result<Target, Refusal>,
}

/// A finding in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A candidate for the target.
    Candidate(Box<Candidate>),
    /// The key of a host.
    HostKey(Box<AnnouncedKey>),
    /// A machine that no longer exists; without a name, all machines so far.
    Gone(Option<Host>),
    /// The name of a cluster or machine that no longer exists: the first label of its host name.
    GoneNamed(String),
    /// A service besides the login.
    Service(Box<AnnouncedService>),
    /// A service that has ended.
    ServiceGone(Site, Port),
}

/// A service, and where the log announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedService {
    /// The service.
    pub service: Service,
    /// The number of its line, counted from 1.
    pub line: u64,
    /// The job that the line names.
    pub job: Option<String>,
    /// How many times a cluster had ended (terminated, stopped or restarted) before this line.
    pub era: u32,
    /// The near port of the tunnel, if it was announced as one.
    pub near_port: Option<u16>,
}

/// The key of a host, as a log announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedKey {
    /// The host; `None` for the last one announced before, or else the next.
    pub host: Option<Host>,
    /// The port, if the key is that of one port of the host.
    pub port: Option<NonZeroU16>,
    /// What kind of key it is.
    pub kind: KeyKind,
    /// Its fingerprint.
    pub key: HostKey,
}

/// Kinds of host keys in the order in which `sshc` prefers them: a server shows only the first of
/// these that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// A key of unknown kind that was announced for `sshc`.
    Told,
    /// Ed25519.
    Ed25519,
    /// ECDSA.
    Ecdsa,
    /// RSA.
    Rsa,
}

/// Why a candidate is not a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A part of it is invalid.
    #[error(transparent)]
    Invalid(#[from] TargetError),
    /// A private or loopback address without a jump host.
    #[error("`{0}` is private or loopback, and no jump host leads there")]
    Private(Escaped),
    /// The address of a reader or visitor.
    #[error("`{0}` is the address of the reader, not of the cluster")]
    Reader(Escaped),
    /// A version, a network, a proxy, a licence server or similar.
    #[error("{0} is not a cluster's address")]
    OtherService(Escaped),
    /// An account that is not for logging in.
    #[error("`{0}` is not an account to log in to")]
    NoLogin(Escaped),
    /// A mail address, or a licence's `port@host`.
    #[error("`{0}` looks like a mail address or a licence server")]
    Mail(Escaped),
    /// A shell's prompt, `user@host:~$`.
    #[error("`{0}` is a shell's prompt")]
    Prompt(Escaped),
    /// An option that the program does not have.
    #[error("there is no option `{0}`")]
    UnknownOption(Escaped),
    /// The command ends before a destination.
    #[error("the command names no destination")]
    NoDestination,
    /// The command only leads to another host.
    #[error("the command leads on to another host")]
    JumpHost,
    /// It is in a line about something else.
    #[error("`{0}` is only mentioned")]
    Mentioned(Escaped),
    /// The line names several hosts, and nothing says which one is meant.
    #[error("`{0}` and `{1}` are named alike: two hosts too close to tell apart")]
    Ambiguous(Escaped, Escaped),
    /// An address without a user.
    #[error("`{0}` has no user")]
    NoUser(Escaped),
}

impl Refusal {
    /// Whether the words around it were the reason, not the names in it.
    pub(super) fn is_about_words(&self) -> bool {
        matches!(
            self,
            Self::Reader(_)
                | Self::OtherService(_)
                | Self::Mail(_)
                | Self::Prompt(_)
                | Self::Mentioned(_)
                | Self::NoUser(_)
        )
    }
}
