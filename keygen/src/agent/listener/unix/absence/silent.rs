//! Systems that say nothing to programs without a window.

/// Nothing is ever said.
pub(super) fn watch(_forget: impl Fn() + Send + 'static) {}
