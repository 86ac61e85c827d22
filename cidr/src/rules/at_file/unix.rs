//! Names of bytes.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;

/// What follows an `@`.
pub(super) fn without_at(argument: &OsStr) -> Option<OsString> {
    argument.as_bytes().strip_prefix(b"@").map(|name| OsStr::from_bytes(name).to_owned())
}
