//! The clipboards available to a Unix process: of its desktop, of Windows around it (WSL), of its
//! terminal.

#[cfg(not(target_os = "macos"))]
mod display;
#[cfg(target_os = "macos")]
mod macos;
mod tmux;
mod wsl;

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

#[cfg(not(target_os = "macos"))]
use display as desktop;
#[cfg(target_os = "macos")]
use macos as desktop;

use super::{Clipboard, ClipboardError, Environment, Lifetime, osc52};

pub(super) use desktop::NO_DESKTOP;

/// The controlling terminal, wherever the standard streams lead.
const TERMINAL: &str = "/dev/tty";

/// Terminals that would show the sequence as text, or have no clipboard.
const WITHOUT_CLIPBOARD: [&str; 3] = ["", "dumb", "linux"];

pub(super) fn environment() -> Environment {
    // WSL may have a display too, but the user pastes from the Windows clipboard.
    let native = if wsl::is_around() {
        Some(Clipboard::Wsl)
    } else {
        desktop::is_there().then_some(Clipboard::Desktop)
    };
    let kind = env::var("TERM").unwrap_or_default();
    let terminal = !WITHOUT_CLIPBOARD.contains(&kind.as_str())
        && OpenOptions::new().write(true).open(TERMINAL).is_ok();
    Environment { native, terminal }
}

pub(super) fn hold_if_asked() -> Option<ExitCode> {
    desktop::hold_if_asked()
}

pub(super) fn put(
    native: Clipboard,
    text: &str,
    time_limit: Duration,
) -> Result<Lifetime, ClipboardError> {
    match native {
        Clipboard::Wsl => wsl::put(text).map(|()| Lifetime::UntilReplaced),
        _ => desktop::put(text, time_limit),
    }
}

pub(super) fn put_on_terminal(text: &str) -> Result<(), ClipboardError> {
    let terminal = OpenOptions::new().write(true).open(TERMINAL);
    let mut terminal = terminal.map_err(|_| ClipboardError::NoTerminal)?;
    if tmux::put(text) {
        return Ok(());
    }
    terminal.write_all(osc52::copy(text, osc52::Multiplexer::find()).as_bytes()).map_err(|source| {
        ClipboardError::Io { what: "the terminal did not accept the text", source }
    })
}
