//! tinysshd, which has one channel, one login method, and no strict key exchange.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::account::{Account, succeed};
use crate::hostile::Hostile;
use crate::programs::installed;

/// Starts tinysshd for each connection, as inetd would; dropping this closes the port.
#[derive(Debug)]
pub struct Tinysshd {
    _folder: TempDir,
    host_key: String,
    server: Hostile,
}

impl Tinysshd {
    /// Accepts accounts of this machine with an Ed25519 key in their `authorized_keys`.
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("tinysshd-").expect("a temporary folder can be made");
        let keys = folder.path().join("keys");
        succeed(Command::new(installed("tinysshd-makekey")).arg(&keys));
        let shown = succeed(Command::new(installed("tinysshd-printkey")).arg(&keys));
        let server = serve(keys);
        Self { _folder: folder, host_key: shown.trim().to_owned(), server }
    }

    /// `user@127.0.0.1:port`.
    #[must_use]
    pub fn target(&self, account: &Account) -> String {
        format!("{}@{}", account.name(), self.address())
    }

    /// The address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The line of `known_hosts` for its host key.
    #[must_use]
    pub fn known_hosts_line(&self) -> String {
        format!("[127.0.0.1]:{} {}\n", self.server.port(), self.host_key)
    }
}

fn serve(keys: PathBuf) -> Hostile {
    Hostile::with(move |stream| {
        let socket = OwnedFd::from(stream);
        let output = socket.try_clone().expect("a descriptor is left");
        // It ends with the connection.
        let _ = start(&keys).stdin(socket).stdout(output).stderr(Stdio::null()).status();
    })
}

fn start(keys: &Path) -> Command {
    let mut command = Command::new(installed("tinysshd"));
    command.arg("-q").arg(keys);
    command
}
