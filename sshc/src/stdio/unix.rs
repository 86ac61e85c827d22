//! Descriptors on Unix: non-blocking through a description of our own if possible, else on a
//! thread.
//!
//! `O_NONBLOCK` belongs to the open file description, which we share with the shell and with every
//! other program of the pipeline. Setting it breaks `cat` and `less` next to us and the shell after
//! us, even if we restore it at the end: a killed program restores nothing. Waiting for readiness
//! alone is not enough either: a blocking `write` still blocks if the pipe has room for a part
//! only. So we never change the flag. Instead we
//! - open pipes and terminals again through `/proc/self/fd` (Linux), which gives us our own
//!   description;
//! - use another descriptor as it is if another program has made it non-blocking;
//! - read and write regular files directly, as they never block for a peer;
//! - leave everything else (sockets, a pipe on macOS, another user's terminal after `su`) to a
//!   thread.

mod passed;
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

pub(crate) use passed::{Passed, Received, has_one_output};

use super::CHUNK;
use super::queue::{Reader, Writer};

/// How many bytes to read from a regular file at once; it has them all ready.
const FILE_BYTES: usize = 8 * CHUNK;

/// Standard input without std's buffer.
pub(super) fn unbuffered_stdin() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// A non-blocking description of `fd`'s stream, which returns `EAGAIN` instead of waiting, and
/// whether it is ours alone: in one that others have, too, they may change that.
fn non_blocking(fd: BorrowedFd<'_>, access: OFlags) -> Option<(OwnedFd, bool)> {
    let kind = file_type(fd).ok()?;
    let never_blocks = fcntl_getfl(fd).ok()?.contains(OFlags::NONBLOCK);
    if kind == FileType::Fifo || kind == FileType::CharacterDevice && !never_blocks {
        let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
        let flags = access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        if let Ok(own) = rustix::fs::open(path, flags, Mode::empty()) {
            return Some((own, true));
        }
    }
    if never_blocks { fd.try_clone_to_owned().ok().map(|shared| (shared, false)) } else { None }
}

fn file_type(fd: BorrowedFd<'_>) -> io::Result<FileType> {
    Ok(FileType::from_raw_mode(fstat(fd)?.st_mode))
}

/// A source of bytes.
#[derive(Debug)]
pub(crate) enum Input {
    /// Read on the runtime's thread. tokio calls the type a pipe; anything that can be polled will
    /// do.
    Polled {
        source: pipe::Receiver,
        /// Whether no other program has the description.
        is_ours: bool,
    },
    /// Read on the runtime's thread; never blocks for long.
    Direct(OwnedFd),
    /// Read on its own thread.
    Waiting(Reader),
}

impl Input {
    pub(super) fn stdin() -> io::Result<Self> {
        Self::open(io::stdin().as_fd())
    }

    /// Opens `fd`'s stream for reading; the caller keeps the descriptor.
    pub(crate) fn open(fd: BorrowedFd<'_>) -> io::Result<Self> {
        if let Some((own, is_ours)) = non_blocking(fd, OFlags::RDONLY)
            && let Ok(source) = pipe::Receiver::from_owned_fd_unchecked(own)
        {
            return Ok(Self::Polled { source, is_ours });
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
            Self::Polled { source, .. } => source,
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

/// Whether to try again after this error.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

fn wait_and_read(fd: BorrowedFd<'_>, chunk: &mut Vec<u8>) -> io::Result<()> {
    loop {
        match retry_on_intr(|| rustix::io::read(fd, spare_capacity(chunk))) {
            // Another program made the shared description non-blocking after we had started.
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
    /// Written on the runtime's thread when it has room.
    Polled(Polled),
    /// Written on the runtime's thread; never blocks for long.
    Direct(OwnedFd),
    /// Written on its own thread.
    Waiting(Writer),
}

impl Output {
    pub(super) fn stdout() -> io::Result<Self> {
        Self::open(io::stdout().as_fd())
    }

    pub(super) fn stderr() -> io::Result<Self> {
        Self::open(io::stderr().as_fd())
    }

    /// Opens `fd`'s stream for writing; the caller keeps the descriptor.
    pub(crate) fn open(fd: BorrowedFd<'_>) -> io::Result<Self> {
        if let Some((own, is_ours)) = non_blocking(fd, OFlags::WRONLY) {
            return Ok(Self::Polled(Polled::new(own, is_ours)));
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
                // A descriptor that the system refuses to poll, such as `/dev/null`, is always
                // ready.
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

/// A description which returns `EAGAIN` when it is full.
#[derive(Debug)]
pub(crate) struct Polled {
    own: OwnedFd,
    /// Whether no other program has it.
    is_ours: bool,
    /// Registered with the runtime only once it was full: after every write a terminal wakes all
    /// that watch it, and each key would wake us. tokio calls the type a pipe; anything that can be
    /// polled will do.
    watched: OnceLock<pipe::Sender>,
}

impl Polled {
    fn new(own: OwnedFd, is_ours: bool) -> Self {
        Self { own, is_ours, watched: OnceLock::new() }
    }

    fn try_write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        // Written directly: tokio would not try before its event loop has seen the descriptor
        // ready.
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
