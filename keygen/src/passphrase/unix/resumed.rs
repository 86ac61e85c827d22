//! A question with echo, which is shown again when the program continues after a pause (Ctrl-Z,
//! `fg`).

use std::fs::File;
use std::io::{self, Write as _};
use std::thread;

use rustix::process::getpgrp;
use rustix::termios::tcgetpgrp;
use signal_hook::consts::SIGCONT;
use signal_hook::iterator::{Handle, Signals};

/// Shows the question and reads the answer; shows it again whenever the program continues
/// meanwhile.
pub(super) fn ask<T>(
    terminal: &File,
    question: &str,
    read: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    let mut continued = Signals::new([SIGCONT])?;
    let end = End(continued.handle());
    thread::scope(|scope| {
        scope.spawn(move || {
            for _ in &mut continued {
                // In the background, the terminal is another program's.
                if tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp()) {
                    let mut terminal = terminal;
                    // If the terminal is gone, reading from it fails, too.
                    let _ = terminal.write_all(question.as_bytes());
                }
            }
        });
        let _end = end;
        // Only now, so that a pause right after it is noticed.
        let mut terminal = terminal;
        terminal.write_all(question.as_bytes())?;
        read()
    })
}

/// Ends the thread that waits for the signal.
struct End(Handle);

impl Drop for End {
    fn drop(&mut self) {
        self.0.close();
    }
}
