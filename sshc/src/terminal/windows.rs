//! A Windows console in its VT modes.

mod saved_modes;

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::windows::io::AsHandle as _;
use std::process::Stdio;
use std::sync::Arc;

use russh::Pty;
use tokio::sync::Notify;
use windows_sys::Win32::System::Console::{
    DISABLE_NEWLINE_AUTO_RETURN, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, ENABLE_PROCESSED_INPUT,
    ENABLE_PROCESSED_OUTPUT, ENABLE_VIRTUAL_TERMINAL_INPUT, ENABLE_VIRTUAL_TERMINAL_PROCESSING,
    ENABLE_WINDOW_INPUT,
};

use super::Size;
use crate::stdio::utf16::FromUtf16;
use crate::stdio::windows::console::{self, CTRL_Z, Event};
use crate::stdio::windows::{Input, Output};

pub(super) use saved_modes::{Awaited, RawMode, is_changed, restore_now};

/// The terminal type of a console in its VT modes.
pub(super) const DEFAULT_TERM: &str = "xterm-256color";

#[derive(Debug)]
pub(super) struct Terminal {
    console: Arc<Console>,
    resized: Arc<Notify>,
}

#[derive(Debug)]
struct Console {
    input: File,
    output: File,
}

/// Why there is no console. The standard library recognises mintty by the names of its pipes
/// (`msys-…-pty…`, `cygwin-…-pty…`).
pub(super) fn missing() -> &'static str {
    if io::stdin().is_terminal() || io::stderr().is_terminal() {
        "mintty (Git Bash, Cygwin) gives Windows programs no console, which Windows Terminal and \
         `winpty sshc …` do"
    } else {
        "there is no terminal"
    }
}

/// A console has no background jobs.
pub(super) fn is_in_background() -> bool {
    false
}

impl Terminal {
    pub(super) fn open() -> io::Result<Self> {
        let open = |name| File::options().read(true).write(true).open(name);
        let console = Console { input: open("CONIN$")?, output: open("CONOUT$")? };
        Ok(Self { console: Arc::new(console), resized: Arc::default() })
    }

    pub(super) fn size(&self) -> io::Result<Size> {
        let (columns, rows) = console::window(&self.console.output)?;
        Ok(Size { columns, rows, pixel_width: 0, pixel_height: 0 })
    }

    /// A console has no such modes. These are the usual ones of a Unix terminal, with DEL for the
    /// backspace key, as in VT mode.
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "the Unix half asks its terminal"
    )]
    pub(super) fn modes(&self) -> io::Result<Vec<(Pty, u32)>> {
        Ok(vec![
            (Pty::TTY_OP_OSPEED, 38_400),
            (Pty::TTY_OP_ISPEED, 38_400),
            (Pty::VINTR, 3),
            (Pty::VERASE, 127),
            (Pty::VEOF, 4),
            (Pty::VSUSP, 26),
            (Pty::ICRNL, 1),
            (Pty::IUTF8, 1),
            (Pty::ISIG, 1),
            (Pty::ICANON, 1),
            (Pty::ECHO, 1),
            (Pty::ECHOE, 1),
            (Pty::ECHOK, 1),
            (Pty::IEXTEN, 1),
            (Pty::OPOST, 1),
            (Pty::ONLCR, 1),
            (Pty::CS8, 1),
        ])
    }

    pub(super) fn raw(&self) -> io::Result<RawMode> {
        let line = ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT;
        let screen = ENABLE_PROCESSED_OUTPUT
            | ENABLE_VIRTUAL_TERMINAL_PROCESSING
            | DISABLE_NEWLINE_AUTO_RETURN;
        saved_modes::change(
            &self.console,
            |input| (input & !line) | ENABLE_VIRTUAL_TERMINAL_INPUT | ENABLE_WINDOW_INPUT,
            |output| output | screen,
        )
    }

    pub(super) fn original(&self) -> io::Result<RawMode> {
        let line = ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT;
        saved_modes::change(
            &self.console,
            |input| (input | line) & !ENABLE_VIRTUAL_TERMINAL_INPUT,
            |output| output & !DISABLE_NEWLINE_AUTO_RETURN,
        )
    }

    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the Unix half opens it")]
    pub(super) fn keyboard(&self) -> io::Result<Stdio> {
        Ok(Stdio::null())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the Unix half registers for a signal")]
    pub(super) fn resizes(&self, since: Size) -> io::Result<Resizes> {
        let (console, resized) = (Arc::clone(&self.console), Arc::clone(&self.resized));
        Ok(Resizes { console, resized, last: since })
    }

    /// In raw mode reads events, as only they report a resized window; otherwise reads lines, which
    /// the console echoes and lets the user edit.
    pub(super) fn input(&self) -> io::Result<Input> {
        let (console, resized) = (Arc::clone(&self.console), Arc::clone(&self.resized));
        let mut decoder = FromUtf16::default();
        Input::read_by(move |chunk| {
            while chunk.is_empty() {
                // Raw mode may end while nothing is typed.
                console::wait(&console.input)?;
                if console::mode(&console.input)? & ENABLE_LINE_INPUT != 0 {
                    let line = console::read_line(&console.input)?;
                    if line.first() == Some(&CTRL_Z) {
                        break;
                    }
                    let typed = line.strip_suffix(&[CTRL_Z]).unwrap_or(&line);
                    decoder.push(typed, chunk);
                    continue;
                }
                for event in console::next_events(&console.input)? {
                    match event {
                        Event::Typed { unit, times } => {
                            decoder.push(&vec![unit; usize::from(times)], chunk);
                        }
                        Event::Resized => resized.notify_one(),
                        Event::Other => {}
                    }
                }
            }
            Ok(())
        })
    }

    pub(super) fn output(&self) -> io::Result<Output> {
        Output::open(self.console.output.as_handle())
    }

    pub(super) fn show(&self, text: &str) -> io::Result<()> {
        let units: Vec<u16> = text.replace('\n', "\r\n").encode_utf16().collect();
        console::write(&self.console.output, &units)
    }
}

#[derive(Debug)]
pub(super) struct Resizes {
    console: Arc<Console>,
    resized: Arc<Notify>,
    last: Size,
}

impl Resizes {
    pub(super) async fn next(&mut self) -> Size {
        loop {
            if let Ok((columns, rows)) = console::window(&self.console.output) {
                let now = Size { columns, rows, pixel_width: 0, pixel_height: 0 };
                if now != self.last {
                    self.last = now;
                    return now;
                }
            }
            self.resized.notified().await;
        }
    }
}

/// The console's events end the program; `held` handles them.
pub(super) fn answers_signals() -> bool {
    true
}

pub(super) fn suspend() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
