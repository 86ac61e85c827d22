//! Keys limited to certain hosts (`ssh-add -h`, `keyagent add --only`), compared with OpenSSH's own
//! agent.

use harness::agent::Agent;
use harness::home::Home;
use harness::sshd::Sshd;

use super::key;

/// The result of a login to each server with a key that was added for the first of them.
fn logins(agent: impl Fn(&Home) -> Agent, add: impl Fn(&Home, u16)) -> Vec<(i32, bool)> {
    let mut home = Home::new();
    let line = key(&home, "ed25519", "id", "");
    let servers = [0, 1].map(|_| Sshd::setup().authorize(&line).host_key_type("ed25519").start());
    let known: String = servers.iter().map(|it| it.known_hosts_line("ed25519") + "\n").collect();
    let known = home.write("known", known);
    let agent = agent(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    add(&home, servers[0].port());
    std::fs::remove_file(home.path("id")).expect("it is there");
    let known = format!("UserKnownHostsFile={}", known.display());
    let options = ["-F", "none", "-o", "BatchMode=yes", "-o", "IdentityFile=none", "-o", &known];
    let login = |server: &Sshd| {
        let port = server.port().to_string();
        let ran = home.peer("ssh").args(options).args(["-p", &port, "127.0.0.1", "echo in"]).run();
        (ran.code(), ran.stdout() == "in\n")
    };
    let mut found: Vec<_> = servers.iter().map(login).collect();
    // Without a session binding the key is listed but cannot be used.
    let listed = home.peer("ssh-add").arg("-l").run();
    let tested = home.peer("ssh-add").args(["-T", "id.pub"]).run();
    found.extend([(listed.code(), true), (tested.code(), true)]);
    found
}

fn by_ssh_add(home: &Home, port: u16) {
    let first = format!("[127.0.0.1]:{port}");
    let add = home.peer("ssh-add").args(["-q", "-H", "known", "-h", &first, "id"]).run();
    assert_eq!(add.code(), 0, "{}", add.stderr());
}

fn by_ours(home: &Home, port: u16) {
    let first = format!("127.0.0.1:{port}");
    let only = ["add", "id", "--known-hosts", "known", "--only"];
    let add = home.tool("keyagent").args(only).arg(&first).run();
    assert_eq!(add.quiet_success(), "");
}

#[test]
fn a_restricted_key_logs_in_where_it_may() {
    let ours = logins(|home| Agent::keyagent(home, &[]), by_ssh_add);
    assert_eq!(ours, [(0, true), (255, false), (0, true), (1, true)]);
    assert_eq!(ours, logins(Agent::openssh, by_ssh_add));
    assert_eq!(ours, logins(|home| Agent::keyagent(home, &[]), by_ours));
    assert_eq!(ours, logins(Agent::openssh, by_ours));
}

#[test]
fn a_host_is_known_by_its_keys_on_record() {
    let (home, _agent) = super::agent(&[]);
    let line = key(&home, "ed25519", "id", "");
    let host_key = line.rsplit_once(' ').expect("a comment").0;
    home.write("known", format!("node7,node8 {host_key}\n"));
    let hashed = home.peer("ssh-keygen").args(["-q", "-H", "-f", "known"]).run();
    assert_eq!(hashed.code(), 0, "{}", hashed.stderr());
    let add = |host: &str| {
        let add = home.tool("keyagent").args(["add", "id", "--known-hosts", "known", "--only"]);
        add.arg(host).run()
    };
    assert_eq!(
        add("node9").failure(1),
        "keyagent: no host key of `node9` is on record\n\
         keyagent: hint: log in there once, so that known_hosts has it, or name a file with --known-hosts FILE\n"
    );
    assert_eq!(super::keyagent(&home, ["list"]), "", "it is not added for every host instead");
    assert_eq!(add("ada@Node8").quiet_success(), "");
    let listed = super::keyagent(&home, ["list"]);
    assert!(listed.ends_with(" ssh-ed25519 id (only for node8)\n"), "{listed}");
    assert_eq!(add("node 8").code(), 2);
}
