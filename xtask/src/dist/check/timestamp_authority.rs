//! A time-stamp authority of our own, for `--timestamp-url` in the check.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::step::{self, Failure};
use crate::workspace;

/// It answers as long as this exists.
pub(super) struct TimestampAuthority {
    server: Child,
    pub(super) url: String,
}

impl TimestampAuthority {
    /// Starts it with its files in this folder.
    pub(super) fn start(folder: &Path) -> Result<Self, Failure> {
        let mut command = Command::new("python3");
        command.arg(workspace::root().join("tests/dist/timestamp.py")).arg(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = command.spawn().map_err(|error| step::cannot_start(&command, &error))?;
        let mut url = String::new();
        if let Some(said) = server.stdout.take() {
            // Without an address nothing can be signed, which is reported below.
            let _ = BufReader::new(said).read_line(&mut url);
        }
        let authority = Self { server, url: url.trim().to_owned() };
        if authority.url.is_empty() {
            return Err(Failure::new("the time-stamp authority did not start"));
        }
        Ok(authority)
    }
}

impl Drop for TimestampAuthority {
    fn drop(&mut self) {
        // It ends when its input is closed.
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}
