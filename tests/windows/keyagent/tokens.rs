//! Keys on tokens stay with the agent that has OpenSSH's pipe, such as the service of Windows.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use harness::home::Home;

use super::{OPENSSH, Ours, keyagent};
use crate::agents::Bridged;
use crate::wine;

const PUBLIC: &str = include_str!("../../fixtures/keys/s_sk_ed25519.pub");

fn put(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend(u32::try_from(field.len()).expect("short").to_be_bytes());
    bytes.extend(field);
}

/// The key of the fixture.
fn blob() -> Vec<u8> {
    let base64 = PUBLIC.split(' ').nth(1).expect("a key");
    data_encoding::BASE64.decode(base64.as_bytes()).expect("base64")
}

/// Lists the key, and signs with it.
fn answer(mut client: TcpStream) {
    let mut length = [0; 4];
    while client.read_exact(&mut length).is_ok() {
        let mut request = vec![0; u32::from_be_bytes(length) as usize];
        client.read_exact(&mut request).expect("a whole request");
        let mut answer = vec![5];
        if request == [11] {
            answer = vec![12, 0, 0, 0, 1];
            put(&mut answer, &blob());
            put(&mut answer, b"token");
        } else if request.first() == Some(&13) {
            answer = [&[14, 0, 0, 0, 4][..], b"sign"].concat();
        }
        let mut frame = Vec::new();
        put(&mut frame, &answer);
        client.write_all(&frame).expect("it waits");
    }
}

#[test]
fn the_agent_with_openssh_pipe_signs_with_keys_on_tokens() {
    let _alone = wine::alone();
    let home = Home::new();
    let _theirs = Bridged::answered_by(answer, "pipe");
    let agent = Ours::start(&home, &[]);
    let status = agent.says(["status"]);
    let line = format!("the agent at {OPENSSH} handles keys on tokens\n");
    assert!(status.contains(&line), "{status}");
    assert_eq!(agent.status()["upstream"], OPENSSH);
    let listed = agent.says(["list"]);
    assert!(listed.ends_with(" sk-ssh-ed25519@openssh.com token\n"), "{listed}");
    let mut request = vec![13];
    put(&mut request, &blob());
    put(&mut request, b"data");
    request.extend([0; 4]);
    let mut frame = Vec::new();
    put(&mut frame, &request);
    let relayed = keyagent(&home).arg("relay").stdin(frame).run();
    assert_eq!(relayed.stdout, b"\0\0\0\x09\x0e\0\0\0\x04sign");
}
