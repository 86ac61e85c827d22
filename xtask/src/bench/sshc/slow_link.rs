//! A connection with a round trip of 50 ms that delays packets, as a network does.
//!
//! The relay in [`super::relay`] acknowledges data before delivering it, and so hides part of a
//! login's cost on a slow network: Nagle's algorithm on either side waits for acknowledgements.
//! Here acknowledgements take as long as data. The standard library cannot open tunnel devices, but
//! Python can: a script delays the packets.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::place::Place;
use crate::step::{Failure, cannot_start};

const SCRIPT: &str = include_str!("slow_link.py");

/// Half of the round trip, in seconds.
const ONE_WAY: &str = "0.025";

/// A network namespace with the connection in it; both end on drop.
pub(super) struct Line {
    child: Child,
}

impl Line {
    /// Sets up the connection, which needs root.
    pub(super) fn lay() -> Result<Self, Failure> {
        let mut command = Command::new("unshare");
        command.args(["--net", "python3", "-c", SCRIPT, ONE_WAY]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
        let mut said = String::new();
        if let Some(output) = child.stdout.take() {
            // Unreadable output does not say `up` either.
            let _ = BufReader::new(output).read_line(&mut said);
        }
        let line = Self { child };
        if said.trim_end() == "up" {
            return Ok(line);
        }
        Err(Failure::new("cannot set up a link of 50 ms; that needs root and `/dev/net/tun`"))
    }

    /// The address for a server at the near end.
    pub(super) fn near(&self, port: u16) -> Place {
        Place { host: "198.18.0.1", port, network: Some(self.child.id()) }
    }

    /// The address at which clients reach it, at the far end.
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
