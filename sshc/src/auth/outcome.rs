//! What one attempt to log in came to.

use std::time::Duration;

use russh::MethodSet;
use russh::client::AuthResult;
use tokio::time::timeout;

use crate::Error;

/// What one attempt came to.
pub(super) enum Outcome {
    Accepted,
    /// Not accepted; the methods that may be tried now.
    Refused {
        remaining: MethodSet,
        partial: bool,
    },
    /// The key could not be used, and why; the server was not asked, or waits for another try.
    NotUsed(String),
    /// The same, because nobody can be asked for its passphrase.
    Unasked(String),
}

impl Outcome {
    /// Nothing was sent, so nothing is known that was not known before.
    pub(super) fn unchanged() -> Self {
        Self::Refused { remaining: MethodSet::empty(), partial: false }
    }

    /// A plain no, behind which something else may be tried.
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

/// Waits for the server's answer, but not for ever.
pub(super) async fn answered<T, E>(
    patience: Duration,
    attempt: impl Future<Output = Result<T, E>>,
) -> Result<T, Error>
where
    Error: From<E>,
{
    match timeout(patience, attempt).await {
        Ok(outcome) => outcome.map_err(Error::from),
        Err(_) => Err(Error::Protocol(russh::Error::InactivityTimeout)),
    }
}
