//! The errors in using an agent.

use std::io;
use std::time::Duration;

use contract::shown;

/// Why an agent could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// No agent is running, or the variable that names it is not set here.
    #[error("no agent was found: {why}")]
    NotThere {
        /// What was tried.
        why: &'static str,
    },
    /// An agent is named but cannot be reached.
    #[error("the agent at `{}` does not answer", shown(.path))]
    Unreachable {
        /// Its address.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// It accepted the request and did not answer.
    #[error("the agent at `{}` has not answered within {time_limit:?}", shown(.path))]
    Silent {
        /// Its address.
        path: String,
        /// How long we waited.
        time_limit: Duration,
    },
    /// The agent belongs to another user.
    #[error("the agent at `{}` belongs to another user ({})", shown(.path), shown(.owner))]
    Foreign {
        /// Its address.
        path: String,
        /// That user, in the system's words.
        owner: String,
    },
    /// Its answer is invalid.
    #[error("the agent's answer is malformed")]
    Nonsense,
    /// The agent or its user refused.
    #[error("the agent refused {request}")]
    Refused {
        /// What was asked for.
        request: &'static str,
    },
    /// The request is longer than any agent reads.
    #[error("the request is longer than 256 KiB")]
    TooLong,
}
