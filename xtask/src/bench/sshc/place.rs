//! Where a server is.

use std::ffi::OsStr;
use std::process::Command;

/// An address and port, in the machine's own network or in one of the benchmark's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) host: &'static str,
    pub(super) port: u16,
    /// The process whose network namespace that is, unless it is ours.
    pub(super) network: Option<u32>,
}

impl Place {
    /// A port of this machine.
    pub(super) const fn loopback(port: u16) -> Self {
        Self { host: "127.0.0.1", port, network: None }
    }

    /// A command whose network is that of the place.
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

    /// Who logs in there.
    pub(super) fn login(&self) -> String {
        format!("root@{}", self.host)
    }
}
