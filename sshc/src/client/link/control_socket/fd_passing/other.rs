//! Elsewhere a pipe cannot be opened a second time, so none is handed over.

use std::io;

use super::super::Stream;
use crate::stdio::{Passed, Received};

/// Sends nothing.
pub(crate) fn send_with(_: &Stream, _: &[u8], _: &[Passed<'_>]) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Reads what has arrived.
pub(crate) fn try_receive(
    stream: &Stream,
    into: &mut [u8],
    _: &mut Vec<Received>,
) -> io::Result<usize> {
    stream.try_read(into)
}
