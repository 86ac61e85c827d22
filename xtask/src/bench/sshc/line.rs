//! A line of 50 ms that delays packets, as a network does.
//!
//! The relay of [`super::relay`] acknowledges what it has not delivered yet, and so hides what a
//! login costs where packets take their time: Nagle's algorithm at either end waits for
//! acknowledgements. Here they travel as far as the data does. The standard library has no tunnel
//! devices, Python can ask for one: a script delays the packets.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::place::Place;
use crate::step::{Failure, cannot_start};

const SCRIPT: &str = include_str!("line.py");

/// Half of the round trip, in seconds.
const ONE_WAY: &str = "0.025";

/// A network namespace with the line in it; dropping it ends both.
pub(super) struct Line {
    child: Child,
}

impl Line {
    /// Lays the line; that needs root.
    pub(super) fn lay() -> Result<Self, Failure> {
        let mut command = Command::new("unshare");
        command.args(["--net", "python3", "-c", SCRIPT, ONE_WAY]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
        let mut said = String::new();
        if let Some(output) = child.stdout.take() {
            // What cannot be read is no `up` either.
            let _ = BufReader::new(output).read_line(&mut said);
        }
        let line = Self { child };
        if said.trim_end() == "up" {
            return Ok(line);
        }
        Err(Failure::new("cannot lay a line of 50 ms; that needs root and `/dev/net/tun`"))
    }

    /// Where a server at the near end listens.
    pub(super) fn near(&self, port: u16) -> Place {
        Place { host: "198.18.0.1", port, network: Some(self.child.id()) }
    }

    /// Where clients find it, at the far end.
    pub(super) fn far(&self, port: u16) -> Place {
        Place { host: "198.18.0.2", ..self.near(port) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
