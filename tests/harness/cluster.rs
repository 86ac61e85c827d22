//! A stand-in for a real cluster: an SSH server inside a test or a demonstration, which needs
//! nothing installed.
//!
//! It has a throw-away Ed25519 host key and one user with one authorized key. It runs commands
//! without a terminal, and forwards connections to loopback addresses. Tests of how we get along
//! with servers use real ones; see [`crate::sshd`](../sshd/index.html).

mod command;
mod server;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;

use russh::keys::{Algorithm, HashAlg, PrivateKey, PublicKey};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A running cluster. Dropping it ends it and every connection.
#[derive(Debug)]
pub struct Cluster {
    address: SocketAddr,
    public_key: PublicKey,
    _stop: oneshot::Sender<()>,
}

impl Cluster {
    /// Starts one on a free port of 127.0.0.1 that lets `user` in with the private half of
    /// `authorized_line`.
    ///
    /// # Errors
    ///
    /// When the line is not a public key, or no port is free.
    pub fn start(user: &str, authorized_line: &str) -> io::Result<Self> {
        let host_key = PrivateKey::random(&mut rand::rng(), Algorithm::Ed25519);
        Self::start_with(host_key.map_err(io::Error::other)?, user, authorized_line)
    }

    /// The same, with a known host key.
    ///
    /// # Errors
    ///
    /// The line is no public key, or no port is free.
    pub fn start_with(host_key: PrivateKey, user: &str, authorized_line: &str) -> io::Result<Self> {
        let authorized =
            PublicKey::from_openssh(authorized_line.trim()).map_err(io::Error::other)?;
        let public_key = host_key.public_key().clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let visitor = server::Visitor::new(user, authorized);
        let config = Arc::new(server::config(host_key));
        let (stop, stopped) = oneshot::channel();
        thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = server::serve(listener, config, visitor) => {}
                    // The sender is never used, only dropped.
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { address, public_key, _stop: stop })
    }

    /// The address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `SHA256:…` of its host key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.public_key.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The line of `known_hosts` for its host key.
    #[must_use]
    pub fn known_hosts_line(&self) -> String {
        let data = self.public_key.to_openssh().unwrap_or_default();
        format!("[{}]:{} {data}\n", self.address.ip(), self.address.port())
    }
}
