//! Clients that break the protocol, or arrive in crowds.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use harness::process::memory_kib;
use harness::{DEADLINE, until};

use super::other_agents::put;
use super::{agent, key, keyagent, ssh_add};

/// A request for the list of keys.
pub(super) const LIST: [u8; 5] = [0, 0, 0, 1, 11];

/// The answer to a message; `None` if the agent hangs up.
pub(super) fn ask(stream: &mut UnixStream, frame: &[u8]) -> Option<Vec<u8>> {
    stream.set_read_timeout(Some(DEADLINE)).ok()?;
    stream.write_all(frame).ok()?;
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut answer = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut answer).ok()?;
    Some(answer)
}

#[test]
fn clients_that_say_nothing_half_or_too_much_hinder_no_other() {
    let (home, agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let connect = || UnixStream::connect(agent.socket()).expect("it listens");
    let crowd: Vec<UnixStream> = (0..1000)
        .map(|number| {
            let mut stream = connect();
            let said: &[u8] = [&b""[..], b"\0\0", b"\0\0\0\x09\x0d", b"\0\x01\0\0\x11"][number % 4];
            stream.write_all(said).expect("it listens");
            stream
        })
        .collect();
    for absurd in [[0xff; 4], [0, 4, 0, 1], [0; 4]] {
        assert_eq!(ask(&mut connect(), &absurd), None, "{absurd:?}");
    }
    assert_eq!(ssh_add(&home, ["-T", "id.pub"]), (0, String::new()));
    let mut last = connect();
    let all = ask(&mut last, &LIST).expect("an answer");
    for number in 0..=255_u8 {
        if number == 11 {
            continue;
        }
        // 9 (remove all SSH-1 keys) succeeds, because there are none. 19 (remove all keys) is left
        // out here.
        let wanted = match number {
            9 => 6,
            19 => continue,
            _ => 5,
        };
        assert_eq!(ask(&mut last, &[0, 0, 0, 1, number]), Some(vec![wanted]), "{number}");
    }
    assert_eq!(ask(&mut last, &LIST), Some(all), "and the connection stands");
    drop(crowd);
    wait_until_served(agent.id());
    let kept = memory_kib(agent.id(), "RssAnon").expect("it runs");
    // A quarter of the clients had 64 KiB each for a message.
    assert!(kept < 4096, "{kept} KiB");
}

#[test]
fn a_thousand_clients_at_once_are_all_answered() {
    let (home, agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let connect = || UnixStream::connect(agent.socket()).expect("it listens");
    let mut crowd: Vec<UnixStream> = (0..1000).map(|_| connect()).collect();
    for client in &mut crowd {
        client.write_all(&LIST).expect("it listens");
    }
    for client in &mut crowd {
        let answer = ask(client, &[]).expect("an answer");
        assert_eq!(answer.get(..5), Some(&[12, 0, 0, 0, 1][..]));
    }
    drop(crowd);
    wait_until_served(agent.id());
}

/// Waits until no thread and no descriptor remains for clients that have left.
fn wait_until_served(process: u32) {
    let count =
        |what: &str| fs::read_dir(format!("/proc/{process}/{what}")).expect("it runs").count();
    until("6 threads and 12 descriptors", || count("task") <= 6 && count("fd") <= 12);
}

#[test]
fn nothing_is_left_behind_by_a_hundred_thousand_requests() {
    let (_home, agent) = agent(&[]);
    for _ in 0..500 {
        let mut stream = UnixStream::connect(agent.socket()).expect("it listens");
        for _ in 0..200 {
            assert_eq!(ask(&mut stream, &LIST).as_deref(), Some(&[12, 0, 0, 0, 0][..]));
        }
    }
    wait_until_served(agent.id());
}

#[test]
fn unknown_keys_and_constraints_are_refused_and_hide_no_other() {
    let (home, agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let mut stream = UnixStream::connect(agent.socket()).expect("it listens");
    for name in
        ["ssh-mldsa44-ed25519@openssh.com", "ssh-ed448", "sk-ssh-ed25519@openssh.com", "ssh-dss"]
    {
        let mut message = vec![17];
        for field in [name.as_bytes(), &[1; 32], &[2; 64], b"new"] {
            put(&mut message, field);
        }
        let mut frame = Vec::new();
        put(&mut frame, &message);
        assert_eq!(ask(&mut stream, &frame), Some(vec![5]), "{name}");
    }
    assert_eq!(ssh_add(&home, ["-l"]).1.lines().count(), 1);
}
