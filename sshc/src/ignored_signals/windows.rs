//! Windows has no signals to ignore.

/// Does nothing.
pub(crate) fn remember() {}
