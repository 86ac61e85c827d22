//! The errors of `joblog-parse`, in the words that a user reads.

use std::io;
use std::time::Duration;

use contract::exit;

use crate::choose::NearMiss;
use crate::escaped::Escaped;

/// Why `joblog-parse` could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    /// A source could not be opened or read to its end.
    #[error("cannot read {name}")]
    Read {
        /// The file, quoted, or `standard input`.
        name: String,
        /// The error of the system or of the decompressor.
        #[source]
        cause: io::Error,
    },
    /// A source is a directory; its name, quoted.
    #[error("cannot read {0}: Is a directory")]
    Directory(String),
    /// No source announces a target.
    #[error("no login found in {}", logs(*.sources))]
    NotFound {
        /// How many sources were read.
        sources: usize,
        /// What they have instead.
        instead: Option<NearMiss>,
    },
    /// A log lists several logins, and no word says which is the reader's.
    #[error("`{first}` and `{second}` are too close to tell which is meant")]
    Alike {
        /// One of them.
        first: Escaped,
        /// The latest of them.
        second: Escaped,
    },
    /// No source announces a service.
    #[error("no service found in {}", logs(*.sources))]
    NoService {
        /// How many sources were read.
        sources: usize,
    },
    /// More logins than `--all` can list.
    #[error(
        "cannot list every login: there are more than {}, or they need too much memory",
        crate::defaults::MOST_TARGETS
    )]
    TooMany,
    /// `--timeout` has passed.
    #[error("no login found in {} within {}", logs(*.sources), seconds(*.timeout))]
    TimedOut {
        /// How long was waited.
        timeout: Duration,
        /// How many sources were followed.
        sources: usize,
        /// The first file that does not exist.
        missing: Option<Escaped>,
    },
    /// The system could not start a thread.
    #[error("cannot read a pipe and wait at the same time")]
    Thread(#[source] io::Error),
}

fn logs(count: usize) -> String {
    if count == 1 { "the log".to_owned() } else { format!("{count} logs") }
}

/// What to do if the log has this instead of a login.
fn instead_of_login(found: Option<&NearMiss>, sources: usize) -> String {
    match found {
        Some(NearMiss::Private(host)) if !host.as_str().contains(['.', ':']) => {
            format!("`{host}` is a name without a domain; --allow-private accepts it")
        }
        Some(NearMiss::Private(host)) => {
            format!("`{host}` is a private or loopback address; --allow-private accepts it")
        }
        Some(NearMiss::NoUser(host)) => {
            format!(
                "it names the host `{host}`, but no user; if you know the user: sshc USER@{host}"
            )
        }
        Some(NearMiss::Nothing) => {
            let (is, its) = if sources == 1 { ("it is", "it") } else { ("they are", "them") };
            format!("{is} empty; --follow waits for a login in {its}")
        }
        None => "--explain lists every candidate, and why it was refused".into(),
    }
}

fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    format!("{seconds} s")
}

impl contract::Failure for Error {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotFound { instead, sources } => instead_of_login(instead.as_ref(), *sources),
            Self::Alike { .. } => "--all lists both, --first takes the first of them".into(),
            Self::TooMany => "--pattern narrows the search".into(),
            Self::Directory(_) => "name the log file in it".into(),
            Self::TimedOut { missing: Some(name), .. } => format!("`{name}` is not there"),
            Self::TimedOut { .. } => "--explain lists the candidates so far".into(),
            Self::NoService { .. } => "-L takes one by hand: port:host:hostport".into(),
            Self::Output(_) | Self::Read { .. } | Self::Thread(_) => return None,
        })
    }

    fn exit_code(&self) -> u8 {
        exit::FAILED
    }

    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}
