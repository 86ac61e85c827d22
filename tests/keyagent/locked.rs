//! Keys that are added locked, and secrets that must be gone from memory.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};

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

#[test]
fn nothing_of_a_key_stays_in_memory_after_its_removal() {
    let (home, agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    let key = home.read("id");
    let text: Vec<u8> = key
        .split(|byte| *byte == b'\n')
        .filter(|it| !it.starts_with(b"--"))
        .flatten()
        .copied()
        .collect();
    let bytes = data_encoding::BASE64.decode(&text).expect("base64");
    let seed = seed_of(&bytes);
    keyagent(&home, ["add", "id"]);
    assert_eq!(ssh_add(&home, ["-T", "id.pub"]).0, 0);
    assert!(found(agent.id(), &seed) > 0, "the search finds what is there");
    keyagent(&home, ["remove", "--all"]);
    assert_eq!(found(agent.id(), &seed), 0);
}

/// The seed in an unlocked Ed25519 file in OpenSSH's format, which precedes the second copy of the
/// public key.
fn seed_of(file: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"ssh-ed25519\0\0\0\x20";
    let at = file.windows(NAME.len()).position(|it| it == NAME).expect("a public key") + NAME.len();
    let public = file.get(at..at + 32).expect("32 bytes");
    let last = file.windows(32).rposition(|it| it == public).expect("it stands there three times");
    file.get(last - 32..last).expect("32 bytes").to_vec()
}

/// How often these bytes occur in the memory of a process.
fn found(process: u32, wanted: &[u8]) -> usize {
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
