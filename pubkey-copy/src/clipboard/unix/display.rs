//! The clipboard of X11 and Wayland, where the text lives only as long as the program that offers
//! it.
//!
//! The program starts a copy of itself, gives it the text, and waits until the copy has the
//! clipboard. The copy keeps no terminal, folder or stream of ours. It ends when another program
//! copies something, or when the display is gone. If the display is on another machine, ssh would
//! wait for the copy, so the desktop's clipboard manager is asked to keep the text.

mod clipboard_manager;
mod compositor;

use std::env;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use arboard::{Clipboard, SetExtLinux as _};

use super::{ClipboardError, Lifetime};
use crate::defaults::{COPY_TIMEOUT, DISPLAY_CHECK_PAUSE, PASTE_CHECK_PAUSE};

pub(in super::super) const NO_DESKTOP: &str = "neither DISPLAY nor WAYLAND_DISPLAY is set";

/// Set in the environment of the copy that keeps running. It is not an option, because no user
/// needs it.
const HOLDER: &str = "PUBKEY_COPY_HOLDS_THE_CLIPBOARD";

/// The copy's message when the display has answered.
const ANSWERED: &str = "answered";

/// and when the text can be pasted, from the copy or from a clipboard manager,
const HELD: &str = "held";

/// or only from the copy, through ssh; any other line is the reason for a failure.
const HELD_THROUGH_SSH: &str = "held through ssh";

pub(super) fn is_there() -> bool {
    let named = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// Starts the copy, gives it the text, and waits until it holds the clipboard.
pub(super) fn put(text: &str, time_limit: Duration) -> Result<Lifetime, ClipboardError> {
    let mut holder = start().map_err(|source| ClipboardError::Io {
        what: "no second process could be started to keep the clipboard",
        source,
    })?;
    let answer = give(&mut holder, text, time_limit);
    if answer.is_err() {
        // It may be waiting for a display that never answers; it must not stay behind.
        let _ = holder.kill();
        let _ = holder.wait();
    }
    answer
}

fn start() -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .env(HOLDER, "1")
        // A process in a folder would prevent its unmounting.
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

fn give(holder: &mut Child, text: &str, time_limit: Duration) -> Result<Lifetime, ClipboardError> {
    let broken = |source| ClipboardError::Io { what: "the process that keeps it failed", source };
    if let Some(mut input) = holder.stdin.take() {
        input.write_all(text.as_bytes()).map_err(broken)?;
    }
    let Some(output) = holder.stdout.take() else { return Ok(Lifetime::UntilReplaced) };
    let (answered, answer) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            // The receiver is dropped once it has waited long enough.
            let _ = answered.send(line);
        }
    });
    let next = |time_limit| match answer.recv_timeout(time_limit) {
        Ok(line) => line.map_err(broken),
        Err(RecvTimeoutError::Disconnected) => Ok(String::new()),
        Err(RecvTimeoutError::Timeout) => {
            Err(ClipboardError::Refused(format!("the display at {} does not answer", named())))
        }
    };
    let mut line = next(time_limit)?;
    if line == ANSWERED {
        line = next(COPY_TIMEOUT)?;
    }
    match line.as_str() {
        HELD => Ok(Lifetime::UntilReplaced),
        HELD_THROUGH_SSH => Ok(Lifetime::AsLongAsSsh),
        "" => Err(ClipboardError::Refused("the process that keeps it ended early".into())),
        reason => Err(ClipboardError::Refused(reason.to_owned())),
    }
}

/// The whole life of the copy that keeps running.
pub(super) fn hold_if_asked() -> Option<ExitCode> {
    env::var_os(HOLDER)?;
    // Leaves the terminal's session, so that closing the window does not end the copy. This fails
    // only if it has already left.
    let _ = rustix::process::setsid();
    let mut text = String::new();
    let held = io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())
        .and_then(|_| hold(&text));
    if let Err(reason) = &held {
        answer(reason);
    }
    Some(if held.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Offers the text until another program copies something, or the display disappears.
fn hold(text: &str) -> Result<(), String> {
    let mut clipboard = Clipboard::new().map_err(|_| unanswered())?;
    answer(ANSWERED);
    let ended = offer(text.to_owned());
    loop {
        match ended.recv_timeout(PASTE_CHECK_PAUSE) {
            Err(RecvTimeoutError::Timeout) if clipboard.get_text().is_ok_and(|now| now == text) => {
                break;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Err(error)) => return Err(words(error)),
            // Another program has copied something meanwhile: our text was there, and has been
            // replaced as it should.
            Ok(Ok(())) | Err(RecvTimeoutError::Disconnected) => {
                answer(HELD);
                return Ok(());
            }
        }
    }
    if !clipboard_manager::is_forwarded() {
        answer(HELD);
    } else if clipboard_manager::keeps_the_clipboard() {
        answer(HELD);
        return Ok(());
    } else {
        answer(HELD_THROUGH_SSH);
    }
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(DISPLAY_CHECK_PAUSE) {
        if let Err(arboard::Error::Unknown { .. }) = clipboard.get_text() {
            break;
        }
    }
    Ok(())
}

/// Takes the clipboard and serves the text from a thread of its own; sends how that ended.
fn offer(text: String) -> Receiver<Result<(), arboard::Error>> {
    let (end, ended) = mpsc::channel();
    thread::spawn(move || {
        let result = Clipboard::new().and_then(|mut clipboard| clipboard.set().wait().text(text));
        // Nothing receives this any more if the process is ending.
        let _ = end.send(result);
    });
    ended
}

/// The library's own message would speak of a time-out even if there was no display at all.
fn unanswered() -> String {
    match compositor::answering() {
        Some(name) => format!(
            "the Wayland compositor at `{name}` has no data-control, so only programs with a \
             window can copy"
        ),
        None => format!("no display server answers at {}", named()),
    }
}

fn named() -> String {
    let displays =
        ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().filter_map(|name| env::var(name).ok());
    let named: Vec<_> = displays.filter(|it| !it.is_empty()).map(|it| format!("`{it}`")).collect();
    named.join(" or ")
}

fn words(error: arboard::Error) -> String {
    match error {
        arboard::Error::Unknown { description } => description,
        other => other.to_string(),
    }
}

fn answer(line: &str) {
    // The first process may have given up waiting.
    let _ = writeln!(io::stdout(), "{}", line.escape_debug());
}
