//! A client that holds forwards open in the background.

use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::bench::sshc::place::Place;
use crate::bench::sshc::rival::{Client, Rivals};
use crate::bench::sshc::server::free_port;
use crate::step::{Failure, cannot_start};

/// How long a client may take until its forwards listen.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A client with `-N`; dropping it ends it.
pub(super) struct Tunnel {
    /// The local port of the first forward.
    pub(super) port: u16,
    /// The local port of the second, or 0.
    pub(super) second: u16,
    child: Child,
}

impl Tunnel {
    /// One forward to a port of this machine.
    pub(super) fn open(
        rivals: &Rivals,
        client: Client,
        server: Place,
        goal: u16,
    ) -> Result<Self, Failure> {
        let port = free_port()?;
        Self::start(rivals, client, server, &[(port, goal)])
    }

    /// Two forwards over one connection.
    pub(super) fn open_two(
        rivals: &Rivals,
        client: Client,
        server: Place,
        goals: [u16; 2],
    ) -> Result<Self, Failure> {
        let forwards = [(free_port()?, goals[0]), (free_port()?, goals[1])];
        Self::start(rivals, client, server, &forwards)
    }

    fn start(
        rivals: &Rivals,
        client: Client,
        server: Place,
        forwards: &[(u16, u16)],
    ) -> Result<Self, Failure> {
        let mut command = rivals.client(client, server);
        for (port, goal) in forwards {
            command.args(["-L", &format!("127.0.0.1:{port}:127.0.0.1:{goal}")]);
        }
        command.args(["-N", &server.login()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
        let port_at = |at: usize| forwards.get(at).map_or(0, |(port, _)| *port);
        let tunnel = Self { port: port_at(0), second: port_at(1), child };
        let start = Instant::now();
        for (port, _) in forwards {
            while !listens(*port)? {
                if start.elapsed() > TIME_LIMIT {
                    return Err(Failure::new(format!("{} does not listen", client.name())));
                }
                thread::sleep(Duration::from_millis(10));
            }
        }
        Ok(tunnel)
    }

    /// Its peak memory so far (proc(5), `VmHWM`).
    pub(super) fn peak_kib(&self) -> Result<u64, Failure> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path)
            .map_err(|error| Failure::new(format!("cannot read `{path}`: {error}")))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
            .ok_or_else(|| Failure::new(format!("`{path}` has no VmHWM")))
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether something listens on the port. Asks the kernel, because a connection would go through
/// the tunnel.
fn listens(port: u16) -> Result<bool, Failure> {
    let table = fs::read_to_string("/proc/net/tcp")
        .map_err(|error| Failure::new(format!("cannot read `/proc/net/tcp`: {error}")))?;
    // proc(5): local address, remote address, state; 0A is LISTEN.
    let local = format!(":{port:04X}");
    Ok(table.lines().any(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        fields.next().is_some_and(|address| address.ends_with(&local))
            && fields.nth(1) == Some("0A")
    }))
}
