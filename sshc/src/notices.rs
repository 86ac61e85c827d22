//! Writes notices to standard error on a thread of its own: a terminal that takes no output
//! (Ctrl-S, a selection in a Windows console) must not stop the work. This module decides when to
//! write; the callers decide what.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, Once, PoisonError};
use std::thread;
use std::time::Duration;

use crate::Error;
use crate::lock::lock;
use crate::terminal;

/// How long to wait until a notice is written, so that later output usually follows it,
const TIME_LIMIT: Duration = Duration::from_millis(100);

/// and how long at the end, when nothing else has to go on, even on a busy computer.
const LAST_TIME_LIMIT: Duration = Duration::from_secs(2);

static PENDING: Mutex<PendingText> =
    Mutex::new(PendingText { text: String::new(), line: None, writing: false });

/// Whether the terminal shows a line that is to be overwritten.
static DRAWN: AtomicBool = AtomicBool::new(false);

/// Whether the last output to the terminal lacks a line end, as a shell's prompt does.
static LINE_IS_OPEN: AtomicBool = AtomicBool::new(false);

/// Notified when there is something to write.
static MORE: Condvar = Condvar::new();

/// Notified when something was written.
static WRITTEN: Condvar = Condvar::new();

#[derive(Debug)]
struct PendingText {
    text: String,
    /// Where in `text` the line begins that the next drawn line replaces, if `text` ends with one.
    line: Option<usize>,
    /// Whether the thread is still writing what it took.
    writing: bool,
}

impl PendingText {
    /// Adds a notice, which is never replaced.
    fn say(&mut self, notice: &str) {
        self.line = None;
        self.text.push_str(notice);
    }

    /// Adds a line that replaces the previous drawn one if that is unwritten.
    fn draw(&mut self, line: &str) {
        let begin = self.line.unwrap_or(self.text.len());
        self.text.truncate(begin);
        self.line = Some(begin);
        self.text.push_str("\r\x1b[K");
        self.text.push_str(line);
    }

    fn take(&mut self) -> String {
        self.line = None;
        std::mem::take(&mut self.text)
    }
}

/// Writes `sshc: cannot do X: cause` and the hint at once, on this thread.
pub(crate) fn error(error: &Error) {
    log::error!("{}", error.plain());
    make_room();
    if LINE_IS_OPEN.swap(false, Ordering::Relaxed) && io::stderr().is_terminal() {
        say(terminal::line_end());
    }
    contract::report::write("sshc", error);
}

/// Records the session's output to the terminal, so that our notices begin on a new line.
pub(crate) fn note_output(bytes: &[u8]) {
    if let Some(last) = bytes.last() {
        LINE_IS_OPEN.store(*last != b'\n', Ordering::Relaxed);
    }
}

/// Shows a notice on a terminal. Scripts get none, and `--quiet` silences them.
pub(crate) fn tell(quiet: bool, text: &str) {
    if !quiet && io::stderr().is_terminal() {
        let end = terminal::line_end();
        // In the background the cursor is after a shell's prompt or what the user types.
        let is_open = LINE_IS_OPEN.swap(false, Ordering::Relaxed) || terminal::is_in_background();
        let begin = if is_open { end } else { "" };
        let lines: String = text.lines().flat_map(|line| [line, end]).collect();
        say(&format!("{begin}{lines}"));
    }
}

/// Writes these lines, and waits shortly for that, so that later output follows them.
pub(crate) fn say(notice: &str) {
    make_room();
    lock(&PENDING).say(notice);
    wait(TIME_LIMIT);
}

/// Draws this line over the last drawn one. Never waits; if the terminal stalls, only the last of
/// several lines is drawn.
pub(crate) fn draw(line: &str) {
    DRAWN.store(true, Ordering::Relaxed);
    lock(&PENDING).draw(line);
    wake();
}

/// Clears the drawn line, and waits for that unless it takes long.
pub(crate) fn erase() {
    DRAWN.store(false, Ordering::Relaxed);
    lock(&PENDING).draw("");
    wait(LAST_TIME_LIMIT);
}

/// Clears a drawn line, so that a question does not follow it.
pub(crate) fn make_room() {
    if DRAWN.load(Ordering::Relaxed) {
        erase();
    }
}

fn wait(time_limit: Duration) {
    wake();
    let pending = |pending: &mut PendingText| pending.writing || !pending.text.is_empty();
    drop(WRITTEN.wait_timeout_while(lock(&PENDING), time_limit, pending));
}

fn wake() {
    static STARTED: Once = Once::new();
    // If the thread cannot be started, no notices appear, but the work goes on.
    STARTED.call_once(|| drop(thread::Builder::new().name("notices".to_owned()).spawn(write)));
    MORE.notify_one();
}

fn write() {
    let mut pending = lock(&PENDING);
    loop {
        pending = MORE
            .wait_while(pending, |pending| pending.text.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let text = pending.take();
        pending.writing = true;
        drop(pending);
        // If standard error is closed, no notice can be shown.
        let _ = io::stderr().write_all(text.as_bytes());
        pending = lock(&PENDING);
        pending.writing = false;
        WRITTEN.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_waiting_status_lines_the_last_is_drawn_and_every_notice_is_written() {
        let mut pending = PendingText { text: String::new(), line: None, writing: false };
        pending.draw("one");
        pending.draw("two");
        pending.draw("");
        pending.say("lost\n");
        pending.say("back\n");
        pending.draw("three");
        pending.draw("four");
        assert_eq!(pending.take(), "\r\x1b[Klost\nback\n\r\x1b[Kfour");
        pending.draw("five");
        assert_eq!(pending.take(), "\r\x1b[Kfive");
    }
}
