//! No registry: nothing is stored where this program would look for it.

use std::io;

use super::RawValue;

/// The values below a key of PuTTY's; `None` when there is no such key.
#[expect(clippy::unnecessary_wraps, reason = "on Windows the registry can fail")]
pub(super) fn values(_key: &str) -> io::Result<Option<Vec<RawValue>>> {
    Ok(None)
}
