//! Checks that every option of `ssh-add` is answered as by OpenSSH's own agent.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::agent::Agent;
use harness::home::Home;
use harness::workspace::fixture;

use super::key;

/// The commands in order, with their exit statuses.
const LINES: &[(&str, i32)] = &[
    ("ssh-add -l", 1),
    ("ssh-add -L", 1),
    ("ssh-add -q id", 0),
    ("ssh-add id", 0),
    ("ssh-add -v id", 0),
    ("ssh-add -k other", 0),
    ("ssh-add -l", 0),
    ("ssh-add -l -E md5", 0),
    ("ssh-add -l -E sha256", 0),
    ("ssh-add -L", 0),
    ("ssh-add -T id.pub", 0),
    ("ssh-add -T id.pub other.pub", 0),
    ("ssh-add -d id.pub", 0),
    ("ssh-add -d id.pub", 1),
    ("ssh-add -T id.pub", 1),
    ("ssh-add -d -k other.pub", 0),
    ("ssh-add -l", 1),
    ("ssh-add other", 0),
    ("ssh-add -l", 0),
    ("ssh-add -d other", 0),
    ("ssh-add -l", 1),
    ("ssh-add -q - < id", 0),
    ("ssh-add -l", 0),
    ("ssh-add -D", 0),
    ("ssh-add -D", 0),
    ("ssh-add -t 1h id", 0),
    ("ssh-add -t never id", 1),
    ("ssh-add -c id", 0),
    ("ssh-add -T id.pub", 1),
    ("ssh-add -c -t 60 -q id", 0),
    ("ssh-add -D -q", 0),
    ("ssh-add -q id", 0),
    ("ssh-add -X", 1),
    ("ssh-add -x", 0),
    ("ssh-add -l", 1),
    ("ssh-add -q other", 1),
    ("ssh-add -d id.pub", 1),
    ("ssh-add -D", 1),
    ("ssh-add -T id.pub", 1),
    ("ssh-add -x", 1),
    ("ssh-add -X", 0),
    ("ssh-add -l", 0),
    ("ssh-add -K", 1),
    ("ssh-add -S /nowhere/provider.so -K", 1),
    ("ssh-add -s /nowhere/token.so", 1),
    ("ssh-add -e /nowhere/token.so", 1),
    ("ssh-add -s /nowhere/token.so -t 60 -c", 1),
    ("ssh-add -h node7 id", 255),
    ("ssh-add -H known -h node7 -h 'node7>ada@node8' id", 0),
    ("ssh-add -H known -h 'node7>nobody' id", 255),
    ("ssh-add -l", 0),
    ("ssh-add missing", 1),
];

/// The answers of an agent to all commands, in order.
fn answers(start: impl Fn(&Home) -> Agent) -> Vec<(String, i32, String)> {
    let mut home = Home::new();
    // The same keys for both agents.
    let fixed = |name: &str, seed: u8| {
        let text = home.python().args(["-c", FIXED, name, &seed.to_string()]).run();
        assert_eq!(text.code(), 0, "{}", text.stderr());
        let path = home.path(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("ours");
    };
    for (name, seed) in [("id", 1), ("other", 2), ("ca", 3)] {
        fixed(name, seed);
    }
    let sign = "ssh-keygen -q -s ca -I ada -n ada -z 7 -V 20200101:20400101 other.pub";
    assert_eq!(home.shell(sign).run().code(), 0);
    let host = home.read_text("ca.pub");
    let host = host.split(' ').take(2).collect::<Vec<_>>().join(" ");
    home.write("known", format!("node7 {host}\nnode8 {host}\n"));
    let ask = home.write(".bin/ask", "#!/bin/sh\necho sesam\n");
    fs::set_permissions(&ask, fs::Permissions::from_mode(0o700)).expect("ours");
    let agent = start(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    home.set("SSH_ASKPASS", ask);
    home.set("SSH_ASKPASS_REQUIRE", "force");
    let folder = home.folder().display().to_string();
    let said = |(line, _): &(&str, i32)| {
        let ran = home.shell(line).run();
        let said = format!("{}{}", ran.stdout(), ran.stderr()).replace(&folder, "~");
        ((*line).to_owned(), ran.code(), said)
    };
    LINES.iter().map(said).collect()
}

/// Writes a key from a fixed seed, in OpenSSH's format.
const FIXED: &str = r"
import sys
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
name, seed = sys.argv[1], int(sys.argv[2])
key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
private = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.OpenSSH, s.NoEncryption())
open(name, 'wb').write(private)
public = key.public_key().public_bytes(s.Encoding.OpenSSH, s.PublicFormat.OpenSSH)
open(name + '.pub', 'wb').write(public + b' ' + name.encode() + b'\n')
";

#[test]
fn every_option_of_ssh_add_is_answered_as_by_ssh_agent() {
    let (ours, theirs) = (answers(|home| Agent::keyagent(home, &[])), answers(Agent::openssh));
    let mut wrong = Vec::new();
    for (number, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        let (line, expected) = LINES[number];
        if ours != theirs || ours.1 != expected {
            wrong.push(format!("{number} {line} ({expected}): {ours:?}, {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keys_of_tokens_are_refused_politely() {
    let (home, _agent) = super::agent(&[]);
    key(&home, "ed25519", "id", "");
    super::keyagent(&home, ["add", "id"]);
    // The file of a key on a token: only an agent with the token can sign.
    let folder = fixture("keys");
    for name in ["s_sk_ed25519", "s_sk_ed25519.pub"] {
        home.write(name, fs::read(folder.join(name)).expect("a fixture"));
    }
    fs::set_permissions(home.path("s_sk_ed25519"), fs::Permissions::from_mode(0o600))
        .expect("ours");
    let added = home.peer("ssh-add").args(["-S", "internal", "s_sk_ed25519"]).run();
    assert_eq!(added.code(), 1);
    assert!(added.stderr().contains("agent refused operation"), "{}", added.stderr());
    let ours = home.tool("keyagent").args(["add", "s_sk_ed25519"]).run();
    assert_eq!(ours.code(), 1, "{}", ours.stdout());
    assert!(ours.stderr().contains("is not supported"), "{}", ours.stderr());
    assert_eq!(
        super::ssh_add(&home, ["-l"]).1.lines().count(),
        1,
        "the connection and the key stay"
    );
}
