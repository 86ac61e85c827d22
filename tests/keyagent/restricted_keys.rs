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
    assert!(listed.ends_with(" ssh-ed25519 id (only for ada@node8)\n"), "{listed}");
    assert_eq!(add("node 8").code(), 2);
    // The file of a cluster may be larger than any key file.
    let nodes: Vec<String> = (0..20_000).map(|node| format!("n{node} {host_key}\n")).collect();
    home.write("known", nodes.concat());
    assert_eq!(add("n19999").quiet_success(), "");
}

/// What sshc has recorded for the target of a job log is found by that target, and the key logs in
/// there and nowhere else.
#[test]
fn the_target_of_a_job_log_is_known_by_the_record_of_sshc() {
    let (home, _agent) = super::agent(&[]);
    let line = key(&home, "ed25519", "id", "");
    let servers = [0, 1].map(|_| Sshd::setup().authorize(&line).host_key_type("ed25519").start());
    let login = |server: &Sshd| {
        let log = format!("ssh -p {} {}@127.0.0.1\n", server.port(), server.user());
        let parsed = home.tool("joblog-parse").arg("--allow-private").stdin(log).run();
        let sshc = home.tool("sshc").args(["-F", "none", "--accept-new", "-", "echo in"]);
        sshc.stdin(parsed.quiet_success()).run()
    };
    super::keyagent(&home, ["add", "id"]);
    for server in &servers {
        assert_eq!(login(server).code(), 0);
    }
    let target = servers[0].target();
    let recorded = home.read_text(".ssh/known_targets");
    assert!(recorded.contains(&format!("{target} ssh-ed25519 ")), "{recorded}");
    super::keyagent(&home, ["remove", "--all"]);
    std::fs::rename(home.path("id"), home.path("kept")).expect("it is there");
    let without_user = target.split_once('@').expect("a user").1;
    let said = home.tool("keyagent").args(["add", "kept", "--only", without_user]).run().failure(1);
    assert!(
        said.ends_with(
            "hint: it is on record for the user of a job log: name the user too, as in user@host:port\n"
        ),
        "{said}"
    );
    super::keyagent(&home, ["add", "kept", "--only", &target]);
    let agent = |server: &Sshd| {
        home.tool("sshc").args(["-F", "none", "--batch", &server.target(), "echo in"]).run()
    };
    // The host keys come from a file that names both servers for every user.
    let known = servers.iter().map(|it| it.known_hosts_line("ed25519") + "\n").collect::<String>();
    home.write(".ssh/known_hosts", known);
    assert_eq!(agent(&servers[0]).quiet_success(), "in\n");
    assert_eq!(agent(&servers[1]).code(), 255);
    // A target that was last used a century ago is not on record any more.
    let long_ago = recorded.replace("used=20", "used=19");
    home.write(".ssh/known_targets", long_ago);
    std::fs::remove_file(home.path(".ssh/known_hosts")).expect("it is there");
    let said = home.tool("keyagent").args(["add", "kept", "--only", &target]).run().failure(1);
    assert!(said.starts_with("keyagent: no host key of `[127.0.0.1]:"), "{said}");
    // A file that cannot be read could have revoked the key.
    home.write(".ssh/known_targets", recorded);
    std::fs::create_dir(home.path(".ssh/known_hosts2")).expect("the name is free");
    let said = home.tool("keyagent").args(["add", "kept", "--only", &target]).run().failure(1);
    assert!(said.starts_with("keyagent: cannot read `") && said.contains("known_hosts2"), "{said}");
}

/// The exit statuses of logins with a key that was added with these hops: to the first server, to
/// the second, and from the first to the second with the agent forwarded.
fn hops(agent: impl Fn(&Home) -> Agent, permitted: &[&str]) -> [i32; 3] {
    let mut home = Home::new();
    let line = key(&home, "ed25519", "id", "");
    let servers = [0, 1].map(|_| {
        let setup = Sshd::setup().authorize(&line).host_key_type("ed25519");
        setup.option("AllowAgentForwarding yes").start()
    });
    let known: String = servers.iter().map(|it| it.known_hosts_line("ed25519") + "\n").collect();
    let known = home.write("known", known).display().to_string();
    let agent = agent(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    let [first, second] = servers.each_ref().map(|it| it.port().to_string());
    let add =
        permitted.iter().fold(home.peer("ssh-add").args(["-q", "-H", "known"]), |add, hop| {
            let at = |port: &str| format!("[127.0.0.1]:{port}");
            add.args(["-h", &hop.replace('A', &at(&first)).replace('B', &at(&second))])
        });
    let added = add.arg("id").run();
    assert_eq!(added.code(), 0, "{}", added.stderr());
    std::fs::remove_file(home.path("id")).expect("it is there");
    let known = format!("UserKnownHostsFile={known}");
    let options =
        ["-F", "none", "-A", "-o", "BatchMode=yes", "-o", "IdentityFile=none", "-o", &known];
    let login = |port: &str, command: &str| {
        home.peer("ssh").args(options).args(["-p", port, "127.0.0.1", command]).run().code()
    };
    let onward = format!("ssh {} -p {second} 127.0.0.1 true", options.join(" "));
    [login(&first, "true"), login(&second, "true"), login(&first, &onward)]
}

#[test]
fn a_forwarded_agent_signs_for_the_hops_that_are_permitted() {
    for (permitted, expected) in [
        (&["A"][..], [0, 255, 255]),
        (&["A", "B"], [0, 0, 255]),
        (&["A", "A>B"], [0, 255, 0]),
        (&["A", "A>nobody@B"], [0, 255, 255]),
        (&["A", "B>A"], [0, 255, 255]),
    ] {
        let ours = hops(|home| Agent::keyagent(home, &[]), permitted);
        assert_eq!(ours, expected, "{permitted:?}");
        assert_eq!(ours, hops(Agent::openssh, permitted), "{permitted:?}");
    }
}
