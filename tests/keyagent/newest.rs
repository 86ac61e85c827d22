//! The newest OpenSSH, and kinds of keys that we do not support.

use std::fs;
use std::os::unix::net::UnixStream;

use harness::agent::Agent;
use harness::home::Home;
use harness::invocation::Finished;

use super::hostile_clients::ask;
use super::{agent, key, keyagent, ssh_add};

fn newest(home: &Home, program: &str, arguments: &[&str]) -> Finished {
    home.in_newest(&format!("/usr/bin/{program}")).args(arguments.to_vec()).run()
}

/// Makes a key that only the newest OpenSSH knows, and returns its public line.
fn unknown_key(home: &Home) -> String {
    let path = home.path("mldsa").display().to_string();
    let kind = ["-q", "-t", "mldsa44-ed25519", "-N", "", "-C", "new", "-f", &path];
    assert_eq!(newest(home, "ssh-keygen", &kind).quiet_success(), "");
    home.read_text("mldsa.pub")
}

/// It asks for RSA signatures with SHA-2, and 9.2 asks for SHA-1.
#[test]
fn ssh_add_of_both_generations_adds_tests_and_removes() {
    let (home, _agent) = agent(&[]);
    for kind in ["ed25519", "rsa -b 2048", "ecdsa -b 256"] {
        let line = key(&home, kind, "id", "");
        let [id, public] = ["id", "id.pub"].map(|name| home.path(name).display().to_string());
        assert_eq!(newest(&home, "ssh-add", &["-q", "-t", "1h", &id]).quiet_success(), "");
        assert_eq!(newest(&home, "ssh-add", &["-L"]).quiet_success(), format!("{line}\n"));
        for _ in 0..2 {
            assert_eq!(newest(&home, "ssh-add", &["-T", &public]).quiet_success(), "", "{kind}");
            assert_eq!(ssh_add(&home, ["-T", "id.pub"]), (0, String::new()), "{kind}");
        }
        assert_eq!(newest(&home, "ssh-add", &["-q", "-d", &public]).code(), 0);
        assert_eq!(newest(&home, "ssh-add", &["-l"]).stdout(), "The agent has no identities.\n");
        fs::remove_file(home.path("id")).expect("it is there");
    }
    home.write("pass", "sesam\n");
    keyagent(&home, ["lock", "--passphrase-file", "pass"]);
    assert_eq!(newest(&home, "ssh-add", &["-l"]).code(), 1);
    keyagent(&home, ["unlock", "--passphrase-file", "pass"]);
    assert_ne!(newest(&home, "ssh-add", &["-K"]).code(), 0);
    assert_eq!(newest(&home, "ssh-add", &["-D"]).code(), 0);
}

#[test]
fn a_kind_of_key_that_we_do_not_support_is_refused_by_name() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    unknown_key(&home);
    let made = home.peer("puttygen").args(["-q", "-t", "ed448", "-C", "", "-o", "ed448.ppk"]);
    assert_eq!(made.args(["--new-passphrase", "/dev/null"]).run().code(), 0);
    for (file, name) in [("mldsa", "ssh-mldsa44-ed25519"), ("ed448.ppk", "ssh-ed448")] {
        let said = home.tool("keyagent").args(["add", file]).run().failure(1);
        assert!(said.contains(&format!(": the key type {name} is not supported\n")), "{said}");
    }
    let path = home.path("mldsa").display().to_string();
    let added = newest(&home, "ssh-add", &[&path]);
    assert!(added.stderr().contains("agent refused operation"), "{}", added.stderr());
    assert_eq!(ssh_add(&home, ["-l"]).1.lines().count(), 1);
}

/// They are listed, and hide no other key.
#[test]
fn other_agents_may_hold_kinds_of_keys_that_we_do_not_support() {
    let mut home = Home::new();
    let line = unknown_key(&home);
    key(&home, "ed25519", "id", "");
    let theirs = Agent::openssh_by(&home, home.in_newest("/usr/bin/ssh-agent"));
    home.set("SSH_AUTH_SOCK", theirs.socket());
    let path = home.path("mldsa").display().to_string();
    assert_eq!(newest(&home, "ssh-add", &["-q", &path]).code(), 0);
    keyagent(&home, ["add", "id"]);
    let listed = keyagent(&home, ["list"]);
    let names: Vec<_> = listed.lines().filter_map(|line| line.split_once(' ')).collect();
    let names: Vec<_> = names.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["ssh-mldsa44-ed25519 new", "ssh-ed25519 id"]);
    assert_eq!(keyagent(&home, ["list", "--json"]).lines().count(), 2);
    let blob = line.split(' ').nth(1).expect("a key");
    assert!(newest(&home, "ssh-add", &["-L"]).stdout().contains(blob));
    keyagent(&home, ["remove", "new"]);
    assert_eq!(keyagent(&home, ["list"]).lines().count(), 1);
}

/// The form of RFC 9987, which the newest OpenSSH has too.
#[test]
fn extensions_are_named_as_openssh_names_them() {
    const QUERY: &[u8] = b"\0\0\0\x0a\x1b\0\0\0\x05query";
    const BEGIN: &[u8] = b"\x1d\0\0\0\x05query\0\0\0\x18session-bind@openssh.com";
    let (home, ours) = agent(&[]);
    let theirs = Agent::openssh_by(&home, home.in_newest("/usr/bin/ssh-agent"));
    for agent in [&ours, &theirs] {
        let mut client = UnixStream::connect(agent.socket()).expect("it listens");
        let answer = ask(&mut client, QUERY).expect("an answer");
        assert!(answer.starts_with(BEGIN), "{}", String::from_utf8_lossy(&answer));
        assert_eq!(ask(&mut client, b"\0\0\0\x0a\x1b\0\0\0\x05other"), Some(vec![5]));
    }
    home.write("pass", "sesam\n");
    keyagent(&home, ["lock", "--passphrase-file", "pass"]);
    let mut client = UnixStream::connect(ours.socket()).expect("it listens");
    assert_eq!(ask(&mut client, QUERY), Some(vec![5]), "while it is locked");
}
