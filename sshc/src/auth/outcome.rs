//! The result of one attempt to log in.

use std::time::Duration;

use russh::client::AuthResult;
use russh::{MethodKind, MethodSet};
use tokio::time::timeout;

use crate::Error;

/// The result of one attempt.
pub(super) enum Outcome {
    Accepted,
    /// Not accepted; contains the methods that may be tried now.
    Refused {
        remaining: MethodSet,
        partial: bool,
    },
    /// The key could not be used, for this reason; the server was not asked, or waits for another
    /// attempt.
    NotUsed(String),
    /// The same, because its passphrase cannot be asked for.
    Unasked(String),
}

impl Outcome {
    /// Nothing was sent, so nothing new is known.
    pub(super) fn unchanged() -> Self {
        Self::Refused { remaining: MethodSet::empty(), partial: false }
    }

    /// A plain refusal, after which another key may be offered.
    pub(super) fn allows_publickey(&self) -> bool {
        let Self::Refused { remaining, partial: false } = self else { return false };
        remaining.contains(&MethodKind::PublicKey)
    }

    /// A plain refusal, after which something else may be tried.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { partial: false, .. })
    }
}

impl From<AuthResult> for Outcome {
    fn from(result: AuthResult) -> Self {
        match result {
            AuthResult::Success => Self::Accepted,
            AuthResult::Failure { remaining_methods, partial_success } => {
                Self::Refused { remaining: remaining_methods, partial: partial_success }
            }
        }
    }
}

/// Waits for the server's answer, up to a deadline.
pub(super) async fn answered<T, E>(
    time_limit: Duration,
    attempt: impl Future<Output = Result<T, E>>,
) -> Result<T, Error>
where
    Error: From<E>,
{
    match timeout(time_limit, attempt).await {
        Ok(outcome) => outcome.map_err(Error::from),
        Err(_) => Err(Error::Protocol(russh::Error::InactivityTimeout)),
    }
}
