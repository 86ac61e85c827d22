//! Asks on the client's terminal while the client is its foreground process: then nothing else
//! reads from it. Otherwise asks on our own, under the same condition.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod other;

#[cfg(any(target_os = "linux", target_os = "android"))]
use linux as system;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use other as system;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::{Asked, Question, QuestionKind};

/// How long to wait for a key before checking that the client is still there.
const LOOK: Duration = Duration::from_millis(100);

/// The longest answer, in bytes; what is typed beyond it is ignored.
const LONGEST: usize = 4096;

/// Asks on the client's terminal, if it has one, else on that of `start --foreground`.
pub(super) fn ask(question: &Question<'_>) -> Asked {
    let ours = || system::terminal_of(i32::try_from(std::process::id()).ok()?);
    let Some(terminal) = question.caller.process.and_then(system::terminal_of).or_else(ours) else {
        return Asked::NoWay;
    };
    let Some(keys) = Keys::of(&terminal) else { return Asked::NoWay };
    let answer = converse(&terminal, question);
    drop(keys);
    // Requires a word, because Enter alone may have been meant for another program.
    let is_meant =
        |word: &Zeroizing<Vec<u8>>| question.kind == QuestionKind::Passphrase || !word.is_empty();
    answer.filter(is_meant).map_or(Asked::Refused, Asked::Answer)
}

/// Describes a process.
pub(super) fn program(process: i32) -> String {
    format!("process {process}")
}

fn converse(mut terminal: &File, question: &Question<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let hint = if question.kind == QuestionKind::Confirmation { " (yes/no) " } else { "" };
    write!(terminal, "\r\n{}{hint}", question.text).ok()?;
    let answer = read_line(terminal, question);
    let _ = terminal.write_all(b"\r\n");
    answer
}

fn read_line(mut terminal: &File, question: &Question<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    loop {
        if question.is_over() {
            return None;
        }
        let mut waited = [PollFd::new(terminal, PollFlags::IN)];
        let look = Timespec::try_from(LOOK).ok()?;
        if poll(&mut waited, Some(&look)).is_ok_and(|ready| ready == 0) {
            continue;
        }
        let mut byte = [0];
        if terminal.read(&mut byte).ok()? == 0 {
            return None;
        }
        match byte {
            [b'\r' | b'\n'] => return Some(line),
            // Ctrl-C, Ctrl-D, Ctrl-\, Ctrl-Z.
            [0x03 | 0x04 | 0x1a | 0x1c] => return None,
            [0x08 | 0x7f] => {
                line.pop();
            }
            [0x15] => line.clear(),
            [byte] if line.len() < LONGEST => line.push(byte),
            _ => {}
        }
        if let (QuestionKind::Confirmation, [byte @ b' '..=b'~']) = (question.kind, byte) {
            terminal.write_all(&[byte]).ok()?;
        }
    }
}

/// The terminal without echo, line editing and signals; restored on drop.
struct Keys<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Keys<'a> {
    fn of(terminal: &'a File) -> Option<Self> {
        let before = tcgetattr(terminal).ok()?;
        let mut raw = before.clone();
        raw.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(terminal, OptionalActions::Flush, &raw).ok()?;
        Some(Self { terminal, before })
    }
}

impl Drop for Keys<'_> {
    fn drop(&mut self) {
        // If the terminal is gone, nothing needs restoring.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}
