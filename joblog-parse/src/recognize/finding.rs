//! What is found in a log: candidates, and why one is refused.

use std::num::NonZeroU16;

use super::evidence::Evidence;
use crate::escaped::Escaped;
use crate::service::{Port, Service, Site};
use crate::target::{Host, HostKey, Target, TargetError};

/// How a log says where to log in; the earlier ones are the stronger.
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
    /// A match of `--pattern`, which takes the place of all others.
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
    /// How it says so.
    pub tier: Tier,
    /// The line as it looked.
    pub text: Escaped,
    /// The job that the log names with it.
    pub job: Option<String>,
    /// Whether it is a session that can only watch.
    pub is_read_only: bool,
    /// How often a cluster was said to be terminated, stopped or restarted before.
    pub era: u32,
    /// What speaks for and against it.
    pub evidence: Evidence,
    /// What it comes to.
    pub outcome: Result<Target, Refusal>,
}

/// What a log gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A candidate for the target.
    Candidate(Box<Candidate>),
    /// The key of a host.
    HostKey(Box<AnnouncedKey>),
    /// A machine that is no more; every one so far, where none is named.
    Gone(Option<Host>),
    /// A cluster or machine of this name that is no more: the first part of its host's name.
    GoneNamed(String),
    /// A service beside the login.
    Service(Box<AnnouncedService>),
    /// A service that has ended.
    ServiceGone(Site, Port),
}

/// A service, and where a log announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedService {
    /// The service.
    pub service: Service,
    /// The number of its line, counted from 1.
    pub line: u64,
    /// The job that the log names with it.
    pub job: Option<String>,
    /// How often a cluster was said to be terminated, stopped or restarted before.
    pub era: u32,
    /// The port at the near end, where it was announced as a tunnel.
    pub near_port: Option<u16>,
}

/// The key of a host, as a log announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedKey {
    /// Whose it is; without a host, of the one announced last before, or else next.
    pub host: Option<Host>,
    /// The port, where it is that of one port of the host.
    pub port: Option<NonZeroU16>,
    /// What kind of key it is.
    pub kind: KeyKind,
    /// Its fingerprint.
    pub key: HostKey,
}

/// Kinds of host keys in the order in which `sshc` asks for them: a server shows only the first one
/// that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// Whatever it is, it was announced for us.
    Told,
    /// Ed25519.
    Ed25519,
    /// ECDSA.
    Ecdsa,
    /// RSA.
    Rsa,
}

/// Why a candidate is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A part of it breaks the rules.
    #[error(transparent)]
    Invalid(#[from] TargetError),
    /// A private or loopback address, and no jump host before it.
    #[error("`{0}` is private or loopback, and no jump host leads there")]
    Private(Escaped),
    /// The address of the one who reads or connected.
    #[error("`{0}` is the address of the reader, not of the cluster")]
    Reader(Escaped),
    /// A version, network, proxy, licence server and the like.
    #[error("{0} is not a cluster's address")]
    OtherService(Escaped),
    /// An account that nobody logs in to.
    #[error("`{0}` is not an account to log in to")]
    NoLogin(Escaped),
    /// An address of mail, or a licence's `port@host`.
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
    /// The command serves to get to another host.
    #[error("the command leads on to another host")]
    JumpHost,
    /// It stands in a line about something else.
    #[error("`{0}` is only mentioned")]
    Mentioned(Escaped),
    /// A line names more than one host, and nothing tells which is meant.
    #[error("`{0}` and `{1}` are named alike: two hosts too close to tell apart")]
    Ambiguous(Escaped, Escaped),
    /// An address without a user.
    #[error("`{0}` comes without a user")]
    NoUser(Escaped),
}
