//! Descriptors on Unix: a private non-blocking description where one can be had, a thread where
//! not.
//!
//! `O_NONBLOCK` belongs to the open file description, which we share with the shell that started us
//! and with every other program of the pipeline: setting it breaks `cat` and `less` beside us and
//! the shell after us, also when we restore it, since a killed program restores nothing. Waiting
//! for readiness alone does not do either: a blocking `write` of more than the pipe has room for
//! waits all the same. So we never touch the flag, but
//! - open pipes and terminals anew through `/proc/self/fd` (Linux), which gives a description of
//!   our own;
//! - use as it is what somebody else made non-blocking already;
//! - read and write regular files directly, as there is nobody at the other end to wait for;
//! - and leave everything else (sockets, a pipe on macOS, another user's terminal after `su`) to a
//!   thread.

mod pipe_size;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::sync::OnceLock;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, Mode, OFlags, fcntl_getfl, fstat};
use rustix::io::{Errno, retry_on_intr};
use tokio::net::unix::pipe;

use super::CHUNK;
use super::queue::{Reader, Writer};

/// Bytes asked of a regular file at once, which has them all.
const FILE_BYTES: usize = 8 * CHUNK;

/// Standard input without any buffer of std's.
pub(super) fn unbuffered_stdin() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// A description of `fd`'s stream that answers `EAGAIN` where it would wait.
fn non_blocking(fd: BorrowedFd<'_>, access: OFlags) -> Option<OwnedFd> {
    if fcntl_getfl(fd).ok()?.contains(OFlags::NONBLOCK) {
        return fd.try_clone_to_owned().ok();
    }
    if !matches!(file_type(fd).ok()?, FileType::Fifo | FileType::CharacterDevice) {
        return None;
    }
    let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
    let flags = access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).ok()
}

fn file_type(fd: BorrowedFd<'_>) -> io::Result<FileType> {
    Ok(FileType::from_raw_mode(fstat(fd)?.st_mode))
}

/// A source of bytes.
#[derive(Debug)]
pub(crate) enum Input {
    /// Read on the runtime's thread. The type's name is tokio's; anything that can be polled will
    /// do.
    Polled(pipe::Receiver),
    /// Read on the runtime's thread, always.
    Direct(OwnedFd),
    /// Read on a thread of its own.
    Waiting(Reader),
}

impl Input {
    pub(super) fn stdin() -> io::Result<Self> {
        Self::open(io::stdin().as_fd())
    }

    /// Reads `fd`'s stream; the descriptor itself stays the caller's.
    pub(crate) fn open(fd: BorrowedFd<'_>) -> io::Result<Self> {
        if let Some(own) = non_blocking(fd, OFlags::RDONLY)
            && let Ok(polled) = pipe::Receiver::from_owned_fd_unchecked(own)
        {
            return Ok(Self::Polled(polled));
        }
        let is_file = file_type(fd)? == FileType::RegularFile;
        let fd = fd.try_clone_to_owned()?;
        if is_file {
            return Ok(Self::Direct(fd));
        }
        Reader::spawn(move |chunk| wait_and_read(fd.as_fd(), chunk)).map(Self::Waiting)
    }

    pub(super) async fn read(&mut self) -> io::Result<Vec<u8>> {
        let polled = match self {
            Self::Polled(polled) => polled,
            Self::Direct(fd) => {
                let mut chunk = Vec::with_capacity(FILE_BYTES);
                wait_and_read(fd.as_fd(), &mut chunk)?;
                return Ok(chunk);
            }
            Self::Waiting(reader) => return reader.read().await,
        };
        loop {
            polled.readable().await?;
            let mut chunk = Vec::with_capacity(CHUNK);
            match polled.try_read_buf(&mut chunk) {
                Ok(_) => return Ok(chunk),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Whether trying again is the answer.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

fn wait_and_read(fd: BorrowedFd<'_>, chunk: &mut Vec<u8>) -> io::Result<()> {
    loop {
        match retry_on_intr(|| rustix::io::read(fd, spare_capacity(chunk))) {
            // Another program made the shared description non-blocking after we began.
            Err(Errno::AGAIN) => wait_for(fd, PollFlags::IN)?,
            read => return read.map(drop).map_err(io::Error::from),
        }
    }
}

fn wait_and_write(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match retry_on_intr(|| rustix::io::write(fd, bytes)) {
            Err(Errno::AGAIN) => wait_for(fd, PollFlags::OUT)?,
            written => bytes = bytes.get(written?..).unwrap_or_default(),
        }
    }
    Ok(())
}

fn wait_for(fd: BorrowedFd<'_>, readiness: PollFlags) -> io::Result<()> {
    let mut polled = [PollFd::from_borrowed_fd(fd, readiness)];
    retry_on_intr(|| poll(&mut polled, None))?;
    Ok(())
}

/// A sink of bytes.
#[derive(Debug)]
pub(crate) enum Output {
    /// Written on the runtime's thread, when it has room.
    Polled(Polled),
    /// Written on the runtime's thread, always.
    Direct(OwnedFd),
    /// Written on a thread of its own.
    Waiting(Writer),
}

impl Output {
    pub(super) fn stdout() -> io::Result<Self> {
        Self::open(io::stdout().as_fd())
    }

    pub(super) fn stderr() -> io::Result<Self> {
        Self::open(io::stderr().as_fd())
    }

    /// Writes `fd`'s stream; the descriptor itself stays the caller's.
    pub(crate) fn open(fd: BorrowedFd<'_>) -> io::Result<Self> {
        if let Some(own) = non_blocking(fd, OFlags::WRONLY) {
            return Ok(Self::Polled(Polled { own, watched: OnceLock::new() }));
        }
        let own = fd.try_clone_to_owned()?;
        if file_type(fd)? == FileType::RegularFile {
            return Ok(Self::Direct(own));
        }
        Writer::spawn(move |bytes| wait_and_write(own.as_fd(), bytes)).map(Self::Waiting)
    }

    pub(super) fn try_write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Polled(polled) => polled.try_write_now(bytes),
            Self::Direct(fd) => Ok(retry_on_intr(|| rustix::io::write(fd, bytes))?),
            Self::Waiting(writer) => writer.try_write_now(bytes),
        }
    }

    pub(super) async fn ready(&self) -> io::Result<()> {
        match self {
            Self::Polled(polled) => match polled.watched() {
                Ok(watched) => watched.writable().await,
                // What the system refuses to poll, such as `/dev/null`, need not be waited for.
                Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => Ok(()),
                Err(cause) => Err(cause),
            },
            Self::Direct(_) => Ok(()),
            Self::Waiting(writer) => {
                writer.ready().await;
                Ok(())
            }
        }
    }

    pub(super) async fn flush(&self) -> io::Result<()> {
        match self {
            Self::Polled(_) | Self::Direct(_) => Ok(()),
            Self::Waiting(writer) => writer.flush().await,
        }
    }
}

/// A description of our own that answers `EAGAIN` when it is full.
#[derive(Debug)]
pub(crate) struct Polled {
    own: OwnedFd,
    /// Known to the runtime only from the first time that it was full: a terminal wakes who watches
    /// it after every write, and each key would do that to us. The type's name is tokio's; anything
    /// that can be polled will do.
    watched: OnceLock<pipe::Sender>,
}

impl Polled {
    fn try_write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        // Directly: tokio would not try before its first turn of the event loop has found the
        // descriptor ready.
        match retry_on_intr(|| rustix::io::write(&self.own, bytes)) {
            Ok(written) => return Ok(written),
            Err(Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
        // A second refusal, through tokio, makes `ready` wait for the next change.
        match self.watched()?.try_write(bytes) {
            Err(error) if is_passing(&error) => Ok(0),
            written => written,
        }
    }

    fn watched(&self) -> io::Result<&pipe::Sender> {
        if let Some(watched) = self.watched.get() {
            return Ok(watched);
        }
        pipe_size::enlarge(self.own.as_fd());
        let watched = pipe::Sender::from_owned_fd_unchecked(self.own.try_clone()?)?;
        Ok(self.watched.get_or_init(|| watched))
    }
}

#[cfg(test)]
mod tests;
