//! Where the line can be put so that the user can paste it.
//!
//! The choice is a pure function of what the surroundings offer; each place has a module of its
//! own.

mod osc52;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// How long a display may take to answer where there is a terminal to fall back to,
const PATIENCE_BEFORE_TERMINAL: Duration = Duration::from_millis(800);

/// and where there is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the user wants the clipboard reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Via {
    /// The desktop's clipboard where there is a desktop, else the terminal's
    #[default]
    Auto,
    /// The desktop's clipboard: Windows, macOS, X11, Wayland, or Windows from inside WSL
    Native,
    /// The clipboard of the terminal itself, also through SSH, by the escape sequence OSC 52
    Osc52,
}

/// A clipboard that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clipboard {
    /// The one of the desktop that this process runs on.
    Desktop,
    /// Windows' own, from a Linux that runs inside it.
    Wsl,
    /// The one of the terminal; terminals do not say whether they took the text.
    Terminal,
}

/// What was found around this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The desktop's clipboard, if there is a desktop.
    pub native: Option<Clipboard>,
    /// Whether there is a terminal, of a kind that may have a clipboard.
    pub terminal: bool,
}

/// The clipboard that the text is on, and why it is not the desktop's where that was tried in vain.
#[derive(Debug)]
pub struct Copied {
    /// Where the text is.
    pub clipboard: Clipboard,
    /// What was wrong with the desktop's.
    pub instead: Option<ClipboardError>,
}

/// Why the text is on no clipboard.
#[derive(Debug, thiserror::Error)]
pub enum ClipboardError {
    /// A server, a container, a CI job.
    #[error(
        "there is no desktop here ({}), and no terminal that has a clipboard",
        system::NO_DESKTOP
    )]
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
    /// A program or a device in between failed.
    #[error("{what}")]
    Io {
        /// What was done.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

/// Puts the text on a clipboard, to stay there when this process has ended: on the terminal's where
/// that of the desktop does not work and the user did not insist on it.
///
/// # Errors
/// When it got to none.
pub fn copy(text: &str, via: Via) -> Result<Copied, ClipboardError> {
    let around = system::surroundings();
    let clipboard = choose(via, around)?;
    if clipboard == Clipboard::Terminal {
        system::put_on_terminal(text)?;
        return Ok(Copied { clipboard, instead: None });
    }
    let falls_back = via == Via::Auto && around.terminal;
    let patience = if falls_back { PATIENCE_BEFORE_TERMINAL } else { PATIENCE };
    match system::put(clipboard, text, patience) {
        Ok(()) => Ok(Copied { clipboard, instead: None }),
        Err(cause) if falls_back => {
            system::put_on_terminal(text)?;
            Ok(Copied { clipboard: Clipboard::Terminal, instead: Some(cause) })
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

/// Takes over the process when it was started only to keep a text on the clipboard; `None` for
/// every other start.
///
/// On X11 and Wayland the text lives as long as the program that offers it. So the program starts
/// itself once more, with a variable in the environment that no user sets and no help text shows,
/// and that copy stays behind.
#[must_use]
pub fn hold_if_asked() -> Option<ExitCode> {
    system::hold_if_asked()
}

fn choose(via: Via, around: Surroundings) -> Result<Clipboard, ClipboardError> {
    let terminal = around.terminal.then_some(Clipboard::Terminal);
    match via {
        Via::Auto => around.native.or(terminal).ok_or(ClipboardError::Nowhere),
        Via::Native => around.native.ok_or(ClipboardError::NoDesktop),
        // Asked for by name, a terminal of any kind gets it.
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
            let found = choose(via, Surroundings { native, terminal });
            assert_eq!(found.ok(), expected, "{via:?} {native:?} {terminal}");
        }
    }
}
