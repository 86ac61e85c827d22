//! Without a registry there is nothing to read.

use std::io;

use super::RawValue;

/// Always `None`.
#[expect(clippy::unnecessary_wraps, reason = "on Windows the registry can fail")]
pub(super) fn values(_key: &str) -> io::Result<Option<Vec<RawValue>>> {
    Ok(None)
}
