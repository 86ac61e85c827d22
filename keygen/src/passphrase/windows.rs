//! The console on Windows: `CONIN$` and `CONOUT$`, whatever standard input is.

use std::io;

use zeroize::Zeroizing;

use super::Echo;

/// Shows the prompt on the console and reads a line; `None` when it is ended without one.
pub(super) fn converse(_prompt: &str, _echo: Echo) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    Err(io::ErrorKind::Unsupported.into())
}
