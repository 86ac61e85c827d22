//! Keys for some hosts only (`ssh-add -h`), held to the semantics of OpenSSH's own agent.

use harness::agent::Agent;
use harness::home::Home;
use harness::sshd::Sshd;

use super::key;

/// What a login to each server says, with a key that is for the first of them.
fn logins(agent: impl Fn(&Home) -> Agent) -> Vec<(i32, bool)> {
    let mut home = Home::new();
    let line = key(&home, "ed25519", "id", "");
    let servers = [0, 1].map(|_| Sshd::setup().authorize(&line).host_key_type("ed25519").start());
    let known: String = servers.iter().map(|it| it.known_hosts_line("ed25519") + "\n").collect();
    let known = home.write("known", known);
    let agent = agent(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    let first = format!("[127.0.0.1]:{}", servers[0].port());
    let added =
        home.peer("ssh-add").args(["-q", "-H"]).arg(&known).args(["-h", &first, "id"]).run();
    assert_eq!(added.code(), 0, "{}", added.stderr());
    std::fs::remove_file(home.path("id")).expect("it is there");
    let known = format!("UserKnownHostsFile={}", known.display());
    let options = ["-F", "none", "-o", "BatchMode=yes", "-o", "IdentityFile=none", "-o", &known];
    let login = |server: &Sshd| {
        let port = server.port().to_string();
        let ran = home.peer("ssh").args(options).args(["-p", &port, "127.0.0.1", "echo in"]).run();
        (ran.code(), ran.stdout() == "in\n")
    };
    let mut found: Vec<_> = servers.iter().map(login).collect();
    // Without any binding it is seen and not used.
    let listed = home.peer("ssh-add").arg("-l").run();
    let tested = home.peer("ssh-add").args(["-T", "id.pub"]).run();
    found.extend([(listed.code(), true), (tested.code(), true)]);
    found
}

#[test]
fn a_restricted_key_logs_in_where_it_may() {
    let ours = logins(|home| Agent::keyagent(home, &[]));
    assert_eq!(ours, [(0, true), (255, false), (0, true), (1, true)]);
    assert_eq!(ours, logins(Agent::openssh));
}
