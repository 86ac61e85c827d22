//! The user's terminal: `/dev/tty`, or a Windows console's `CONIN$` and `CONOUT$`.
//!
//! It is opened by its own name, so that sessions can be interactive even if standard input is a
//! pipe. This module handles its size, its modes and raw mode; all changes are undone however the
//! program ends. The session interprets the bytes (escapes, its log), and `keygen` asks for
//! secrets.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::process::Stdio;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use russh::Pty;

use crate::stdio::{Input, Output};
#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// Whether another program has the keyboard.
static IS_LENT: AtomicBool = AtomicBool::new(false);

/// The size of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Characters per line.
    pub columns: u32,
    /// Lines.
    pub rows: u32,
    /// Width in pixels, 0 when unknown.
    pub pixel_width: u32,
    /// Height in pixels, 0 when unknown.
    pub pixel_height: u32,
}

impl Size {
    /// The size to assume if a terminal does not report one: the VT100's 80 × 24.
    pub const VT100: Self = Self { columns: 80, rows: 24, pixel_width: 0, pixel_height: 0 };
}

/// The user's terminal.
#[derive(Debug)]
pub struct Terminal(platform::Terminal);

impl Terminal {
    /// Opens the controlling terminal or, without one, the first standard descriptor that is a
    /// terminal.
    ///
    /// # Errors
    /// When there is no terminal, as in CI or under `setsid`.
    pub fn open() -> io::Result<Self> {
        platform::Terminal::open().map(Self)
    }

    /// The size of the screen; [`Size::VT100`]'s values where the terminal reports 0.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    /// The terminal's modes for a `pty-req` (RFC 4254 §8), without the final `TTY_OP_END`. These
    /// are the modes before [`Terminal::raw`], even while its guard is held.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn modes(&self) -> io::Result<Vec<(Pty, u32)>> {
        self.0.modes()
    }

    /// Sets raw mode until the guard is dropped: every key is passed on at once, and every byte
    /// goes to the screen unchanged. A panic, a signal that ends or suspends the program, and a
    /// closed console window also restore the modes.
    ///
    /// # Errors
    /// When the modes cannot be read or set.
    pub fn raw(&self) -> io::Result<RawMode> {
        restore_on_panic();
        self.0.raw().map(RawMode)
    }

    /// Lends the terminal to another program until the guard is dropped: with the modes from before
    /// [`Terminal::raw`], and with Ctrl-C meant for that program alone.
    ///
    /// # Errors
    /// When the modes cannot be read or set.
    pub(crate) fn lend(&self) -> io::Result<Lent> {
        let modes = self.0.original().map(RawMode)?;
        IS_LENT.store(true, Ordering::SeqCst);
        Ok(Lent(Some(modes)))
    }

    /// The keyboard as another program's standard input. On Windows, where we keep reading it,
    /// that is empty.
    ///
    /// # Errors
    /// When the keyboard cannot be opened.
    pub(crate) fn keyboard(&self) -> io::Result<Stdio> {
        self.0.keyboard()
    }

    /// The next sizes; the first one differs from `since`.
    ///
    /// # Errors
    /// When the system's notices about them are not available.
    pub fn resizes(&self, since: Size) -> io::Result<Resizes> {
        self.0.resizes(since).map(Resizes)
    }

    /// The keyboard as bytes.
    ///
    /// # Errors
    /// When the keyboard cannot be opened.
    pub fn input(&self) -> io::Result<Input> {
        self.0.input().map(Input::new)
    }

    /// The screen as bytes.
    ///
    /// # Errors
    /// When the screen cannot be opened.
    pub fn output(&self) -> io::Result<Output> {
        self.0.output().map(Output::new)
    }

    /// Writes a notice to the screen.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&self, text: &str) -> io::Result<()> {
        self.0.show(text)
    }
}

/// Raw mode, until dropped.
#[derive(Debug)]
#[must_use = "the terminal leaves raw mode when this is dropped"]
pub struct RawMode(#[expect(dead_code, reason = "held for what its drop does")] platform::RawMode);

/// The terminal is another program's, until dropped.
#[derive(Debug)]
#[must_use = "the terminal is ours again when this is dropped"]
pub(crate) struct Lent(Option<RawMode>);

impl Drop for Lent {
    fn drop(&mut self) {
        // In raw mode Ctrl-C is a key like any other.
        drop(self.0.take());
        IS_LENT.store(false, Ordering::SeqCst);
    }
}

/// Whether another program has the keyboard. Its Ctrl-C and Ctrl-\ reach us, too, but are not for
/// us.
pub(crate) fn is_lent() -> bool {
    IS_LENT.load(Ordering::SeqCst)
}

/// Declares, until dropped, that the program itself handles the signals that end it.
///
/// After the first change of a terminal's modes, a signal such as SIGINT or SIGTERM restores them
/// and then ends the program at once. While this guard lives, that happens only if modes are
/// changed at that moment; otherwise the program gets the signal, to end in good order.
#[derive(Debug)]
#[must_use = "the signals end the program at once again when this is dropped"]
pub struct AwaitedSignals(platform::Awaited);

impl AwaitedSignals {
    /// Starts now.
    #[expect(clippy::new_without_default, reason = "making one has an effect")]
    pub fn new() -> Self {
        Self(platform::Awaited::new())
    }

    /// Stays until the program ends.
    pub fn until_the_end(self) {
        std::mem::forget(self);
    }
}

/// Whether a signal that would end the program is handled, by this module or by the program.
pub(crate) fn answers_signals() -> bool {
    platform::answers_signals()
}

/// The line end for the screen: in raw mode LF alone does not return the cursor.
pub(crate) fn line_end() -> &'static str {
    if platform::is_changed() { "\r\n" } else { "\n" }
}

/// The changing sizes of a terminal.
#[derive(Debug)]
pub struct Resizes(platform::Resizes);

impl Resizes {
    /// Waits until the size differs from the last one. Several changes in a row may be reported as
    /// one. Cancel safe.
    pub async fn next(&mut self) -> Size {
        self.0.next().await
    }
}

/// Suspends the program and its pipeline, as Ctrl-Z does in a shell. The terminal's modes are
/// restored first; raw mode returns when the program continues. This returns at once; the stop
/// follows.
///
/// # Errors
/// [`io::ErrorKind::Unsupported`] when no shell could continue the program, and on Windows.
pub fn suspend() -> io::Result<()> {
    platform::suspend()
}

/// Why there is no terminal, and what the user can do.
pub(crate) fn missing() -> &'static str {
    platform::missing()
}

/// Whether the shell has put us into the background, where we must not draw over the user's input.
pub(crate) fn is_in_background() -> bool {
    platform::is_in_background()
}

/// The terminal type for a `pty-req`: `TERM`, or the type of a Windows console.
#[must_use]
pub fn term_name() -> String {
    match std::env::var("TERM") {
        Ok(name) if !name.is_empty() => name,
        _ => platform::DEFAULT_TERM.to_owned(),
    }
}

/// Release builds abort on panic, so guards are not dropped.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            platform::restore_now();
            previous(panic);
        }));
    });
}
