//! Reports how far a connection has come while it is being made.

use std::fmt;
use std::sync::Arc;

/// A stage of the connection, in the server's own words if it has any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// The version of the server, not escaped.
    Version(String),
    /// The negotiated algorithms.
    Algorithms(String),
}

/// Receives each [`Sight`]; by default, there is no receiver.
#[derive(Clone, Default)]
pub(crate) struct Witness(Option<Arc<dyn Fn(Sight) + Send + Sync>>);

impl Witness {
    pub(crate) fn new(told: impl Fn(Sight) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    pub(crate) fn tell(&self, sight: impl FnOnce() -> Sight) {
        if let Some(told) = &self.0 {
            told(sight());
        }
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Witness(somebody)" } else { "Witness(nobody)" })
    }
}
