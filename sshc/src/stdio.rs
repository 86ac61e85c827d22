//! The standard descriptors as plain bytes, for a tokio `current_thread` runtime.
//!
//! Neither std's nor tokio's standard streams: those buffer, copy, and park a pool thread on every
//! read. Here a descriptor that can be polled is read and written on the runtime's own thread,
//! without leaving it non-blocking for the programs that share it; only what cannot be polled gets
//! a thread of its own (`queue`). What a terminal is, and its modes, belong to [`crate::terminal`],
//! which builds its keyboard and screen on these types.

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

pub use first_line::{FIRST_LINE_LIMIT, read_line_exact};

/// Bytes asked for in one read: what a pipe holds, and two of SSH's largest packets.
pub const CHUNK: usize = 64 * 1024;

/// A source of bytes: standard input or a keyboard.
#[derive(Debug)]
pub struct Input(platform::Input);

impl Input {
    /// Standard input, from where it stands now. To be called inside the runtime that will read it.
    ///
    /// # Errors
    /// When the descriptor is closed or cannot be registered.
    pub fn stdin() -> io::Result<Self> {
        platform::Input::stdin().map(Self)
    }

    pub(crate) fn new(input: platform::Input) -> Self {
        Self(input)
    }

    /// The next bytes, as soon as there are any; empty at the end of the input.
    ///
    /// Cancel safe: a future dropped before it is ready has taken no byte.
    ///
    /// # Errors
    /// What the descriptor answers; it must not be read again then.
    pub async fn read(&mut self) -> io::Result<Vec<u8>> {
        self.0.read().await
    }
}

/// A sink of bytes: standard output, standard error or a screen.
///
/// Takes `&self` throughout, so that a channel's handler and the session's loop can share one.
#[derive(Debug)]
pub struct Output(platform::Output);

impl Output {
    /// Standard output. To be called inside the runtime that will write it.
    ///
    /// # Errors
    /// When the descriptor is closed or cannot be registered.
    pub fn stdout() -> io::Result<Self> {
        platform::Output::stdout().map(Self)
    }

    /// Standard error. To be called inside the runtime that will write it.
    ///
    /// # Errors
    /// When the descriptor is closed or cannot be registered.
    pub fn stderr() -> io::Result<Self> {
        platform::Output::stderr().map(Self)
    }

    pub(crate) fn new(output: platform::Output) -> Self {
        Self(output)
    }

    /// Writes what is taken at once, without ever waiting, and gives how many bytes that was. Fewer
    /// than offered (also 0) means that the rest waits for [`Output::ready`].
    ///
    /// # Errors
    /// What the descriptor answers, [`io::ErrorKind::BrokenPipe`] when its reader has gone.
    pub fn try_write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write_now(bytes)
    }

    /// Waits until a write is worth trying: it may take something, or fail. Cancel safe.
    ///
    /// # Errors
    /// When readiness cannot be asked for.
    pub async fn ready(&self) -> io::Result<()> {
        self.0.ready().await
    }

    /// Writes everything, waiting as often as that takes. Not cancel safe: part may have been
    /// written.
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

    /// Waits until all that was taken has reached the descriptor: to be called before the program
    /// ends. Cancel safe.
    ///
    /// # Errors
    /// What the descriptor answered to a write that was made later.
    pub async fn flush(&self) -> io::Result<()> {
        self.0.flush().await
    }
}
