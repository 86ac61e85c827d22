//! An X server without a screen, for the clipboard.

use crate::home::Home;
use crate::invocation::Running;

/// A running `Xvfb`, which ends when this is dropped.
#[derive(Debug)]
pub struct Display {
    name: String,
    _process: Running,
}

impl Display {
    /// Starts it on a free display, and returns when it accepts clients.
    #[must_use]
    pub fn start(home: &Home) -> Self {
        let arguments = ["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"];
        let process = home.peer("Xvfb").args(arguments).start();
        process.stdout.wait_for("\n");
        Self { name: format!(":{}", process.stdout.text().trim()), _process: process }
    }

    /// The value for `DISPLAY`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
