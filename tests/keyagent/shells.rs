//! `keyagent env` where it is executed, by each shell and by `ssh`; cmd is in `tests/windows`.

use harness::home::Home;
use harness::sshd::Sshd;

use super::{agent, key, keyagent};

/// Every character that a shell or OpenSSH's configuration might take for something else.
const AWKWARD: &str = "a b'c\"d%h$e`f\\g;h&i*j";

/// The commands of `keyagent env --help`, and one that needs the variable.
const LINES: [(&str, &str); 6] = [
    ("sh", "eval \"$(keyagent env)\"; ssh-add -L"),
    ("bash", "eval \"$(keyagent env)\"; ssh-add -L"),
    ("dash", "eval \"$(keyagent env --shell sh)\"; ssh-add -L"),
    ("busybox", "eval \"$(keyagent env)\"; ssh-add -L"),
    ("fish", "keyagent env --shell fish | source; ssh-add -L"),
    ("fish", "SHELL=/usr/bin/fish keyagent env | source; ssh-add -L"),
];

// Only `keyagent` sees the variable; `ssh-add` sees what the shell has made of its words.
const POSIX: &str = "keyagent() { SSH_AUTH_SOCK=$S command keyagent \"$@\"; }; ";
const FISH: &str = "function keyagent; SSH_AUTH_SOCK=$S command keyagent $argv; end; ";

/// A home with our agent at this path, which holds the key of the line that is returned.
fn agent_at(home: &mut Home, path: &str) -> String {
    let line = key(home, "ed25519", "id", "");
    let socket = home.path(path).display().to_string();
    let started = home.tool("keyagent").args(["start", "--socket", &socket]).run();
    assert_eq!(started.code(), 0, "{}", started.stderr());
    home.set("SSH_AUTH_SOCK", &socket);
    keyagent(home, ["add", "id"]);
    std::fs::remove_file(home.path("id")).expect("it is there");
    line
}

#[test]
fn every_shell_finds_the_agent_by_its_own_words() {
    for path in ["plain", AWKWARD] {
        let mut home = Home::new();
        let line = agent_at(&mut home, path);
        for (shell, test) in LINES {
            let (name, words) = if shell == "busybox" {
                ("busybox", &["sh", "-c"][..])
            } else {
                (shell, &["-c"][..])
            };
            let test = format!("{}{test}", if shell == "fish" { FISH } else { POSIX });
            let ran = home.peer(name).args(words.to_vec()).arg(test).env("S", home.path(path));
            let ran = ran.env_remove("SSH_AUTH_SOCK").run();
            assert_eq!((ran.stdout(), ran.stderr()), (&*format!("{line}\n"), ""), "{shell}");
        }
        keyagent(&home, ["stop"]);
    }
}

#[test]
fn ssh_finds_the_agent_by_its_configuration() {
    for path in ["plain", "a b'c\"d%h"] {
        let mut home = Home::new();
        let line = agent_at(&mut home, path);
        let sshd = Sshd::setup().authorize(&line).host_key_type("ed25519").start();
        let known = home.write("known", sshd.known_hosts_line("ed25519"));
        home.write("config", keyagent(&home, ["env", "--shell", "openssh-config"]));
        let known = format!("UserKnownHostsFile={}", known.display());
        let port = sshd.port().to_string();
        let options = ["-F", "config", "-o", "BatchMode=yes", "-o", &known, "-p", &port];
        let ssh = home.peer("ssh").args(options).args(["127.0.0.1", "echo in"]);
        assert_eq!(ssh.env_remove("SSH_AUTH_SOCK").run().quiet_success(), "in\n", "{path}");
        keyagent(&home, ["stop"]);
    }
}

/// PowerShell cannot run here: a grammar says how it would read the lines.
#[test]
fn powershell_reads_two_assignments_of_literal_texts() {
    const PARSE: &str = "import sys, tree_sitter, tree_sitter_powershell as grammar\n\
        parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))\n\
        def walk(node):\n\
        \x20   if node.type == 'ERROR' or node.is_missing: print('wrong', node.text)\n\
        \x20   if node.type == 'left_assignment_expression': print(node.text.decode())\n\
        \x20   if node.type == 'verbatim_string_characters': print(node.text.decode())\n\
        \x20   for child in node.children: walk(child)\n\
        walk(parser.parse(open(sys.argv[1], 'rb').read()).root_node)";
    for path in ["plain", AWKWARD] {
        let mut home = Home::new();
        agent_at(&mut home, path);
        home.write("lines.ps1", keyagent(&home, ["env", "--shell", "powershell"]));
        let read = home.python().args(["-c", PARSE, "lines.ps1"]).run().quiet_success();
        let socket = home.path(path).display().to_string().replace('\'', "''");
        let status = keyagent(&home, ["status", "--json"]);
        let status: serde_json::Value = serde_json::from_str(&status).expect("an object");
        let expected =
            format!("$env:SSH_AUTH_SOCK\n'{socket}'\n$env:SSH_AGENT_PID\n'{}'\n", status["pid"]);
        assert_eq!(read, expected);
        keyagent(&home, ["stop"]);
    }
}

#[test]
fn cmd_gets_lines_of_its_own() {
    let (home, agent) = agent(&[]);
    let said = keyagent(&home, ["env", "--shell", "cmd"]);
    let socket = agent.socket().display();
    let expected =
        format!("set \"SSH_AUTH_SOCK={socket}\"\r\nset \"SSH_AGENT_PID={}\"\r\n", agent.id());
    assert_eq!(said, expected);
}

/// The relay as `docs/coming-from.md` has it for WSL and containers.
#[test]
fn socat_makes_a_socket_of_the_relay() {
    let (mut home, _agent) = agent(&[]);
    let line = key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let socket = home.path("relayed").display().to_string();
    let listen = format!("UNIX-LISTEN:{socket},fork,umask=077");
    let relay = home.peer("socat").args(["-d", "-d", &listen, "EXEC:keyagent relay"]).start();
    relay.stderr.wait_for(" listening on ");
    home.set("SSH_AUTH_SOCK", &socket);
    for _ in 0..3 {
        assert_eq!(super::ssh_add(&home, ["-L"]), (0, format!("{line}\n")));
        assert_eq!(super::ssh_add(&home, ["-T", "id.pub"]), (0, String::new()));
    }
}
