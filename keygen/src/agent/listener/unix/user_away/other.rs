//! Systems that do not report this to programs without a window.

/// Never calls `_forget`.
pub(super) fn watch(_forget: impl Fn() + Send + 'static) {}
