//! The cluster: the test crate's `embedded-cluster` program, because an SSH server has dependencies
//! and xtask has none.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use crate::step::{Failure, cannot_start};
use crate::workspace;

/// A running cluster; dropping it ends it.
pub(super) struct Cluster {
    pub(super) address: SocketAddr,
    child: Child,
}

impl Cluster {
    pub(super) fn start(user: &str, authorized_line: &str) -> Result<Self, Failure> {
        let program = workspace::program("embedded-cluster");
        let mut command = Command::new(workspace::target().join("debug").join(program));
        command.args([user, authorized_line]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout)
                .read_line(&mut line)
                .map_err(|error| Failure::new(format!("cannot read from the cluster: {error}")))?;
        }
        let address = line.split(' ').next().and_then(|address| address.parse().ok());
        let address = address.ok_or_else(|| {
            Failure::new(format!("the cluster printed `{}`, not its address", line.escape_debug()))
        })?;
        Ok(Self { address, child })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It also ends when its standard input is closed, which happens here too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
