//! What is said on standard error, by a thread of its own: a terminal that takes nothing (Ctrl-S, a
//! selection in a Windows
//! console) must not stop what runs beside it. Here is when it is written; what it says belongs to
//! those who say it.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, Once, PoisonError};
use std::thread;
use std::time::Duration;

use crate::Error;
use crate::lock::held;
use crate::terminal;

/// How long a writing is waited for: long enough for what is written next to stand behind it,
const PATIENCE: Duration = Duration::from_millis(100);

/// and at the end, when nothing else has to go on, on a busy computer, too.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

static UNSAID: Mutex<Unsaid> =
    Mutex::new(Unsaid { text: String::new(), line: None, writing: false });

/// Whether a line stands on the terminal that is to be drawn over.
static DRAWN: AtomicBool = AtomicBool::new(false);

/// Whether what was last written to the terminal has left the cursor behind it, as a shell's prompt
/// does.
static LINE_IS_OPEN: AtomicBool = AtomicBool::new(false);

/// Told when there is something to write.
static MORE: Condvar = Condvar::new();

/// Told when something was written.
static WRITTEN: Condvar = Condvar::new();

#[derive(Debug)]
struct Unsaid {
    text: String,
    /// Where the line begins that the next one replaces, if `text` ends with such a line.
    line: Option<usize>,
    /// Whether the thread is writing what it took before.
    writing: bool,
}

impl Unsaid {
    /// Adds a notice, which is never replaced.
    fn say(&mut self, notice: &str) {
        self.line = None;
        self.text.push_str(notice);
    }

    /// Adds a line in place of one that was not written yet.
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

/// Writes `sshc: cannot do X: cause` and the hint, at once and by this thread.
pub(crate) fn error(error: &Error) {
    log::error!("{}", error.plain());
    make_room();
    if LINE_IS_OPEN.swap(false, Ordering::Relaxed) && io::stderr().is_terminal() {
        say(terminal::line_end());
    }
    contract::report::write("sshc", error);
}

/// Notes what the session has written to the terminal, so that what we say begins a line of its
/// own.
pub(crate) fn note_output(bytes: &[u8]) {
    if let Some(last) = bytes.last() {
        LINE_IS_OPEN.store(*last != b'\n', Ordering::Relaxed);
    }
}

/// Tells the person at the terminal. Scripts get no notices, and `--quiet` silences them.
pub(crate) fn tell(quiet: bool, text: &str) {
    if !quiet && io::stderr().is_terminal() {
        let end = terminal::line_end();
        // In the background a shell's prompt stands there, or what the user types.
        let is_open = LINE_IS_OPEN.swap(false, Ordering::Relaxed) || terminal::is_in_background();
        let begin = if is_open { end } else { "" };
        let lines: String = text.lines().flat_map(|line| [line, end]).collect();
        say(&format!("{begin}{lines}"));
    }
}

/// Says these lines, before anything else is said unless that would take long.
pub(crate) fn say(notice: &str) {
    make_room();
    held(&UNSAID).say(notice);
    wait(PATIENCE);
}

/// Draws this over the line that was drawn last. Never waits; of several lines that the terminal
/// did not take only the last
/// is drawn.
pub(crate) fn draw(line: &str) {
    DRAWN.store(true, Ordering::Relaxed);
    held(&UNSAID).draw(line);
    wake();
}

/// Leaves the terminal's line empty, before anything else is said unless that would take long.
pub(crate) fn erase() {
    DRAWN.store(false, Ordering::Relaxed);
    held(&UNSAID).draw("");
    wait(LAST_PATIENCE);
}

/// Takes away a line that was drawn, so that a question does not stand after it.
pub(crate) fn make_room() {
    if DRAWN.load(Ordering::Relaxed) {
        erase();
    }
}

fn wait(patience: Duration) {
    wake();
    let unsaid = |unsaid: &mut Unsaid| unsaid.writing || !unsaid.text.is_empty();
    drop(WRITTEN.wait_timeout_while(held(&UNSAID), patience, unsaid));
}

fn wake() {
    static STARTED: Once = Once::new();
    // Without the thread nothing is said: the work goes on all the same.
    STARTED.call_once(|| drop(thread::Builder::new().name("notices".to_owned()).spawn(write)));
    MORE.notify_one();
}

fn write() {
    let mut unsaid = held(&UNSAID);
    loop {
        unsaid = MORE
            .wait_while(unsaid, |unsaid| unsaid.text.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let text = unsaid.take();
        unsaid.writing = true;
        drop(unsaid);
        // Nobody is left to tell when standard error is closed.
        let _ = io::stderr().write_all(text.as_bytes());
        unsaid = held(&UNSAID);
        unsaid.writing = false;
        WRITTEN.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_lines_that_wait_the_last_is_drawn_and_every_notice_is_said() {
        let mut unsaid = Unsaid { text: String::new(), line: None, writing: false };
        unsaid.draw("one");
        unsaid.draw("two");
        unsaid.draw("");
        unsaid.say("lost\n");
        unsaid.say("back\n");
        unsaid.draw("three");
        unsaid.draw("four");
        assert_eq!(unsaid.take(), "\r\x1b[Klost\nback\n\r\x1b[Kfour");
        unsaid.draw("five");
        assert_eq!(unsaid.take(), "\r\x1b[Kfive");
    }
}
