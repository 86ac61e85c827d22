//! The agent that ran before ours; it still handles keys on FIDO tokens.

use std::time::Duration;

use super::client::Client;
use super::message::{self, Entry};

/// How long an answer may take for which ours wait, too.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// Another agent, if there was one.
#[derive(Debug, Default)]
pub(super) struct Upstream(pub(super) Option<String>);

impl Upstream {
    fn ask(&self, message: &[u8]) -> Option<Vec<u8>> {
        Client::connect_to(self.0.as_deref()?).ok()?.ask(message).ok()
    }

    /// The agent at one of these addresses, if one answers. Another `keyagent` is skipped in favour
    /// of the agent that it uses, so that two of them never ask each other in a circle.
    pub(super) fn find(places: impl IntoIterator<Item = String>, ours: &str) -> Self {
        let real = |place: String| {
            let client = Client::connect_within(&place, TIME_LIMIT).ok()?;
            match client.status_within(TIME_LIMIT) {
                Ok(Some(status)) => status.upstream,
                Ok(None) => Some(place),
                // It could be ourselves, under another name.
                Err(_) => None,
            }
        };
        Self(places.into_iter().filter_map(real).find(|place| place != ours))
    }

    /// Its keys on tokens.
    pub(super) fn hardware(&self) -> Vec<Entry> {
        let list =
            |place: &String| Client::connect_within(place, TIME_LIMIT)?.list_within(TIME_LIMIT);
        let entries = self.0.as_ref().and_then(|place| list(place).ok()).unwrap_or_default();
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

    /// Removes its keys on tokens; its other keys are not ours.
    pub(super) fn remove_hardware(&self) {
        for entry in self.hardware() {
            // What it keeps stays in the list.
            self.passes(&message::of_string(message::REMOVE_IDENTITY, &entry.blob));
        }
    }

    /// Whether it does what the request asks.
    pub(super) fn passes(&self, message: &[u8]) -> bool {
        self.ask(message).as_deref() == Some(&[message::SUCCESS])
    }
}

fn is_hardware(blob: &[u8]) -> bool {
    message::algorithm(blob).is_some_and(|name| name.starts_with("sk-"))
}
