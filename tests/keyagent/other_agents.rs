//! Agents beside ours: keys are added to the one that runs, and keys on tokens stay with the one
//! that ran before.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use harness::agent::Agent;
use harness::home::Home;

use super::hostile_clients::ask;
use super::{key, keyagent, ssh_add};

/// Answers every question of gpg-agent with a new passphrase.
const PINENTRY: &str = "#!/bin/sh\necho OK\nwhile read -r word rest; do\n\
     case $word in GETPIN) echo 'D sesam';; esac\necho OK\ndone\n";

#[test]
fn keys_go_into_the_agent_of_gpg_and_into_pageant() {
    let mut home = Home::new();
    let line = key(&home, "ed25519", "id", "");
    key(&home, "ed25519", "other", "");
    let pinentry = home.write("pinentry", PINENTRY);
    fs::set_permissions(&pinentry, fs::Permissions::from_mode(0o700)).expect("ours");
    let folder = home.path("gnupg");
    fs::create_dir(&folder).expect("the name is free");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("ours");
    let program = format!("pinentry-program {}\n", pinentry.display());
    fs::write(folder.join("gpg-agent.conf"), program).expect("ours");
    let gpg = home.peer("gpg-agent").args(["--homedir", "gnupg", "--enable-ssh-support"]);
    // It ends with this command, which waits for its standard input.
    let mut gpg = gpg.args(["--daemon", "sh", "-c", "echo at $SSH_AUTH_SOCK.; cat"]);
    gpg = gpg.stdin_open();
    let gpg = gpg.start();
    gpg.stdout.wait_for(".\n");
    let said = gpg.stdout.text();
    let socket = said.trim_start_matches("at ").trim_end_matches(".\n").to_owned();
    let pageant = Agent::pageant(&home, &[]);
    for (name, socket) in
        [("gpg-agent", socket), ("pageant", pageant.socket().display().to_string())]
    {
        home.set("SSH_AUTH_SOCK", &socket);
        keyagent(&home, ["add", "id"]);
        let listed = ssh_add(&home, ["-L"]).1;
        let blob = line.split(' ').nth(1).expect("a key");
        assert!(listed.contains(blob), "{name}: {listed}");
        assert_eq!(ssh_add(&home, ["-T", "id.pub"]), (0, String::new()), "{name}");
        assert!(keyagent(&home, ["status"]).starts_with("another agent is running\n"), "{name}");
        // gpg-agent would take it for every host.
        home.write("known", format!("node7 {}\n", line.rsplit_once(' ').expect("a comment").0));
        let only = ["add", "other", "--only", "node7", "--known-hosts", "known"];
        assert_eq!(
            home.tool("keyagent").args(only).run().failure(1),
            format!(
                "keyagent: the agent at `{socket}` cannot limit keys to certain hosts\n\
                 keyagent: hint: stop it, and keyagent starts its own\n"
            )
        );
        assert_eq!(ssh_add(&home, ["-L"]).1, listed, "{name}");
    }
    assert!(!home.path(".run/keyagent").exists(), "ours was not started");
}

/// An agent with a key on a token and an ordinary one, which tells which requests it got.
fn with_token(home: &Home, blobs: &[Vec<u8>]) -> Receiver<Vec<u8>> {
    let socket = UnixListener::bind(home.path("theirs")).expect("the name is free");
    let (sender, requests) = channel();
    let mut listing = vec![12];
    listing.extend(u32::try_from(blobs.len()).expect("few").to_be_bytes());
    for blob in blobs {
        put(&mut listing, blob);
        put(&mut listing, b"theirs");
    }
    thread::spawn(move || {
        for client in socket.incoming().map_while(Result::ok) {
            serve(client, &listing, &sender);
        }
    });
    requests
}

fn serve(mut client: UnixStream, listing: &[u8], requests: &Sender<Vec<u8>>) {
    let mut length = [0; 4];
    while client.read_exact(&mut length).is_ok() {
        let mut request = vec![0; u32::from_be_bytes(length) as usize];
        client.read_exact(&mut request).expect("a whole request");
        let answer = match request.first() {
            Some(11) => listing.to_vec(),
            Some(13) => [&[14, 0, 0, 0, 4][..], b"sign"].concat(),
            Some(18 | 20) => vec![6],
            _ => vec![5],
        };
        // Lists and the question whether it is keyagent are asked again and again.
        if request != [11] && request.first() != Some(&27) {
            requests.send(request).expect("the test waits");
        }
        let mut frame = Vec::new();
        put(&mut frame, &answer);
        client.write_all(&frame).expect("it waits");
    }
}

pub(super) fn put(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend(u32::try_from(field.len()).expect("short").to_be_bytes());
    bytes.extend(field);
}

#[test]
fn keys_on_tokens_are_used_through_the_agent_that_ran_before() {
    let mut home = Home::new();
    let public = include_str!("../fixtures/keys/s_sk_ed25519.pub");
    let blob = |line: &str| {
        let base64 = line.split(' ').nth(1).expect("a key");
        data_encoding::BASE64.decode(base64.as_bytes()).expect("base64")
    };
    let (on_token, ordinary) = (blob(public), blob(&key(&home, "ed25519", "theirs-too", "")));
    let requests = with_token(&home, &[on_token.clone(), ordinary]);
    let theirs = home.path("theirs").display().to_string();
    let agent = Agent::keyagent_with(&home, &[], &[("SSH_AUTH_SOCK", &theirs)]);
    home.set("SSH_AUTH_SOCK", agent.socket());
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    let listed = ssh_add(&home, ["-l"]).1;
    assert!(listed.lines().count() == 2 && listed.contains("(ED25519-SK)"), "{listed}");
    let mut client = UnixStream::connect(agent.socket()).expect("it listens");
    let mut request = vec![13];
    for field in [&on_token[..], b"data"] {
        put(&mut request, field);
    }
    request.extend([0; 4]);
    let mut frame = Vec::new();
    put(&mut frame, &request);
    assert_eq!(ask(&mut client, &frame), Some(b"\x0e\0\0\0\x04sign".to_vec()));
    assert_eq!(requests.recv_timeout(harness::DEADLINE), Ok(request), "as it was");
    home.write("token.pub", public);
    assert_eq!(ssh_add(&home, ["-q", "-d", "token.pub"]).0, 0);
    let removal = requests.recv_timeout(harness::DEADLINE).expect("it was passed on");
    assert_eq!(removal.first(), Some(&18));
    // What the list shows is removed; the other agent's own keys are not ours.
    assert_eq!(ssh_add(&home, ["-q", "-D"]).0, 0);
    let removal = requests.recv_timeout(harness::DEADLINE).expect("it was passed on");
    assert_eq!((removal.first(), removal.get(5..)), (Some(&18), Some(&on_token[..])));
    // A locked agent shows and passes on nothing.
    home.write("lock", "x\n");
    keyagent(&home, ["lock", "--passphrase-file", "lock"]);
    assert_eq!(ssh_add(&home, ["-l"]).0, 1);
    assert_ne!(ssh_add(&home, ["-s", "/usr/lib/token.so"]).0, 0);
    assert_eq!(ask(&mut client, &frame), Some(vec![5]), "a signature");
    assert_eq!(ssh_add(&home, ["-d", "token.pub"]).0, 1);
    assert_eq!(ssh_add(&home, ["-D"]).0, 1);
    assert!(requests.try_recv().is_err());
}
