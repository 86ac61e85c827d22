//! On Unix, names are bytes.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;

/// The name after `@`.
pub(super) fn without_at(argument: &OsStr) -> Option<OsString> {
    argument.as_bytes().strip_prefix(b"@").map(|name| OsStr::from_bytes(name).to_owned())
}
