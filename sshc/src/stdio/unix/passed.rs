//! Streams that one of our processes uses in another's place.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use rustix::fs::{FileType, OFlags, fcntl_getfl, fstat, stat};
use tokio::net::unix::pipe;

use super::{Input, Output, Polled, Reader, Writer, file_type, wait_and_read, wait_and_write};

/// A descriptor that is handed to another process, and one that we were handed.
pub(crate) type Passed<'a> = BorrowedFd<'a>;
pub(crate) type Received = OwnedFd;

impl Input {
    /// Its own description of a pipe, or a regular file.
    pub(in super::super) fn passed(&self) -> Option<Passed<'_>> {
        match self {
            Self::Polled { source, is_ours } => {
                Some(source.as_fd()).filter(|fd| *is_ours && is(*fd, FileType::Fifo))
            }
            Self::Direct(fd) => Some(fd.as_fd()),
            Self::Waiting(_) => None,
        }
    }

    pub(in super::super) fn received(fd: OwnedFd) -> io::Result<Self> {
        match kind(&fd)? {
            Transfer::Polled => {
                let source = pipe::Receiver::from_owned_fd_unchecked(fd)?;
                Ok(Self::Polled { source, is_ours: false })
            }
            // The disk of one process must not keep others waiting.
            Transfer::File => {
                Reader::spawn(move |chunk| wait_and_read(fd.as_fd(), chunk)).map(Self::Waiting)
            }
        }
    }
}

impl Output {
    /// Its own description of a pipe, a regular file or the null device.
    pub(in super::super) fn passed(&self) -> Option<Passed<'_>> {
        match self {
            Self::Polled(polled) => {
                let fd = polled.own.as_fd();
                (polled.is_ours && is(fd, FileType::Fifo) || is_null(fd)).then_some(fd)
            }
            Self::Direct(fd) => Some(fd.as_fd()),
            Self::Waiting(_) => None,
        }
    }

    pub(in super::super) fn received(fd: OwnedFd) -> io::Result<Self> {
        match kind(&fd)? {
            Transfer::Polled => Ok(Self::Polled(Polled::new(fd, false))),
            Transfer::File => {
                Writer::spawn(move |bytes| wait_and_write(fd.as_fd(), bytes)).map(Self::Waiting)
            }
        }
    }
}

enum Transfer {
    Polled,
    File,
}

/// What was received; a terminal, or what would make us wait, is refused.
fn kind(fd: &OwnedFd) -> io::Result<Transfer> {
    let fd = fd.as_fd();
    let never_blocks = fcntl_getfl(fd)?.contains(OFlags::NONBLOCK);
    match file_type(fd)? {
        FileType::RegularFile => Ok(Transfer::File),
        FileType::Fifo if never_blocks => Ok(Transfer::Polled),
        FileType::CharacterDevice if never_blocks && is_null(fd) => Ok(Transfer::Polled),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

fn is(fd: BorrowedFd<'_>, wanted: FileType) -> bool {
    file_type(fd).is_ok_and(|found| found == wanted)
}

fn is_null(fd: BorrowedFd<'_>) -> bool {
    let null = stat("/dev/null").map(|null| null.st_rdev);
    is(fd, FileType::CharacterDevice) && fstat(fd).ok().map(|it| it.st_rdev) == null.ok()
}

/// Whether standard output and standard error are the same pipe or file: what goes there must stay
/// in order.
pub(crate) fn has_one_output() -> bool {
    let identity = |fd| fstat(fd).map(|found| (found.st_dev, found.st_ino));
    match (identity(io::stdout().as_fd()), identity(io::stderr().as_fd())) {
        (Ok(out), Ok(err)) => out == err && !is_null(io::stdout().as_fd()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use rustix::fs::fcntl_setfl;

    use super::*;

    #[tokio::test]
    async fn a_pipe_is_handed_over_in_a_description_of_its_own() {
        let (reader, writer) = io::pipe().unwrap();
        let (input, output) =
            (Input::open(reader.as_fd()).unwrap(), Output::open(writer.as_fd()).unwrap());
        let passed = |fd: Option<BorrowedFd<'_>>| fd.unwrap().try_clone_to_owned().unwrap();
        let mut input = Input::received(passed(input.passed())).unwrap();
        let output = Output::received(passed(output.passed())).unwrap();
        assert_eq!(output.try_write_now(b"through").unwrap(), 7);
        assert_eq!(input.read().await.unwrap(), b"through");
        // Those of its owner are as they were.
        for fd in [reader.as_fd(), writer.as_fd()] {
            assert!(!fcntl_getfl(fd).unwrap().contains(OFlags::NONBLOCK));
        }
    }

    #[tokio::test]
    async fn another_programs_settings_do_not_reach_what_is_handed_over() {
        let (reader, writer) = io::pipe().unwrap();
        for fd in [reader.as_fd(), writer.as_fd()] {
            fcntl_setfl(fd, OFlags::NONBLOCK).unwrap();
        }
        let (input, output) =
            (Input::open(reader.as_fd()).unwrap(), Output::open(writer.as_fd()).unwrap());
        // The program that had made them so takes it back.
        for fd in [reader.as_fd(), writer.as_fd()] {
            fcntl_setfl(fd, OFlags::empty()).unwrap();
        }
        for passed in [input.passed(), output.passed()] {
            assert!(fcntl_getfl(passed.unwrap()).unwrap().contains(OFlags::NONBLOCK));
        }
        // A socket cannot be opened anew.
        let (near, _far) = std::os::unix::net::UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        assert!(Input::open(near.as_fd()).unwrap().passed().is_none());
        assert!(Output::open(near.as_fd()).unwrap().passed().is_none());
    }

    #[tokio::test]
    async fn only_streams_that_never_block_are_taken() {
        let (reader, writer) = io::pipe().unwrap();
        let (near, _far) = std::os::unix::net::UnixStream::pair().unwrap();
        let terminal = File::open("/dev/ptmx").unwrap();
        for fd in [OwnedFd::from(reader), writer.into(), near.into(), terminal.into()] {
            assert!(Input::received(fd.try_clone().unwrap()).is_err());
            assert!(Output::received(fd).is_err());
        }
    }

    #[tokio::test]
    async fn a_file_is_read_and_written_from_where_it_is() {
        use std::io::{Read as _, Seek as _, Write as _};

        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"head").unwrap();
        let input = Input::open(file.as_fd()).unwrap();
        let own = input.passed().unwrap().try_clone_to_owned().unwrap();
        let output = Output::received(own).unwrap();
        assert_eq!(output.try_write_now(b"tail").unwrap(), 4);
        output.flush().await.unwrap();
        file.rewind().unwrap();
        let mut both = String::new();
        file.read_to_string(&mut both).unwrap();
        assert_eq!(both, "headtail");
        file.rewind().unwrap();
        let own = input.passed().unwrap().try_clone_to_owned().unwrap();
        assert_eq!(Input::received(own).unwrap().read().await.unwrap(), b"headtail");
    }

    #[tokio::test]
    async fn the_null_device_is_handed_over_and_a_terminal_is_not() {
        let null = File::options().write(true).open("/dev/null").unwrap();
        assert!(Output::open(null.as_fd()).unwrap().passed().is_some());
        let terminal = File::options().read(true).write(true).open("/dev/ptmx").unwrap();
        assert!(Output::open(terminal.as_fd()).unwrap().passed().is_none());
    }
}
