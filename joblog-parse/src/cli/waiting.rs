//! The sign on the terminal that something is being waited for.

use std::io::Write as _;
use std::time::Duration;

const FRAMES: [char; 4] = ['|', '/', '-', '\\'];
/// A frame is shown for so long.
const FRAME: Duration = Duration::from_millis(150);
/// What cannot matter to a person is not shown at all.
const PATIENCE: Duration = Duration::from_millis(400);

/// A line that turns and counts, on standard error; it is gone when this is dropped.
pub(super) struct Waiting {
    is_on: bool,
    is_shown: bool,
    shown: u128,
}

impl Waiting {
    /// Shows nothing yet, and nothing ever when it is off.
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on, is_shown: false, shown: 0 }
    }

    /// Shows how long it has been.
    pub(super) fn turn(&mut self, elapsed: Duration) {
        let turns = elapsed.as_millis() / FRAME.as_millis();
        if !self.is_on || elapsed < PATIENCE || (self.is_shown && turns == self.shown) {
            return;
        }
        let frame = FRAMES.iter().cycle().nth(usize::try_from(turns % 4).unwrap_or(0));
        let (minutes, seconds) = (elapsed.as_secs() / 60, elapsed.as_secs() % 60);
        let mut stderr = anstream::stderr().lock();
        // A terminal that went away needs no sign.
        let _ = write!(
            stderr,
            "\r{} waiting for a login in the log {minutes}:{seconds:02}",
            frame.unwrap_or(&' ')
        );
        let _ = stderr.flush();
        (self.is_shown, self.shown) = (true, turns);
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self) {
        if self.is_shown {
            let mut stderr = anstream::stderr().lock();
            // See above; the sequence erases the line (ECMA-48 EL).
            let _ = write!(stderr, "\r\x1b[K");
            let _ = stderr.flush();
            self.is_shown = false;
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.clear();
    }
}
