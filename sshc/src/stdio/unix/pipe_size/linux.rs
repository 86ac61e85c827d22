//! Linux: `F_SETPIPE_SZ` (fcntl(2)).

use std::os::fd::BorrowedFd;

use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};

/// Eight packets. Four times as much is hardly faster, and the system limits the total for all
/// pipes of a user (pipe(7)).
const ENOUGH_BYTES: usize = 256 * 1024;

/// Gives the pipe room for more than two packets, so that its reader and we wake each other less
/// often.
pub(crate) fn enlarge(pipe: BorrowedFd<'_>) {
    // Fails for terminals, which have no such size, and at the user's limit; the size then stays.
    if fcntl_getpipe_size(pipe).is_ok_and(|size| size < ENOUGH_BYTES) {
        let _ = fcntl_setpipe_size(pipe, ENOUGH_BYTES);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::os::fd::AsFd as _;

    use super::*;
    use crate::stdio::unix::Output;

    #[tokio::test]
    async fn a_pipe_that_was_full_has_more_room_and_one_that_never_was_is_left_alone() {
        let (_reader, writer) = io::pipe().unwrap();
        let before = fcntl_getpipe_size(&writer).unwrap();
        let output = Output::open(writer.as_fd()).unwrap();
        assert_eq!(output.try_write_now(&vec![0; before]).unwrap(), before);
        assert_eq!(fcntl_getpipe_size(&writer).unwrap(), before);
        let _ = output.try_write_now(b"more").unwrap();
        assert_eq!(fcntl_getpipe_size(&writer).unwrap(), ENOUGH_BYTES);
    }

    #[test]
    fn a_pipe_with_more_room_keeps_it() {
        let (_reader, writer) = io::pipe().unwrap();
        let _ = fcntl_setpipe_size(&writer, 2 * ENOUGH_BYTES).unwrap();
        enlarge(writer.as_fd());
        assert_eq!(fcntl_getpipe_size(&writer).unwrap(), 2 * ENOUGH_BYTES);
    }
}
