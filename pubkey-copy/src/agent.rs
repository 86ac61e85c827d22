//! The keys that the agent of this session holds.

use keygen::PublicKeyLine;
use keygen::agent::{AgentError, Client};

/// The keys that the agent holds, in its order. Those of a kind we don't know are left out.
///
/// # Errors
/// When there is no agent, or none that answers.
pub fn keys() -> Result<Vec<PublicKeyLine>, AgentError> {
    let entries = Client::connect()?.list()?;
    let key = |entry: keygen::agent::message::Entry| {
        PublicKeyLine::from_blob(&entry.blob, &String::from_utf8_lossy(&entry.comment)).ok()
    };
    Ok(entries.into_iter().filter_map(key).collect())
}
