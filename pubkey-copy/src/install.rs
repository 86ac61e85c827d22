//! Installs the line on a server, or removes the key there, as `ssh-copy-id` does.
//!
//! `sshc` logs in, and the server runs `posix.sh` or `windows.ps1`. Their answers are lines of a
//! form of their own, which we find among any other output of the account.

mod answer;
mod script;
mod server_versions;
mod sshc;

use std::ffi::OsString;
use std::io;
use std::path::Path;

use crate::line::AuthorizedKey;
use answer::Answer;

pub use answer::{Change, Refusal};
pub(crate) use sshc::identities;

/// What to do with the key on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Afterwards the file contains the line once.
    Add,
    /// Afterwards the file contains no line with the key, whatever its options.
    Remove,
}

/// The request: where to install, and how.
#[derive(Clone, Debug)]
pub struct InstallRequest {
    /// What to do there.
    pub action: Action,
    /// The destination, as `sshc` reads it: not `-`.
    pub destination: String,
    /// Whether the destination was piped in, as from a job's log.
    pub is_piped: bool,
    /// Options for `sshc`.
    pub options: Vec<OsString>,
    /// The options for a second login if the first did not run our command: without the key, which
    /// the account may use for another purpose.
    pub without_key: Option<Vec<OsString>>,
}

/// What happened to the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was done.
    pub change: Change,
    /// The file on the server, as the server names it.
    pub file: String,
    /// What may still keep the server from accepting the key, in its words.
    pub warnings: Vec<String>,
}

/// Why the key could not be installed or removed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// No current server reads keys of this type.
    #[error("servers do not accept {0} keys")]
    Type(String),
    /// The program `sshc`, which logs in, was not found.
    #[error("sshc, which logs in, is neither beside this program nor in PATH")]
    NoSshc,
    /// `sshc` could not be started, or its streams failed.
    #[error("sshc cannot be run")]
    Sshc(#[source] io::Error),
    /// The login failed; `sshc` has said why.
    #[error("sshc could not log in")]
    Login,
    /// Something else answered: a forced command, a git server, a router.
    #[error("the account ran something other than the command{}", .said.as_ref().map_or_else(String::new, |said| format!(": {said}")))]
    Unanswered {
        /// Its last line, escaped.
        said: Option<String>,
    },
    /// The script on the server could not do it.
    #[error("{text}")]
    Refused {
        /// The kind of obstacle.
        why: Refusal,
        /// The script's explanation, escaped.
        text: String,
    },
}

/// Carries out the request.
///
/// # Errors
/// When the key is not as requested afterwards, or the result is unknown.
pub fn install(line: &AuthorizedKey, order: &InstallRequest) -> Result<Outcome, InstallError> {
    let algorithm = line.key().algorithm();
    if order.action == Action::Add && !server_versions::is_taken(algorithm) {
        return Err(InstallError::Type(algorithm.to_owned()));
    }
    let program = sshc::find().ok_or(InstallError::NoSshc)?;
    let outcome = attempt(&program, line, order, &order.options);
    match (&outcome, &order.without_key) {
        // The account has the key already, for another purpose.
        (Err(InstallError::Unanswered { .. }), Some(options)) => {
            attempt(&program, line, order, options)
        }
        _ => outcome,
    }
}

fn attempt(
    program: &Path,
    line: &AuthorizedKey,
    order: &InstallRequest,
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
