//! The keys that the agent of this session holds.

use std::time::Duration;

use keygen::PublicKeyLine;
use keygen::agent::{AgentError, Client};

/// How long the list may take: no agent asks a person for it, but its line may be a slow one.
const PATIENCE: Duration = Duration::from_secs(5);

/// The keys that the agent holds, in its order. Those of a kind we don't know are left out.
///
/// # Errors
/// When there is no agent, or none that answers.
pub fn keys() -> Result<Vec<PublicKeyLine>, AgentError> {
    let entries = Client::connect()?.list_within(PATIENCE)?;
    let key = |entry: keygen::agent::message::Entry| {
        PublicKeyLine::from_blob(&entry.blob, &String::from_utf8_lossy(&entry.comment)).ok()
    };
    Ok(entries.into_iter().filter_map(key).collect())
}
