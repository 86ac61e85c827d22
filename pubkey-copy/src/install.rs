//! Installs the line on a server, or takes the key away there, as `ssh-copy-id` does.
//!
//! `sshc` logs in; what the server runs is in `posix.sh` and `windows.ps1`. They answer in lines of
//! their own, which are found among whatever else the account prints.

mod answer;
mod required;
mod script;
mod sshc;

use std::ffi::OsString;
use std::io;
use std::path::Path;

use crate::line::AuthorizedKey;
use answer::Answer;

pub use answer::{Change, Refusal};
pub(crate) use sshc::identities;

/// What is to happen to the key on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The line is there afterwards, once.
    Add,
    /// No line with the key is there afterwards, whatever its options.
    Remove,
}

/// Where to, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// What to do there.
    pub action: Action,
    /// The destination, as `sshc` reads it: not `-`.
    pub destination: String,
    /// Whether the destination was piped in, as from a job's log.
    pub is_piped: bool,
    /// Options for `sshc`.
    pub options: Vec<OsString>,
    /// Those for a second login where something else than the command ran: without the key, which
    /// the account may have for another purpose.
    pub without_key: Option<Vec<OsString>>,
}

/// What has become of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was done.
    pub change: Change,
    /// The file on the server, as the server names it.
    pub file: String,
    /// What may keep the server from taking the key all the same, in its words.
    pub warnings: Vec<String>,
}

/// Why the key could not be installed or removed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// No current server reads keys of this type.
    #[error("servers take no {0} keys")]
    Type(String),
    /// The login is the work of another program.
    #[error("sshc, which logs in, is neither beside this program nor in PATH")]
    NoSshc,
    /// It could not be started, or its streams broke.
    #[error("sshc cannot be run")]
    Sshc(#[source] io::Error),
    /// It has said why.
    #[error("sshc did not get in")]
    Login,
    /// A forced command, a server for git, a router: something else answered.
    #[error("the account ran something else than the command{}", .said.as_ref().map_or_else(String::new, |said| format!(": {said}")))]
    Unanswered {
        /// The last that it said, escaped.
        said: Option<String>,
    },
    /// The server's side could not do it.
    #[error("{text}")]
    Refused {
        /// Of what kind the obstacle is.
        why: Refusal,
        /// What it is, in the words of the script on the server, escaped.
        text: String,
    },
}

/// Carries the order out.
///
/// # Errors
/// When the key is not as ordered afterwards, or nothing said whether it is.
pub fn install(line: &AuthorizedKey, order: &Order) -> Result<Outcome, InstallError> {
    let algorithm = line.key().algorithm();
    if order.action == Action::Add && !required::is_taken(algorithm) {
        return Err(InstallError::Type(algorithm.to_owned()));
    }
    let program = sshc::find().ok_or(InstallError::NoSshc)?;
    let outcome = attempt(&program, line, order, &order.options);
    match (&outcome, &order.without_key) {
        // The key is there already, and for something else.
        (Err(InstallError::Unanswered { .. }), Some(options)) => {
            attempt(&program, line, order, options)
        }
        _ => outcome,
    }
}

fn attempt(
    program: &Path,
    line: &AuthorizedKey,
    order: &Order,
    options: &[OsString],
) -> Result<Outcome, InstallError> {
    let mut input = Vec::new();
    if order.is_piped {
        input.extend_from_slice(order.destination.as_bytes());
        input.push(b'\n');
    }
    input.extend_from_slice(script::input(line, order.action).as_bytes());
    let ran = sshc::run(program, order, options, input).map_err(InstallError::Sshc)?;
    let answer = Answer::read(&ran.stdout);
    if !answer.is_empty() {
        return answer.outcome();
    }
    if ran.failed_itself() {
        return Err(InstallError::Login);
    }
    let said = answer::last_words(&ran.stdout).or_else(|| answer::last_words(&ran.stderr));
    Err(InstallError::Unanswered { said })
}
