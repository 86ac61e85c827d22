//! Networks in kernel namespaces: a computer, a cluster, and what is between them. They have no
//! connection to the machine's network. Only root can make them.

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::process::Command;

use crate::account::succeed;
use crate::process::{Process, start_server};
use crate::programs::{built, installed};

/// A network namespace with a loopback interface; it disappears with the last program in it.
#[derive(Debug)]
pub struct Namespace {
    /// Keeps the namespace alive while nothing else runs in it.
    holder: Process,
}

impl Default for Namespace {
    fn default() -> Self {
        Self::new()
    }
}

impl Namespace {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let mut command = Command::new(built("session-leader"));
        command.arg("-").arg(installed("unshare")).args(["--net", "sh", "-c"]);
        command.arg("ip link set lo up && echo ready >&2 && exec sleep infinity");
        let (holder, log) = start_server(command, "a network");
        log.wait_for("ready");
        Self { holder }
    }

    /// The words that run the command after them in it.
    #[must_use]
    pub fn words(&self) -> Vec<OsString> {
        let net = format!("--net=/proc/{}/ns/net", self.holder.id());
        vec![installed("nsenter").into(), net.into()]
    }

    /// Runs a line of `sh` in it, which must succeed.
    pub fn run(&self, line: &str) -> String {
        let mut words = self.words().into_iter();
        let mut command = Command::new(words.next().expect("a program is started by a program"));
        succeed(command.args(words).args(["sh", "-c", line]))
    }
}

/// A computer and a cluster with a router between them. The cluster has two addresses.
#[derive(Debug)]
pub struct Lab {
    /// Where the client runs.
    pub near: Namespace,
    /// Where the servers run.
    pub far: Namespace,
}

impl Default for Lab {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab {
    /// The address of the cluster.
    pub const CLUSTER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);
    /// Another server that is up.
    pub const OTHER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 99);
    /// The cluster's address within its own network.
    pub const INTERNAL: Ipv4Addr = Ipv4Addr::new(10, 20, 0, 7);
    /// The computer, as the cluster sees it.
    pub const MINE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 9);

    /// A computer with a public address.
    #[must_use]
    pub fn new() -> Self {
        Self::with("198.51.100.9/24", "198.51.100.1/24")
    }

    /// A computer whose address is private.
    #[must_use]
    pub fn behind_nat() -> Self {
        Self::with("192.168.178.20/24", "192.168.178.1/24")
    }

    fn with(mine: &str, router: &str) -> Self {
        let (near, far) = (Namespace::new(), Namespace::new());
        let pid = far.holder.id();
        near.run(&format!("ip link add near0 type veth peer name far0 netns {pid}"));
        let [cluster, other, internal] = [Self::CLUSTER, Self::OTHER, Self::INTERNAL];
        far.run(&format!(
            "ip addr add {router} dev far0 && ip link set far0 up && ip addr add {cluster} dev lo && \
             ip addr add {other} dev lo && ip addr add {internal} dev lo"
        ));
        let gateway = router.split('/').next().expect("there is a first part");
        near.run(&format!(
            "ip addr add {mine} dev near0 && ip link set near0 up && ip route add default via {gateway}"
        ));
        Self { near, far }
    }

    /// Applies a rule to packets that arrive on the cluster's side, in the words of `nft`, such as
    /// `tcp dport 22 drop`.
    pub fn filter(&self, rule: &str) {
        self.far.run(&format!(
            "nft 'table inet lab {{ chain input {{ type filter hook input priority 0; {rule}; }}; }}'"
        ));
    }
}
