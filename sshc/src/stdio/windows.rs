//! Handles on Windows: pipes, files and consoles all need a thread, since an inherited handle can
//! be neither polled nor made overlapped.

pub(crate) mod console;

use std::fs::File;
use std::io::{self, Write as _};
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};

use super::CHUNK;
use super::queue::{Reader, Writer};
use super::utf16::ToUtf16;

/// Standard input without std's buffer.
pub(super) fn unbuffered_stdin() -> io::Result<File> {
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

/// What would be handed to another process, and received; nothing is here.
pub(crate) type Passed<'a> = BorrowedHandle<'a>;
pub(crate) type Received = OwnedHandle;

/// Whether standard output and standard error are the same; not asked here.
pub(crate) fn has_one_output() -> bool {
    true
}

/// A source of bytes.
#[derive(Debug)]
pub(crate) struct Input(Reader);

impl Input {
    pub(super) fn stdin() -> io::Result<Self> {
        let mut file = unbuffered_stdin()?;
        if console::is_console(&file) {
            // Lines typed at a console: std turns their UTF-16 into UTF-8 and ends at Ctrl-Z, as is
            // usual on Windows.
            return Self::read_by(|chunk| read_once(&mut io::stdin().lock(), chunk));
        }
        Self::read_by(move |chunk| read_once(&mut file, chunk))
    }

    /// Reads by calling `read` on its own thread: see [`Reader::spawn`].
    pub(crate) fn read_by<F>(read: F) -> io::Result<Self>
    where
        F: FnMut(&mut Vec<u8>) -> io::Result<()> + Send + 'static,
    {
        Reader::spawn(read).map(Self)
    }

    pub(super) fn received(_: Received) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn passed(&self) -> Option<Passed<'_>> {
        None
    }

    pub(super) async fn read(&mut self) -> io::Result<Vec<u8>> {
        self.0.read().await
    }
}

fn read_once(source: &mut impl io::Read, chunk: &mut Vec<u8>) -> io::Result<()> {
    chunk.resize(CHUNK, 0);
    let read = match source.read(chunk) {
        // The writer has closed its end of the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
        read => read,
    };
    chunk.truncate(*read.as_ref().unwrap_or(&0));
    read.map(drop)
}

/// A sink of bytes.
#[derive(Debug)]
pub(crate) struct Output(Writer);

impl Output {
    pub(super) fn stdout() -> io::Result<Self> {
        Self::open(io::stdout().as_handle())
    }

    pub(super) fn stderr() -> io::Result<Self> {
        Self::open(io::stderr().as_handle())
    }

    /// Opens `handle`'s stream for writing; the caller keeps the handle.
    pub(crate) fn open(handle: BorrowedHandle<'_>) -> io::Result<Self> {
        let own: OwnedHandle = handle.try_clone_to_owned()?;
        let mut file = File::from(own);
        if !console::is_console(&file) {
            return Writer::spawn(move |bytes| file.write_all(bytes)).map(Self);
        }
        let mut decoder = ToUtf16::default();
        let mut units = Vec::new();
        Writer::spawn(move |bytes| {
            units.clear();
            decoder.push(bytes, &mut units);
            console::write(&file, &units)
        })
        .map(Self)
    }

    pub(super) fn received(_: Received) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn passed(&self) -> Option<Passed<'_>> {
        None
    }

    pub(super) fn try_write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write_now(bytes)
    }

    pub(super) async fn ready(&self) -> io::Result<()> {
        self.0.ready().await;
        Ok(())
    }

    pub(super) async fn flush(&self) -> io::Result<()> {
        self.0.flush().await
    }
}
