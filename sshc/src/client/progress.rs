//! Reports how far a connection has come while it is being made.

use std::fmt;
use std::sync::Arc;

/// A stage of the connection, in the server's own words if it has any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProgressEvent {
    /// The version of the server, not escaped.
    Version(String),
    /// The negotiated algorithms.
    Algorithms(String),
}

/// Receives each [`ProgressEvent`]; by default, there is no receiver.
#[derive(Clone, Default)]
pub(crate) struct ProgressObserver(Option<Arc<dyn Fn(ProgressEvent) + Send + Sync>>);

impl ProgressObserver {
    pub(crate) fn new(observer: impl Fn(ProgressEvent) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observer)))
    }

    pub(crate) fn tell(&self, event: impl FnOnce() -> ProgressEvent) {
        if let Some(observer) = &self.0 {
            observer(event());
        }
    }
}

impl fmt::Debug for ProgressObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "ProgressObserver(set)"
        } else {
            "ProgressObserver(none)"
        })
    }
}
