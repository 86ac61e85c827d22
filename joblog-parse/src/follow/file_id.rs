//! Identifies the file behind a path.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{FileId, has_name, identity, identity_at};
#[cfg(windows)]
pub(super) use windows::{FileId, has_name, identity, identity_at};
