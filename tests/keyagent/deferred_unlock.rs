//! Keys that are added locked, and secrets that must be gone from memory.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};

use harness::home::Home;

use super::lifetimes::wait_until_empty;
use super::{agent, key, keyagent, ssh_add};

#[test]
fn a_key_for_later_asks_at_its_first_use_where_that_is() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "sesam");
    keyagent(&home, ["add", "id", "--later"]);
    let listed = keyagent(&home, ["list"]);
    assert!(listed.ends_with(" ssh-ed25519 id (asks for its passphrase)\n"), "{listed}");
    let sign = || home.peer("ssh-add").args(["-T", "id.pub"]);
    let mut terminal = sign().on_terminal();
    terminal.expect("Passphrase for key \"id\" (SHA256:");
    terminal.send_line("wrong");
    terminal.expect("Passphrase for key \"id\" (SHA256:");
    terminal.send_line("sesam");
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    assert!(!left.screen.contains("sesam"), "{}", left.screen);
    assert_eq!(sign().run().code(), 0, "it is not asked for again");
    home.write("lock", "x\n");
    keyagent(&home, ["lock", "--passphrase-file", "lock"]);
    keyagent(&home, ["unlock", "--passphrase-file", "lock"]);
    assert!(keyagent(&home, ["list"]).contains("(asks for its passphrase)"));
    let mut terminal = sign().on_terminal();
    terminal.expect("Passphrase for key \"id\" (SHA256:");
    terminal.send([3]);
    assert_eq!(terminal.finish().code(), 1);
}

#[test]
fn a_confirmation_is_asked_for_on_the_clients_terminal() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id", "--confirm"]);
    for (answer, code) in [("yes", 0), ("no", 1), ("", 1)] {
        let mut terminal = home.peer("ssh-add").args(["-T", "id.pub"]).on_terminal();
        terminal.expect("? (yes/no) ");
        terminal.send_line(answer);
        assert_eq!(terminal.finish().code(), code, "{answer}");
    }
}

/// Such as git behind an editor's button.
#[test]
fn for_a_client_without_a_terminal_an_agent_in_the_foreground_asks_on_its_own() {
    let mut home = Home::new();
    key(&home, "ed25519", "id", "");
    let mut terminal = home.tool("keyagent").args(["start", "--foreground"]).on_terminal();
    terminal.expect("SSH_AUTH_SOCK=");
    home.set("SSH_AUTH_SOCK", home.path(".run/keyagent/agent.sock"));
    keyagent(&home, ["add", "id", "--confirm"]);
    for (answer, code) in [("yes", 0), ("no", 1)] {
        let client = home.peer("ssh-add").args(["-T", "id.pub"]).start();
        terminal.expect("Allow the use of the key \"id\" (SHA256:");
        terminal.expect("? (yes/no) ");
        terminal.send_line(answer);
        assert_eq!(client.finish().code(), code, "{answer}");
    }
    keyagent(&home, ["stop"]);
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn nothing_of_a_key_stays_in_memory_after_its_removal() {
    let (home, agent) = agent(&[]);
    for (kind, name) in [("ed25519", "ed"), ("ecdsa -b 384", "ec"), ("rsa -b 2048", "rsa")] {
        key(&home, kind, name, "");
        let secrets = secrets_of(&home, name);
        let public = format!("{name}.pub");
        // However it is removed, and whether or not it has signed.
        for removal in [&["-D"][..], &["-d", &public], &["-t", "1", name]] {
            assert_eq!(ssh_add(&home, ["-q", name]).0, 0);
            assert_eq!(ssh_add(&home, ["-T", &public]).0, 0);
            assert!(found(agent.id(), &secrets) > 0, "{kind}: the search finds what is there");
            assert_eq!(home.peer("ssh-add").arg("-q").args(removal.to_vec()).run().code(), 0);
            wait_until_empty(&home);
            assert_eq!(found(agent.id(), &secrets), 0, "{kind} {removal:?}");
        }
    }
}

#[test]
fn nothing_that_a_passphrase_unlocked_stays_in_memory_of_a_locked_agent() {
    let (home, agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    let mut secrets = secrets_of(&home, "id");
    secrets.push(b"open sesame".to_vec());
    let lock = ["-q", "-p", "-P", "", "-N", "open sesame", "-f", "id"];
    assert_eq!(home.peer("ssh-keygen").args(lock).run().code(), 0);
    keyagent(&home, ["add", "id", "--later"]);
    assert_eq!(found(agent.id(), &secrets), 0, "the file is locked");
    let mut terminal = home.peer("ssh-add").args(["-T", "id.pub"]).on_terminal();
    terminal.expect("Passphrase for key \"id\" (SHA256:");
    terminal.send_line("open sesame");
    assert_eq!(terminal.finish().code(), 0);
    assert!(found(agent.id(), &secrets) > 0, "the search finds what is there");
    assert_eq!(found(agent.id(), &secrets[secrets.len() - 1..]), 0, "the passphrase is not kept");
    home.write("lock", "x\n");
    keyagent(&home, ["lock", "--passphrase-file", "lock"]);
    assert_eq!(found(agent.id(), &secrets), 0);
}

/// The secret numbers in an unlocked file, in both orders of their bytes.
fn secrets_of(home: &Home, name: &str) -> Vec<Vec<u8>> {
    let shown = home.python().args(["-c", SECRETS, name]).run();
    let hex = shown.quiet_success();
    let numbers = hex.lines().map(|line| data_encoding::HEXLOWER.decode(line.as_bytes()));
    let numbers: Vec<Vec<u8>> = numbers.map(|number| number.expect("hex")).collect();
    let reversed = numbers.iter().map(|number| number.iter().rev().copied().collect());
    numbers.iter().cloned().chain(reversed).collect()
}

const SECRETS: &str = r"
import sys
from cryptography.hazmat.primitives import serialization as s
key = s.load_ssh_private_key(open(sys.argv[1], 'rb').read(), None)
if hasattr(key, 'private_bytes_raw'):
    print(key.private_bytes_raw().hex())
else:
    numbers = key.private_numbers()
    for name in ('private_value', 'd', 'p', 'q'):
        if hasattr(numbers, name):
            number = getattr(numbers, name)
            print(number.to_bytes((number.bit_length() + 7) // 8, 'big').hex())
";

/// How often one of these secrets occurs in the memory of a process.
fn found(process: u32, secrets: &[Vec<u8>]) -> usize {
    secrets.iter().map(|secret| occurrences(process, secret)).sum()
}

/// How often these bytes occur in the memory of a process.
fn occurrences(process: u32, wanted: &[u8]) -> usize {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("we may look");
    let mut memory = fs::File::open(format!("/proc/{process}/mem")).expect("we may look");
    let mut count = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let range =
            line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
        let [from, to] = [range.0, range.1].map(|end| u64::from_str_radix(end, 16).expect("hex"));
        let mut bytes = vec![0; usize::try_from(to - from).expect("it fits")];
        memory.seek(SeekFrom::Start(from)).expect("it is mapped");
        if memory.read_exact(&mut bytes).is_ok() {
            count += bytes.windows(wanted.len()).filter(|it| *it == wanted).count();
        }
    }
    count
}
