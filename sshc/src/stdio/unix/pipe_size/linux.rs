//! Linux: `F_SETPIPE_SZ` (fcntl(2)).

use std::os::fd::BorrowedFd;

/// What every user may ask for (`/proc/sys/fs/pipe-max-size`).
const ENOUGH_BYTES: usize = 1024 * 1024;

/// Gives the pipe room for more than two packets, so that its reader and we wake each other less often.
pub(crate) fn enlarge(pipe: BorrowedFd<'_>) {
    // Terminals have no such size, and a user may have too much in pipes already: then it stays as it was.
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, ENOUGH_BYTES);
}
