//! The address of a server.

use std::ffi::OsStr;
use std::process::Command;

/// An address and port, in the machine's own network or in the benchmark's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) host: &'static str,
    pub(super) port: u16,
    /// The process in whose network namespace it is; `None` for our own.
    pub(super) network: Option<u32>,
}

impl Place {
    /// A port of this machine.
    pub(super) const fn loopback(port: u16) -> Self {
        Self { host: "127.0.0.1", port, network: None }
    }

    /// A command that runs in the network of this address.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        match self.network {
            None => Command::new(program),
            Some(process) => {
                let mut inside = Command::new("nsenter");
                inside.arg(format!("--net=/proc/{process}/ns/net")).arg("--").arg(program);
                inside
            }
        }
    }

    /// The user and host to log in to.
    pub(super) fn login(&self) -> String {
        format!("root@{}", self.host)
    }
}
