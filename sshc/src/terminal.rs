//! The terminal of the person at the keyboard: `/dev/tty`, or a Windows console's `CONIN$` and
//! `CONOUT$`.
//!
//! Opened by itself, so that a pipe on standard input is no obstacle to interactive sessions. Here
//! are its size and modes, and raw mode; whatever is changed is put back however the program ends.
//! What the bytes mean (escapes, the session's log) belongs to the session, and secrets are asked
//! for by `keygen`.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::sync::Once;

use russh::Pty;

use crate::stdio::{Input, Output};
#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// How large the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Characters in a line.
    pub columns: u32,
    /// Lines.
    pub rows: u32,
    /// Width in pixels, 0 when unknown.
    pub pixel_width: u32,
    /// Height in pixels, 0 when unknown.
    pub pixel_height: u32,
}

impl Size {
    /// What a terminal has that does not tell: the VT100's 80 × 24.
    pub const VT100: Self = Self { columns: 80, rows: 24, pixel_width: 0, pixel_height: 0 };
}

/// Where the person at the keyboard is.
#[derive(Debug)]
pub struct Terminal(platform::Terminal);

impl Terminal {
    /// Opens the controlling terminal; failing that, the first standard descriptor that is a
    /// terminal.
    ///
    /// # Errors
    /// When there is none, as in CI or under `setsid`.
    pub fn open() -> io::Result<Self> {
        platform::Terminal::open().map(Self)
    }

    /// The size of the screen; [`Size::VT100`]'s where the terminal says 0.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    /// The terminal's modes as a `pty-req` carries them (RFC 4254 §8), without the closing
    /// `TTY_OP_END`. Those in force before [`Terminal::raw`], also while its guard is held.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn modes(&self) -> io::Result<Vec<(Pty, u32)>> {
        self.0.modes()
    }

    /// Passes every key on as it is pressed and every byte to the screen as it is, until the guard
    /// is dropped. A panic, a signal that ends or suspends the program, and a closed console window
    /// put the modes back as well.
    ///
    /// # Errors
    /// When the modes cannot be read or set.
    pub fn raw(&self) -> io::Result<RawMode> {
        restore_on_panic();
        self.0.raw().map(RawMode)
    }

    /// The sizes to come, the first of which differs from `since`.
    ///
    /// # Errors
    /// When the system's notice of them cannot be had.
    pub fn resizes(&self, since: Size) -> io::Result<Resizes> {
        self.0.resizes(since).map(Resizes)
    }

    /// The keyboard as bytes.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn input(&self) -> io::Result<Input> {
        self.0.input().map(Input::new)
    }

    /// The screen as bytes.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn output(&self) -> io::Result<Output> {
        self.0.output().map(Output::new)
    }

    /// Writes a notice to the screen.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn show(&self, text: &str) -> io::Result<()> {
        self.0.show(text)
    }
}

/// Raw mode, for as long as this lives.
#[derive(Debug)]
#[must_use = "the terminal leaves raw mode when this is dropped"]
pub struct RawMode(#[expect(dead_code, reason = "held for what its drop does")] platform::RawMode);

/// Says that somebody awaits the signals that end the program, for as long as this lives.
///
/// Once a terminal's modes have been changed, a signal such as SIGINT or SIGTERM puts them back and
/// then ends the program at once. With this, that goes only for the time in which they are changed;
/// otherwise the signal is left to whoever awaits it, to end the program in order.
#[derive(Debug)]
#[must_use = "the signals end the program at once again when this is dropped"]
pub struct AwaitedSignals(platform::Awaited);

impl AwaitedSignals {
    /// From now on.
    #[expect(clippy::new_without_default, reason = "making one has an effect")]
    pub fn new() -> Self {
        Self(platform::Awaited::new())
    }

    /// For as long as the program runs.
    pub fn until_the_end(self) {
        std::mem::forget(self);
    }
}

/// Whether a signal that would end the program is answered here, or by somebody who awaits it.
pub(crate) fn answers_signals() -> bool {
    platform::answers_signals()
}

/// What ends a line on the screen: in raw mode the cursor does not go back by itself.
pub(crate) fn line_end() -> &'static str {
    if platform::is_changed() { "\r\n" } else { "\n" }
}

/// The sizes a terminal takes on.
#[derive(Debug)]
pub struct Resizes(platform::Resizes);

impl Resizes {
    /// Waits until the size differs from the last one told. Several changes in a row may come as
    /// one. Cancel safe.
    pub async fn next(&mut self) -> Size {
        self.0.next().await
    }
}

/// Suspends the program, and the pipeline it is part of, as Ctrl-Z does at a shell: the terminal
/// gets its modes back first, and raw mode is entered again when the program goes on. Returns at
/// once; the stop follows.
///
/// # Errors
/// [`io::ErrorKind::Unsupported`] where no shell could continue the program, and on Windows.
pub fn suspend() -> io::Result<()> {
    platform::suspend()
}

/// Why there is no terminal, and what helps.
pub(crate) fn missing() -> &'static str {
    platform::missing()
}

/// Whether the shell has put us into the background, where nothing is drawn over what the user
/// types.
pub(crate) fn is_in_background() -> bool {
    platform::is_in_background()
}

/// The terminal's type for a `pty-req`: `TERM`, or what a Windows console is like.
#[must_use]
pub fn term_name() -> String {
    match std::env::var("TERM") {
        Ok(name) if !name.is_empty() => name,
        _ => platform::DEFAULT_TERM.to_owned(),
    }
}

/// Release builds abort on panic, which drops no guard.
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
