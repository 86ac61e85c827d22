//! Puts the line where the user can paste it.
//!
//! The choice is a pure function of the environment; each kind of clipboard has a module of its
//! own.

mod osc52;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::process::ExitCode;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

use crate::defaults::{DISPLAY_TIMEOUT, DISPLAY_TIMEOUT_BEFORE_TERMINAL};

/// The clipboard that the user wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Via {
    /// The desktop's clipboard if there is a desktop, else the terminal's
    #[default]
    Auto,
    /// The desktop's clipboard: Windows, macOS, X11, Wayland, or Windows from inside WSL
    Native,
    /// The terminal's clipboard, also through SSH, with the escape sequence OSC 52
    Osc52,
}

/// A clipboard that is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clipboard {
    /// The clipboard of the desktop on which this process runs.
    Desktop,
    /// The Windows clipboard, from Linux inside WSL.
    Wsl,
    /// The terminal's clipboard. Terminals do not report whether they accepted the text.
    Terminal,
}

/// What was found around this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The desktop's clipboard, if there is a desktop.
    pub native: Option<Clipboard>,
    /// Whether there is a terminal of a kind that may have a clipboard.
    pub terminal: bool,
}

/// The clipboard that now has the text, and why it is not the desktop's if that failed.
#[derive(Debug)]
pub struct Copied {
    /// The clipboard that has the text.
    pub clipboard: Clipboard,
    /// Why the desktop's clipboard failed.
    pub instead: Option<ClipboardError>,
    /// How long the text stays there.
    pub lifetime: Lifetime,
}

/// How long a text stays on a clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Until something else is copied.
    UntilReplaced,
    /// Until the ssh connection of the display ends; and ssh waits until something else is copied.
    AsLongAsSsh,
}

/// Why no clipboard has the text.
#[derive(Debug, thiserror::Error)]
pub enum ClipboardError {
    /// No desktop and no suitable terminal: a server, a container, a CI job.
    #[error("there is no desktop here ({}), and no terminal with a clipboard", system::NO_DESKTOP)]
    Nowhere,
    /// `--via native` without a desktop.
    #[error("there is no desktop here: {}", system::NO_DESKTOP)]
    NoDesktop,
    /// `--via osc52` without a terminal.
    #[error("there is no terminal here")]
    NoTerminal,
    /// The display server is named but does not answer, or refuses.
    #[error("{0}")]
    Refused(String),
    /// Using a program or a device failed.
    #[error("{what}")]
    Io {
        /// What was attempted.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

/// Puts the text on a clipboard, where it stays when this process has ended. Uses the terminal's if
/// the desktop's does not work and the user did not insist on it.
///
/// # Errors
/// When no clipboard has accepted it.
pub fn copy(text: &str, via: Via) -> Result<Copied, ClipboardError> {
    let around = system::environment();
    let clipboard = choose(via, around)?;
    if clipboard == Clipboard::Terminal {
        system::put_on_terminal(text)?;
        return Ok(Copied { clipboard, instead: None, lifetime: Lifetime::UntilReplaced });
    }
    let falls_back = via == Via::Auto && around.terminal;
    let time_limit = if falls_back { DISPLAY_TIMEOUT_BEFORE_TERMINAL } else { DISPLAY_TIMEOUT };
    match system::put(clipboard, text, time_limit) {
        Ok(lifetime) => Ok(Copied { clipboard, instead: None, lifetime }),
        Err(cause) if falls_back => {
            system::put_on_terminal(text)?;
            let (clipboard, lifetime) = (Clipboard::Terminal, Lifetime::UntilReplaced);
            Ok(Copied { clipboard, instead: Some(cause), lifetime })
        }
        Err(cause) => Err(cause),
    }
}

impl Clipboard {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Desktop => "native",
            Self::Wsl => "wsl",
            Self::Terminal => "osc52",
        }
    }
}

/// Takes over the process if it was started only to keep a text on the clipboard; returns `None`
/// for every other start.
///
/// On X11 and Wayland the text lives as long as the program that offers it. So the program starts
/// itself again, with an environment variable that no user sets and no help text shows, and that
/// copy keeps running.
#[must_use]
pub fn hold_if_asked() -> Option<ExitCode> {
    system::hold_if_asked()
}

fn choose(via: Via, around: Environment) -> Result<Clipboard, ClipboardError> {
    let terminal = around.terminal.then_some(Clipboard::Terminal);
    match via {
        Via::Auto => around.native.or(terminal).ok_or(ClipboardError::Nowhere),
        Via::Native => around.native.ok_or(ClipboardError::NoDesktop),
        // If OSC 52 is requested by name, any terminal will do.
        Via::Osc52 => Ok(Clipboard::Terminal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desktop_first_then_the_terminal() {
        use Clipboard::{Desktop, Terminal, Wsl};
        let table = [
            (Via::Auto, Some(Desktop), true, Some(Desktop)),
            (Via::Auto, Some(Wsl), true, Some(Wsl)),
            (Via::Auto, None, true, Some(Terminal)),
            (Via::Auto, None, false, None),
            (Via::Native, Some(Desktop), false, Some(Desktop)),
            (Via::Native, None, true, None),
            (Via::Osc52, Some(Desktop), true, Some(Terminal)),
            (Via::Osc52, None, false, Some(Terminal)),
        ];
        for (via, native, terminal, expected) in table {
            let found = choose(via, Environment { native, terminal });
            assert_eq!(found.ok(), expected, "{via:?} {native:?} {terminal}");
        }
    }
}
