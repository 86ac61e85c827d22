//! Unix sockets on Unix.

use std::io;
use std::net::Shutdown;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::Mode;
use rustix::process::umask;
use socket2::SockRef;
use tokio::net::{UnixListener, UnixStream};

use super::{Socket, Waiting, written};
use crate::channel::ByteSink;

/// A listening Unix socket to which only its owner may connect. Dropping it removes the file,
/// unless another file has replaced it.
pub(crate) struct UnixListening {
    listener: UnixListener,
    path: PathBuf,
    /// Device and number of the file, to recognise it.
    file: Option<(u64, u64)>,
}

impl UnixListening {
    /// Creates the socket.
    ///
    /// # Errors
    /// When the path is taken or cannot be written.
    pub(crate) fn bind(path: &str) -> io::Result<Self> {
        let path = PathBuf::from(path);
        remove_dead(&path)?;
        let listener = bind_owner_only(&path).map_err(|cause| taken(&path, cause))?;
        Ok(Self { listener, file: file_at(&path), path })
    }

    /// The next connection.
    pub(crate) async fn accept(&self) -> io::Result<Arc<dyn Socket>> {
        let (stream, _) = self.listener.accept().await?;
        Ok(Arc::new(stream))
    }
}

/// Removes a socket that is in the way, even if a program listens on it.
pub(crate) fn clear(path: &str) {
    let path = Path::new(path);
    if is_socket(path) {
        // If the socket stays, binding will report it.
        let _ = std::fs::remove_file(path);
    }
}

/// Creates a socket that only its owner can use (0600) from the start. The mask holds for the whole
/// process, but only this thread creates files.
fn bind_owner_only(path: &Path) -> io::Result<UnixListener> {
    let mask = umask(Mode::XUSR | Mode::RWXG | Mode::RWXO);
    let bound = UnixListener::bind(path);
    umask(mask);
    bound
}

/// Removes a socket on which no program listens: its program was killed.
fn remove_dead(path: &Path) -> io::Result<()> {
    let refused = || {
        std::os::unix::net::UnixStream::connect(path)
            .is_err_and(|cause| cause.kind() == io::ErrorKind::ConnectionRefused)
    };
    if is_socket(path) && refused() { std::fs::remove_file(path) } else { Ok(()) }
}

/// Says what is in the way.
fn taken(path: &Path, cause: io::Error) -> io::Error {
    if cause.kind() != io::ErrorKind::AddrInUse {
        cause
    } else if is_socket(path) {
        io::Error::new(io::ErrorKind::AddrInUse, "another program listens on that socket")
    } else {
        io::Error::new(io::ErrorKind::AlreadyExists, "a file of that name already exists")
    }
}

fn file_at(path: &Path) -> Option<(u64, u64)> {
    path.symlink_metadata().ok().map(|found| (found.dev(), found.ino()))
}

fn is_socket(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.file_type().is_socket())
}

impl Drop for UnixListening {
    fn drop(&mut self) {
        if self.file.is_some() && self.file == file_at(&self.path) {
            // Another program may remove the path at this moment; nothing can be done about that.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Connects to a Unix socket.
pub(crate) async fn connect_unix(path: &str) -> io::Result<Arc<dyn Socket>> {
    UnixStream::connect(path).await.map(|stream| Arc::new(stream) as Arc<dyn Socket>)
}

impl ByteSink for UnixStream {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        written(Self::try_write(self, bytes))
    }

    fn writable(&self) -> Waiting<'_> {
        Box::pin(Self::writable(self))
    }
}

impl Socket for UnixStream {
    fn readable(&self) -> Waiting<'_> {
        Box::pin(Self::readable(self))
    }

    fn try_read(&self, into: &mut Vec<u8>) -> io::Result<usize> {
        self.try_read_buf(into)
    }

    fn finish(&self) -> io::Result<()> {
        SockRef::from(self).shutdown(Shutdown::Write)
    }

    /// Unix sockets have no reset.
    fn break_when_dropped(&self, _wanted: bool) -> io::Result<()> {
        Ok(())
    }

    fn outlet(self: Arc<Self>) -> Arc<dyn ByteSink> {
        self
    }
}
