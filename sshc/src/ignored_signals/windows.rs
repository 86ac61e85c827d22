//! Windows has no signals to ignore.

/// There is nothing to note.
pub(crate) fn remember() {}
