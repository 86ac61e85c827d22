//! On Windows, names are 16-bit units.

use std::ffi::{OsStr, OsString};
use std::os::windows::ffi::{OsStrExt as _, OsStringExt as _};

/// The name after `@`.
pub(super) fn without_at(argument: &OsStr) -> Option<OsString> {
    let mut units = argument.encode_wide();
    let is_file = units.next()? == u16::from(b'@');
    is_file.then(|| OsString::from_wide(&units.collect::<Vec<_>>()))
}
