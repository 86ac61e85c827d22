//! Starting, finding and ending the agent.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixListener;

use harness::agent::Agent;
use harness::home::Home;
use harness::programs::under_test;

use super::{key, keyagent};

#[test]
fn adding_a_key_starts_the_agent_and_lets_go_of_the_caller() {
    let home = Home::new();
    key(&home, "ed25519", "id", "");
    // The substitution ends when the last descriptor of its pipe is closed, including a third one.
    let line = "out=$(keyagent add id 3>&1 2>&1 | cat); test -z \"$out\" && keyagent list";
    let listed = home.shell(line).run().quiet_success();
    assert!(listed.contains(" ssh-ed25519 id\n"), "{listed}");
    let socket = home.path(".run/keyagent/agent.sock");
    let mode = |path: &std::path::Path| path.metadata().expect("it is there").mode() & 0o777;
    assert_eq!((mode(&socket), mode(socket.parent().expect("a folder"))), (0o600, 0o700));
    // Our programs find it without the variable.
    let copied = home.tool("pubkey-copy").args(["--agent", "--print"]).run().quiet_success();
    assert_eq!(copied, home.read_text("id.pub"));
    let status = keyagent(&home, ["status"]);
    assert!(status.ends_with("holds 1 key\n"), "{status}");
    assert_eq!(keyagent(&home, ["stop"]), "");
    let gone = home.tool("keyagent").arg("status").run();
    assert_eq!((gone.code(), gone.stdout()), (1, "no agent is running\n"));
    assert!(!socket.exists());
}

#[test]
fn start_is_as_ssh_agent_and_comes_twice() {
    let home = Home::new();
    let socket = home.path(".run/keyagent/agent.sock");
    let first = keyagent(&home, ["start"]);
    let expected = format!("SSH_AUTH_SOCK={}; export SSH_AUTH_SOCK;\n", socket.display());
    assert!(first.starts_with(&expected), "{first}");
    assert_eq!(keyagent(&home, ["start"]), first, "the one that runs");
    assert_eq!(keyagent(&home, ["env", "--shell", "sh"]), first);
    let killed = home.shell("eval \"$(keyagent env)\"; ssh-agent -k").run();
    assert_eq!(killed.code(), 0, "{}", killed.stderr());
}

#[test]
fn a_command_has_an_agent_of_its_own_that_ends_with_it() {
    let home = Home::new();
    let line = "ssh-add -l; echo \"$SSH_AUTH_SOCK\"; exit 7";
    let ran = home.tool("keyagent").args(["start", "--", "sh", "-c", line]).run();
    assert_eq!(ran.code(), 7, "{}", ran.stderr());
    let (said, socket) = ran.stdout().trim_end().split_once('\n').expect("two lines");
    assert_eq!(said, "The agent has no identities.");
    harness::until("the socket is gone", || !std::path::Path::new(socket).exists());
}

#[test]
fn a_dead_agents_socket_is_replaced_and_a_live_one_is_not() {
    let home = Home::new();
    let path = home.path("socket");
    let shown = path.display();
    let start = || home.tool("keyagent").args(["start", "--socket"]).arg(&path).run();
    drop(UnixListener::bind(&path).expect("the name is free"));
    assert_eq!(start().code(), 0, "a dead one's");
    let agent = home.tool("keyagent").arg("stop").env("SSH_AUTH_SOCK", &path).run();
    assert_eq!(agent.quiet_success(), "");
    let alive = UnixListener::bind(&path).expect("the name is free");
    assert_eq!(
        start().failure(1),
        format!("keyagent: cannot start the agent at `{shown}`: an agent already listens there\n")
    );
    drop(alive);
    std::fs::remove_file(&path).expect("it is there");
    home.write("socket", "mine");
    let said = start().failure(1);
    let expected = "the file there is not a socket\n";
    assert_eq!(said, format!("keyagent: cannot start the agent at `{shown}`: {expected}"));
    assert_eq!(home.read_text("socket"), "mine");
}

#[test]
fn a_folder_that_others_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let folder = home.path(".run/keyagent");
    std::fs::create_dir(&folder).expect("the name is free");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).expect("ours");
    let said = home.tool("keyagent").arg("start").run().failure(1);
    assert!(said.contains("others may write to it"), "{said}");
}

#[test]
fn keys_go_into_the_agent_that_runs() {
    let mut home = Home::new();
    key(&home, "rsa -b 2048", "id", "");
    let agent = Agent::openssh(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    keyagent(&home, ["add", "id", "--lifetime", "1h"]);
    let listed = keyagent(&home, ["list"]);
    assert!(listed.ends_with(" ssh-rsa id\n"), "{listed}");
    assert!(keyagent(&home, ["status"]).starts_with("another agent is running\n"));
    let stopped = home.tool("keyagent").arg("stop").run().failure(1);
    assert!(stopped.contains("is not keyagent"), "{stopped}");
    assert!(!home.path(".run/keyagent").exists(), "ours was not started");
    let key_on_token = keyagent(&home, ["remove", "--all"]);
    assert_eq!(key_on_token, "");
}

/// On Unix, systemd or the desktop starts the agent.
#[test]
fn an_entry_for_the_logon_is_windows_own() {
    let home = Home::new();
    for option in ["--at-logon", "--not-at-logon"] {
        assert_eq!(
            home.tool("keyagent").args(["start", option]).run().failure(1),
            "keyagent: cannot change what starts at logon: only Windows has such an entry\n\
             keyagent: hint: with systemd: systemctl --user enable --now keyagent.socket\n"
        );
    }
    assert!(!home.path(".run/keyagent").exists(), "no agent was started");
}

/// A machine to which the agent is forwarded gets signatures, but cannot control the agent.
#[test]
fn a_forwarded_agent_is_neither_stopped_nor_described() {
    let (home, agent) = super::agent(&[]);
    let line = key(&home, "ed25519", "id", "");
    let sshd = harness::sshd::Sshd::setup()
        .option("AllowAgentForwarding yes")
        .authorize(&line)
        .host_key_type("ed25519")
        .start();
    home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    keyagent(&home, ["add", "id"]);
    let known = format!("UserKnownHostsFile={}", home.path(".ssh/known_hosts").display());
    let port = sshd.port().to_string();
    let there = |command: &str| {
        let options = ["-A", "-F", "none", "-o", "BatchMode=yes", "-o", &known, "-p", &port];
        home.peer("ssh").args(options).args(["127.0.0.1", command]).run()
    };
    let listed = there("ssh-add -L");
    assert_eq!(listed.stdout(), format!("{line}\n"), "{}", listed.stderr());
    let ours = under_test("keyagent").display().to_string();
    let stopped = there(&format!("{ours} stop"));
    assert_eq!((stopped.code(), stopped.stdout()), (1, ""), "{}", stopped.stderr());
    assert!(stopped.stderr().ends_with(
        "is not keyagent\nkeyagent: hint: stop it with its own \
                                    commands\n"
    ));
    let said = there(&format!("{ours} status"));
    assert!(said.stdout().starts_with("another agent is running\n"), "{}", said.stdout());
    let status = keyagent(&home, ["status"]);
    assert!(status.contains(&format!("(pid {})", agent.id())), "{status}");
    drop(agent);
}

#[test]
fn a_relay_carries_requests() {
    let (home, _agent) = super::agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let list = [0, 0, 0, 1, 11];
    let relayed = home.tool("keyagent").arg("relay").stdin([list, list].concat()).run();
    assert_eq!(relayed.code(), 0, "{}", relayed.stderr());
    let (first, second) = relayed.stdout.split_at(relayed.stdout.len() / 2);
    assert_eq!(first, second);
    assert_eq!(first.get(4..9), Some(&[12, 0, 0, 0, 1][..]));
}

/// As with the units of the packages: `keyagent.socket` listens, and the first connection starts
/// the agent.
#[test]
fn systemd_listens_and_starts_the_agent_when_it_is_wanted() {
    let home = Home::new();
    key(&home, "ed25519", "id", "");
    let socket = home.path(".run/keyagent/agent.sock");
    std::fs::create_dir_all(socket.parent().expect("a folder")).expect("it can be made");
    let systemd = || {
        let listen = home.peer("systemd-socket-activate").args(["-E", "XDG_RUNTIME_DIR", "-l"]);
        listen.arg(&socket).arg(under_test("keyagent")).args(["start", "--foreground"])
    };
    let listening = systemd().start();
    listening.stderr.wait_for("Listening on ");
    assert_eq!(keyagent(&home, ["add", "id"]), "");
    let listed = keyagent(&home, ["list"]);
    assert!(listed.contains(" ssh-ed25519 id\n"), "{listed}");
    let status = keyagent(&home, ["status"]);
    assert!(status.contains(&format!("(pid {})", listening.id())), "{status}");
    assert_eq!(keyagent(&home, ["stop"]), "");
    assert_eq!(listening.finish().code(), 0);
    assert!(socket.exists(), "it is systemd's, for the next agent");
}

#[test]
fn a_socket_of_systemd_for_another_path_is_refused() {
    let home = Home::new();
    let other = home.path("other.sock");
    let listen = home.peer("systemd-socket-activate").args(["-E", "XDG_RUNTIME_DIR", "-l"]);
    let listen = listen.arg(&other).arg(under_test("keyagent")).args(["start", "--foreground"]);
    let listening = listen.start();
    listening.stderr.wait_for("Listening on ");
    let _asks = std::os::unix::net::UnixStream::connect(&other).expect("systemd listens");
    let ended = listening.finish();
    assert_eq!(ended.code(), 1);
    let said = ended.stderr();
    assert!(
        said.ends_with("agent.sock`: the socket that systemd passed is at another path\n"),
        "{said}"
    );
}

/// At logout, for example, systemd removes the runtime folder.
#[test]
fn an_agent_that_no_program_can_reach_ends() {
    let (home, agent) = super::agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let mut connected =
        std::os::unix::net::UnixStream::connect(agent.socket()).expect("it listens");
    std::fs::remove_dir_all(home.path(".run/keyagent")).expect("it is there");
    let exists = || std::path::Path::new(&format!("/proc/{}/fd/0", agent.id())).exists();
    // It serves the connected client until that leaves: an agent that had ended would hang up.
    connected.set_read_timeout(Some(std::time::Duration::from_secs(3))).expect("a socket");
    let silence = std::io::Read::read(&mut connected, &mut [0]).map_err(|error| error.kind());
    assert_eq!(silence, Err(std::io::ErrorKind::WouldBlock));
    let listed = super::hostile_clients::ask(&mut connected, &[0, 0, 0, 1, 11]);
    assert_eq!(listed.as_deref().map(|it| &it[..5]), Some(&[12, 0, 0, 0, 1][..]));
    assert!(exists(), "it runs");
    drop(connected);
    harness::until("the agent ends, and its keys with it", || !exists());
}
