//! The errors in using an agent.

use std::io;

use contract::shown;

/// Why an agent could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// The variable that should name the agent is not set.
    #[error("the environment variable `{}` does not name an agent", shown(.name))]
    Unset {
        /// The variable's name.
        name: String,
    },
    /// There is no agent.
    #[error("no agent is running")]
    NoAgent,
    /// It cannot be reached.
    #[error("cannot reach the agent at `{}`", shown(.agent))]
    Unreachable {
        /// Its socket or pipe, or `Pageant`.
        agent: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The connection to it failed.
    #[error("the agent at `{}` hung up", shown(.agent))]
    HungUp {
        /// Its socket or pipe, or `Pageant`.
        agent: String,
        /// The system's answer.
        source: io::Error,
    },
    /// It did not answer in time.
    #[error("the agent at `{}` did not answer within {seconds} s", shown(.agent))]
    Silent {
        /// Its socket or pipe, or `Pageant`.
        agent: String,
        /// The deadline that passed.
        seconds: u64,
    },
    /// Its answer is invalid.
    #[error("the agent at `{}` answered with {what}", shown(.agent))]
    Protocol {
        /// Its socket or pipe, or `Pageant`.
        agent: String,
        /// What is wrong with the answer.
        what: &'static str,
    },
    /// The agent or its user refused.
    #[error("the agent at `{}` refused {request}", shown(.agent))]
    Refused {
        /// Its socket or pipe, or `Pageant`.
        agent: String,
        /// What was asked for.
        request: &'static str,
    },
    /// It signed with another algorithm than requested.
    #[error(
        "the agent at `{}` signed with {} instead of {wanted}",
        shown(.agent),
        shown(.signed)
    )]
    OtherAlgorithm {
        /// Its socket or pipe, or `Pageant`.
        agent: String,
        /// The algorithm of the signature.
        signed: String,
        /// The requested algorithm.
        wanted: &'static str,
    },
    /// The key cannot be sent to an agent.
    #[error("the key cannot be written for an agent")]
    Key(#[from] keygen::Error),
    /// The SSH connection that needed the signature has ended.
    #[error("the connection ended while the agent signed")]
    Connection(#[from] russh::SendError),
}

impl AgentError {
    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unset { .. } | Self::NoAgent | Self::Unreachable { .. } => {
                Some("start an agent, or pass --agent none to go without")
            }
            Self::OtherAlgorithm { .. } => {
                Some("the agent is too old for RSA with SHA-2; use a newer one, or an Ed25519 key")
            }
            _ => None,
        }
    }
}
