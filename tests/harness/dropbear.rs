//! dropbear, the small server of routers and appliances.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use tempfile::TempDir;

use crate::account::{Account, succeed};
use crate::process::{Process, start_server};
use crate::programs::{built, installed};
use crate::sshd::free_port;
use crate::transcript::Transcript;

/// A running `dropbear` with an Ed25519 host key, on 127.0.0.1. It ends when this is dropped.
#[derive(Debug)]
pub struct Dropbear {
    _folder: TempDir,
    host_key: String,
    port: u16,
    log: Transcript,
    _process: Process,
}

impl Dropbear {
    /// Starts it for all accounts of this machine, and returns when it listens. It looks for
    /// `authorized_keys` in the account's home: see [`Account::authorize`].
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("dropbear-").expect("a temporary folder can be made");
        let key = folder.path().join("host_ed25519");
        let mut dropbearkey = Command::new(installed("dropbearkey"));
        let shown = succeed(dropbearkey.args(["-t", "ed25519", "-f"]).arg(&key));
        let host_key = shown.lines().find(|line| line.starts_with("ssh-ed25519 "));
        let host_key = host_key.expect("dropbearkey shows the public line");
        let host_key = host_key.split(' ').take(2).collect::<Vec<_>>().join(" ");
        for _ in 0..20 {
            let port = free_port();
            let mut command = Command::new(built("session-leader"));
            command.arg("-").arg(installed("dropbear")).args(["-F", "-E", "-r"]).arg(&key);
            command.arg("-p").arg(format!("127.0.0.1:{port}"));
            let (process, log) = start_server(command, "dropbear");
            if log.wait_for_any(&["Not backgrounding", "Failed listening"]) == 0 {
                return Self { _folder: folder, host_key, port, log, _process: process };
            }
        }
        panic!("twenty free ports in a row were taken by other programs")
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `user@127.0.0.1:port`.
    #[must_use]
    pub fn target(&self, account: &Account) -> String {
        format!("{}@{}", account.name(), SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))
    }

    /// The line of `known_hosts` for its host key.
    #[must_use]
    pub fn known_hosts_line(&self) -> String {
        format!("[127.0.0.1]:{} {}\n", self.port, self.host_key)
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> &Transcript {
        &self.log
    }
}
