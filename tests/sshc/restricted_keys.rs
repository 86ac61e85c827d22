//! Keys in an agent that are limited to certain hosts (`ssh-add -h`): on the first hop, on the
//! second, and through a jump host.

use std::path::PathBuf;

use harness::agent::Agent;
use harness::programs::under_test;
use harness::sshd::Sshd;

use super::proxy::with_gate;
use super::{Site, asyncssh_server, key_pair};

/// A way to `site.sshd` by `gate`, and an agent with a key that is limited to `hosts`, in which `A`
/// stands for the gate and `B` for the other. The key's file is gone.
struct Limited {
    site: Site,
    gate: Sshd,
    known: PathBuf,
    _agent: Agent,
}

fn limited(agent: impl Fn(&Site) -> Agent, hosts: &[&str]) -> Limited {
    let (mut site, gate) = with_gate();
    let servers = [&gate, &site.sshd].map(|it| it.known_hosts_line("ed25519") + "\n");
    let known = site.home.write("known", servers.concat());
    let agent = agent(&site);
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    let name = |sshd: &Sshd| format!("[127.0.0.1]:{}", sshd.port());
    let (first, second) = (name(&gate), name(&site.sshd));
    let mut add = site.home.peer("ssh-add").args(["-q", "-H", "known"]);
    for host in hosts {
        add = add.arg("-h").arg(host.replace('A', &first).replace('B', &second));
    }
    let added = add.arg("id_ed25519").run();
    assert_eq!(added.code(), 0, "{}", added.stderr());
    std::fs::remove_file(site.home.path("id_ed25519")).expect("it is there");
    Limited { site, gate, known, _agent: agent }
}

impl Limited {
    /// The exit status of a login with these options.
    fn status(&self, options: &[&str], target: &str) -> i32 {
        let known = self.known.display().to_string();
        let sshc = self.site.home.tool("sshc").args(["-F", "none", "--batch", "--known-hosts"]);
        sshc.arg(&known).args(options.iter().copied()).args([target, "true"]).run().code()
    }

    /// The exit status of a login from the gate, with the forwarded agent and these options. It is
    /// `ssh` or `sshc`'s.
    fn beyond_gate(&self, program: &str, options: &str) -> i32 {
        let known = self.known.display();
        let program = match program {
            "sshc" => under_test("sshc").display().to_string(),
            other => other.to_owned(),
        };
        let (user, port) = (self.site.sshd.user(), self.site.sshd.port());
        let further = format!(
            "{program} -F none -o BatchMode=yes -o UserKnownHostsFile={known} {options} \
             -p {port} {user}@127.0.0.1 true"
        );
        let sshc = self.site.home.tool("sshc").args(["-F", "none", "--batch", "--known-hosts"]);
        sshc.arg(&self.known).args(["-A", &self.gate.target(), &further]).run().code()
    }
}

fn openssh(site: &Site) -> Agent {
    Agent::openssh(&site.home)
}

fn ours(site: &Site) -> Agent {
    Agent::keyagent(&site.home, &[])
}

#[test]
fn a_limited_key_logs_in_where_it_may_and_further_from_there() {
    for agent in [openssh, ours] {
        let way = limited(agent, &["A", "A>B"]);
        assert_eq!(way.status(&[], &way.gate.target()), 0);
        assert_eq!(way.status(&[], &way.site.sshd.target()), 255, "it is not for there from here");
        for program in ["ssh", "sshc"] {
            assert_eq!(way.beyond_gate(program, ""), 0, "{program}");
            // Without the host key in what it signs, the agent does not know for whom it is.
            assert_eq!(
                way.beyond_gate(program, "-o PubkeyAuthentication=unbound"),
                255,
                "{program}"
            );
        }
    }
}

#[test]
fn a_limited_key_does_not_log_in_further_than_it_may() {
    for agent in [openssh, ours] {
        let way = limited(agent, &["A", "B"]);
        assert_eq!(way.status(&[], &way.site.sshd.target()), 0);
        for program in ["ssh", "sshc"] {
            assert_eq!(way.beyond_gate(program, ""), 255, "{program}");
        }
        // A jump host only passes the connection on.
        assert_eq!(way.status(&["-J", &way.gate.target()], &way.site.sshd.target()), 0);
    }
}

/// A server made with asyncssh, which does not know the method, with the version of one that does.
const PRETENDER: &str = concat!(
    include_str!("../fixtures/anybody.py"),
    r"
async def handle(process):
    process.exit(0)

create = asyncssh.create_server
asyncssh.create_server = lambda *words, **named: create(*words, server_version='OpenSSH_9.9', **named)

",
    include_str!("../fixtures/serving.py")
);

#[test]
fn a_server_that_does_not_know_the_method_gets_the_usual_signature() {
    let mut site = Site::new();
    let agent = openssh(&site);
    agent.add(&site.home, &site.home.path("id_ed25519"));
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    std::fs::remove_file(site.home.path("id_ed25519")).expect("it is there");
    let host_key = key_pair(&site.home, "ecdsa");
    let (_server, port) = asyncssh_server(&site.home, PRETENDER, &host_key, &[]);
    let target = format!("ada@127.0.0.1:{port}");
    let sshc = |option: &str| {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--batch", "-v", "-o", option]);
        sshc.args([&target, "true"]).run()
    };
    let ran = sshc("PubkeyAuthentication=yes");
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let said = "the server refuses a signature for its host key; signing without";
    assert!(ran.stderr().contains(said), "{}", ran.stderr());
    let ran = sshc("PubkeyAuthentication=host-bound");
    assert_eq!(ran.code(), 255);
    assert!(!ran.stderr().contains(said), "{}", ran.stderr());
}
