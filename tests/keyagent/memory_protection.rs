//! Checks which users and programs cannot read the agent's memory, and which cannot use it.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};

use harness::home::Home;
use harness::invocation::Invocation;
use harness::programs::under_test;

use super::{agent, key, keyagent};

/// A user without any files here.
const STRANGER: u32 = 65534;

/// `program …`, run by the stranger.
fn as_stranger(home: &Home, words: &[&str]) -> Invocation {
    let user = format!("--reuid={STRANGER}");
    let call = home.peer("setpriv").args([user.as_str(), "--regid=65534", "--clear-groups"]);
    call.args(words.to_vec())
}

/// A line of a file in `/proc` about a process.
fn line(process: u32, file: &str, name: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{process}/{file}")).expect("it runs");
    let found = text.lines().find(|line| line.starts_with(name));
    found.unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
}

#[test]
fn keys_are_in_locked_memory_and_in_no_core_file() {
    let (home, agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    let locked = || {
        let line = line(agent.id(), "status", "VmLck:");
        let number = line.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok());
        number.expect("KiB")
    };
    let before = locked();
    keyagent(&home, ["add", "id"]);
    assert!(locked() > before, "{before} KiB");
    let limits = line(agent.id(), "limits", "Max core file size");
    assert_eq!(limits.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
}

#[test]
fn a_program_of_the_same_user_cannot_read_its_memory() {
    let home = Home::new();
    fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o755)).expect("ours");
    let folder = home.path("theirs");
    fs::create_dir(&folder).expect("the name is free");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("ours");
    chown(&folder, Some(STRANGER), Some(STRANGER)).expect("root may give it away");
    let socket = folder.join("agent.sock").display().to_string();
    let program = under_test("keyagent").display().to_string();
    let start = [program.as_str(), "start", "--foreground", "--socket", &socket];
    let agent = as_stranger(&home, &start).start();
    agent.stdout.wait_for("SSH_AUTH_SOCK=");
    // setpriv has been replaced by the agent.
    let maps = format!("/proc/{}/maps", agent.id());
    let read = as_stranger(&home, &["cat", &maps]).run();
    assert_eq!((read.code(), read.stdout()), (1, ""));
    assert!(read.stderr().contains("Permission denied"), "{}", read.stderr());
    let other = as_stranger(&home, &["sh", "-c", "echo up; exec sleep 60"]).start();
    // Until then it may still be setpriv, which is root's.
    other.stdout.wait_for("up");
    let maps = format!("/proc/{}/maps", other.id());
    let readable = || as_stranger(&home, &["cat", &maps]).run().code() == 0;
    assert!(readable(), "others of that user can be read");
}

#[test]
fn another_user_gets_no_answer_even_through_an_open_socket() {
    let (home, agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let folders = agent.socket().ancestors().skip(1).take_while(|it| it.starts_with(home.folder()));
    for folder in folders {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("ours");
    }
    fs::set_permissions(agent.socket(), fs::Permissions::from_mode(0o666)).expect("ours");
    let asked = as_stranger(&home, &["ssh-add", "-l"]).run();
    // The agent hangs up; a signal may have ended the client.
    assert!(!asked.status.success(), "{asked:?}");
    assert_eq!(asked.stdout(), "", "{}", asked.stderr());
    assert_eq!(super::ssh_add(&home, ["-l"]).0, 0, "its own user does");
}
