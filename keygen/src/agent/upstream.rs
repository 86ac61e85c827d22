//! The agent that ran before ours; it still handles keys on FIDO tokens.

use super::client::Client;
use super::message::{self, Entry};

/// Another agent, if there was one.
#[derive(Debug, Default)]
pub(super) struct Upstream(pub(super) Option<String>);

impl Upstream {
    fn ask(&self, message: &[u8]) -> Option<Vec<u8>> {
        Client::connect_to(self.0.as_deref()?).ok()?.ask(message).ok()
    }

    /// Its keys on tokens.
    pub(super) fn hardware(&self) -> Vec<Entry> {
        let answer = self.ask(&[message::REQUEST_IDENTITIES]);
        let entries = answer.and_then(|answer| message::read_entries(&answer)).unwrap_or_default();
        entries.into_iter().filter(|entry| is_hardware(&entry.blob)).collect()
    }

    /// Its answer to a request for a signature, if the key is on a token.
    pub(super) fn sign(&self, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
        if is_hardware(key) { self.ask(message) } else { None }
    }

    /// Whether it removed the key, if that is on a token.
    pub(super) fn removes(&self, key: &[u8], message: &[u8]) -> bool {
        is_hardware(key) && self.passes(message)
    }

    /// Whether it does what the request asks.
    pub(super) fn passes(&self, message: &[u8]) -> bool {
        self.ask(message).as_deref() == Some(&[message::SUCCESS])
    }
}

fn is_hardware(blob: &[u8]) -> bool {
    message::algorithm(blob).is_some_and(|name| name.starts_with("sk-"))
}
