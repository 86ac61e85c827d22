//! Linux: `F_SETPIPE_SZ` (fcntl(2)).

use std::os::fd::BorrowedFd;

/// What every user may ask for (`/proc/sys/fs/pipe-max-size`).
const ENOUGH_BYTES: usize = 1024 * 1024;

/// Gives the pipe room for more than two packets, so that its reader and we wake each other less often.
pub(crate) fn enlarge(pipe: BorrowedFd<'_>) {
    // Terminals have no such size, and a user may have too much in pipes already: then it stays as it was.
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, ENOUGH_BYTES);
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::os::fd::AsFd as _;

    use rustix::pipe::fcntl_getpipe_size;

    use crate::stdio::unix::Output;

    #[tokio::test]
    async fn a_pipe_that_was_full_has_more_room_and_one_that_never_was_is_left_alone() {
        let (_reader, writer) = io::pipe().unwrap();
        let before = fcntl_getpipe_size(&writer).unwrap();
        let output = Output::open(writer.as_fd()).unwrap();
        assert_eq!(output.try_write_now(&vec![0; before]).unwrap(), before);
        assert_eq!(fcntl_getpipe_size(&writer).unwrap(), before);
        let _ = output.try_write_now(b"more").unwrap();
        assert!(fcntl_getpipe_size(&writer).unwrap() > before);
    }
}
