//! Checks the promises of all programs (docs/architecture.md, "Promises") in the same way for each.

mod encodings;
mod errors;
mod files;
mod json;
mod output;

use harness::agent::Agent;
use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;

/// The programs that make the promises.
const TOOLS: [&str; 6] = ["keygen", "keyagent", "pubkey-copy", "joblog-parse", "cidr", "sshc"];

/// A user's files, a server, and for each program one call that succeeds with output and one that
/// fails.
struct World {
    home: Home,
    sshd: Sshd,
    /// It has no keys.
    _agent: Agent,
}

impl World {
    fn new() -> Self {
        let home = Home::new();
        let made = home.tool("keygen").args(["--no-passphrase", "-t", "ed25519", "-o", "id.ppk"]);
        let line = made.run().quiet_success();
        home.write("job.log", "Username: uprod_qpWia\nPublic IP: 203.0.113.7\n");
        let sshd = Sshd::setup().authorize(line.trim_end()).host_key_type("ed25519").start();
        home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
        let agent = Agent::keyagent(&home, &[]);
        Self { home, sshd, _agent: agent }
    }

    /// A call that succeeds and writes to standard output.
    fn success(&self, tool: &str) -> Invocation {
        let call = self.home.tool(tool);
        match tool {
            "keygen" => call.args(["inspect", "id.ppk"]),
            "keyagent" => call.arg("status"),
            "pubkey-copy" => call.args(["id.ppk", "--print"]),
            "joblog-parse" => call.arg("job.log"),
            "cidr" => call.args(["merge", "192.0.2.0/25", "192.0.2.128/25"]),
            "sshc" => {
                call.args(["--key", "id.ppk", &self.sshd.target(), "--", "echo 'one'; echo 'two'"])
            }
            _ => panic!("there is no {tool}"),
        }
    }

    /// A call that fails, and its exit status.
    fn failure(&self, tool: &str) -> (Invocation, i32) {
        let call = self.home.tool(tool);
        match tool {
            "keygen" => (call.args(["inspect", "missing.ppk"]), 1),
            "keyagent" => (call.args(["add", "missing.ppk"]), 1),
            "pubkey-copy" => (call.args(["missing.ppk", "--print"]), 1),
            "joblog-parse" => (call.arg("missing.log"), 1),
            "cidr" => (call.args(["merge", "10.0.0.1/8"]), 1),
            "sshc" => (call.args(["--key", "missing.ppk", &self.sshd.target(), "--", "true"]), 255),
            _ => panic!("there is no {tool}"),
        }
    }
}
