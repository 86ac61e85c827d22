//! What several of our programs need from Windows: objects that belong to the user alone, and
//! processes that outlive the one that started them.

mod mutex;
mod process;

use std::io;
use std::os::windows::io::BorrowedHandle;

pub(crate) use self::mutex::HeldMutex;
pub use self::mutex::NamedMutex;
pub(crate) use self::process::quoted;
pub use self::process::{Inherits, Process};
pub use crate::permissions::{AccessList, owner_of, user};

/// The error for an object of another user.
///
/// # Errors
/// When the object is another user's, or the system does not say whose it is.
pub fn check_owner(object: BorrowedHandle<'_>) -> io::Result<()> {
    let owner = owner_of(object)?;
    if owner == user()? {
        return Ok(());
    }
    let why = format!("it belongs to another user ({owner})");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
}

/// A text as Windows' functions take it: UTF-16, ending with a zero.
#[must_use]
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
