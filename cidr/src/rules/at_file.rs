//! `@FILE` among the arguments. The name may be anything that the system allows, text or not.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::ffi::OsStr;
use std::path::PathBuf;

/// The file that an argument names with `@`.
pub(super) fn named(argument: &OsStr) -> Option<PathBuf> {
    platform::without_at(argument).map(PathBuf::from)
}
