//! A status line on the terminal while `--follow` waits.

use std::io::Write as _;
use std::time::Duration;

use crate::defaults::UNSHOWN_WAIT;

const FRAMES: [char; 4] = ['|', '/', '-', '\\'];
/// How long each frame is shown.
const FRAME: Duration = Duration::from_millis(150);

/// A spinner with a counter, on standard error, which is erased on drop.
pub(super) struct Spinner {
    is_on: bool,
    is_shown: bool,
    shown: u128,
}

impl Spinner {
    /// Shows nothing yet; if `is_on` is false, never shows anything.
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on, is_shown: false, shown: 0 }
    }

    /// Shows how long it has waited.
    pub(super) fn turn(&mut self, elapsed: Duration) {
        let turns = elapsed.as_millis() / FRAME.as_millis();
        if !self.is_on || elapsed < UNSHOWN_WAIT || (self.is_shown && turns == self.shown) {
            return;
        }
        let frame = FRAMES.iter().cycle().nth(usize::try_from(turns % 4).unwrap_or(0));
        let (minutes, seconds) = (elapsed.as_secs() / 60, elapsed.as_secs() % 60);
        let mut stderr = anstream::stderr().lock();
        // If the terminal is gone, the status does not matter.
        let _ = write!(
            stderr,
            "\r{} waiting for a login in the log {minutes}:{seconds:02}",
            frame.unwrap_or(&' ')
        );
        let _ = stderr.flush();
        (self.is_shown, self.shown) = (true, turns);
    }

    /// Erases the line.
    pub(super) fn clear(&mut self) {
        if self.is_shown {
            let mut stderr = anstream::stderr().lock();
            // As above; the sequence erases the line (ECMA-48 EL).
            let _ = write!(stderr, "\r\x1b[K");
            let _ = stderr.flush();
            self.is_shown = false;
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.clear();
    }
}
