//! How an agent can fail us.

use std::io;
use std::time::Duration;

use contract::shown;

/// Why an agent could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// No agent is running, or the variable that leads to it did not get here.
    #[error("no agent is there: {why}")]
    NotThere {
        /// What was looked for.
        why: &'static str,
    },
    /// It is named but cannot be reached.
    #[error("the agent at `{}` does not answer", shown(.path))]
    Unreachable {
        /// The socket or pipe.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// It took the question and said nothing.
    #[error("the agent at `{}` has not answered within {patience:?}", shown(.path))]
    Silent {
        /// The socket or pipe.
        path: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// Another user listens there.
    #[error("the agent at `{}` belongs to another user ({})", shown(.path), shown(.owner))]
    Foreign {
        /// The socket or pipe.
        path: String,
        /// That user, in the system's words.
        owner: String,
    },
    /// What it answered is not an answer.
    #[error("the agent's answer makes no sense")]
    Nonsense,
    /// It said no, or its user did.
    #[error("the agent refused {request}")]
    Refused {
        /// What was asked for.
        request: &'static str,
    },
    /// The request is longer than any agent reads.
    #[error("the request is longer than 256 KiB")]
    TooLong,
}
