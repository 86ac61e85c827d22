//! The keys in the agent of this session.

use keygen::PublicKeyLine;
use keygen::agent::{AgentError, Client};

use crate::defaults::AGENT_TIMEOUT;

/// The agent's keys, in its order, without keys of unknown kinds.
///
/// # Errors
/// When there is no agent, or it does not answer.
pub fn keys() -> Result<Vec<PublicKeyLine>, AgentError> {
    let entries = Client::connect()?.list_within(AGENT_TIMEOUT)?;
    let key = |entry: keygen::agent::message::Entry| {
        PublicKeyLine::from_blob(&entry.blob, &String::from_utf8_lossy(&entry.comment)).ok()
    };
    Ok(entries.into_iter().filter_map(key).collect())
}
