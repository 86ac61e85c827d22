//! The keys in the agent of this session.

use std::time::Duration;

use keygen::PublicKeyLine;
use keygen::agent::{AgentError, Client};

/// How long listing may take. No agent asks a person for that, but the connection may be slow.
const PATIENCE: Duration = Duration::from_secs(5);

/// The agent's keys, in its order, without keys of unknown kinds.
///
/// # Errors
/// When there is no agent, or it does not answer.
pub fn keys() -> Result<Vec<PublicKeyLine>, AgentError> {
    let entries = Client::connect()?.list_within(PATIENCE)?;
    let key = |entry: keygen::agent::message::Entry| {
        PublicKeyLine::from_blob(&entry.blob, &String::from_utf8_lossy(&entry.comment)).ok()
    };
    Ok(entries.into_iter().filter_map(key).collect())
}
