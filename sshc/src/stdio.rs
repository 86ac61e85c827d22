//! Plain bytes from and to the standard descriptors, for a tokio `current_thread` runtime.
//!
//! The standard streams of std and tokio buffer, copy, and block a pool thread on every read. Here
//! the runtime's own thread reads and writes any descriptor that can be polled, and never leaves it
//! non-blocking for the programs that share it. Only a descriptor that cannot be polled gets its
//! own thread (`queue`). [`crate::terminal`] handles terminals and their modes, and builds its
//! keyboard and screen on these types.

mod first_line;
mod queue;
#[cfg(unix)]
pub(crate) mod unix;
pub mod utf16;
#[cfg(windows)]
pub(crate) mod windows;

use std::io;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

pub(crate) use platform::{Passed, Received, has_one_output};

pub use first_line::{FIRST_LINE_LIMIT, read_line_exact};

/// How many bytes to read at once: as many as a pipe holds, or two of SSH's largest packets.
pub const CHUNK: usize = 64 * 1024;

/// A source of bytes: standard input or a keyboard.
#[derive(Debug)]
pub struct Input(platform::Input);

impl Input {
    /// Standard input, from its current position. Call it inside the runtime that will read.
    ///
    /// # Errors
    /// When the descriptor is closed or cannot be registered.
    pub fn stdin() -> io::Result<Self> {
        platform::Input::stdin().map(Self)
    }

    pub(crate) fn new(input: platform::Input) -> Self {
        Self(input)
    }

    /// An input that another process has handed to us.
    ///
    /// # Errors
    /// When it is not one that [`Input::passed`] gives away.
    pub(crate) fn received(received: Received) -> io::Result<Self> {
        platform::Input::received(received).map(Self)
    }

    /// The descriptor, if another process can read it in our place: that of a pipe or a file.
    pub(crate) fn passed(&self) -> Option<Passed<'_>> {
        self.0.passed()
    }

    /// The next bytes, as soon as there are any; empty at the end.
    ///
    /// Cancel safe: a future dropped before it is ready has taken no byte.
    ///
    /// # Errors
    /// The descriptor's error; do not read again after one.
    pub async fn read(&mut self) -> io::Result<Vec<u8>> {
        self.0.read().await
    }
}

/// A sink of bytes: standard output, standard error or a screen.
///
/// All methods take `&self`, so that a channel's handler and the session's loop can share it.
#[derive(Debug)]
pub struct Output(platform::Output);

impl Output {
    /// Standard output. Call it inside the runtime that will write.
    ///
    /// # Errors
    /// When the descriptor is closed or cannot be registered.
    pub fn stdout() -> io::Result<Self> {
        platform::Output::stdout().map(Self)
    }

    /// Standard error. Call it inside the runtime that will write.
    ///
    /// # Errors
    /// When the descriptor is closed or cannot be registered.
    pub fn stderr() -> io::Result<Self> {
        platform::Output::stderr().map(Self)
    }

    pub(crate) fn new(output: platform::Output) -> Self {
        Self(output)
    }

    /// An output that another process has handed to us.
    ///
    /// # Errors
    /// When it is not one that [`Output::passed`] gives away.
    pub(crate) fn received(received: Received) -> io::Result<Self> {
        platform::Output::received(received).map(Self)
    }

    /// The descriptor, if another process can write to it in our place: that of a pipe, a file or
    /// the null device.
    pub(crate) fn passed(&self) -> Option<Passed<'_>> {
        self.0.passed()
    }

    /// Writes what the descriptor takes without waiting, and returns the number of bytes. If that
    /// is less than offered (or 0), wait for [`Output::ready`] before the rest.
    ///
    /// # Errors
    /// The descriptor's error; [`io::ErrorKind::BrokenPipe`] when its reader has gone.
    pub fn try_write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write_now(bytes)
    }

    /// Waits until another write may take bytes, or fail. Cancel safe.
    ///
    /// # Errors
    /// When the system refuses to poll the descriptor.
    pub async fn ready(&self) -> io::Result<()> {
        self.0.ready().await
    }

    /// Writes everything, and waits as needed. Not cancel safe: a part may already be written.
    ///
    /// # Errors
    /// As [`Output::try_write_now`].
    pub async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let taken = self.try_write_now(bytes)?;
            bytes = bytes.get(taken..).unwrap_or_default();
            if !bytes.is_empty() {
                self.ready().await?;
            }
        }
        Ok(())
    }

    /// Waits until everything taken has reached the descriptor. Call it before the program ends.
    /// Cancel safe.
    ///
    /// # Errors
    /// The error of an earlier write.
    pub async fn flush(&self) -> io::Result<()> {
        self.0.flush().await
    }
}
