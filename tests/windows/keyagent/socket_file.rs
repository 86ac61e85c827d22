//! The file that Git Bash takes for a socket, and the handshake of its programs.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use harness::home::Home;

use super::{LIST, NO_KEYS, Ours, keyagent, of_user};
use crate::wine;

/// The port and the secret in the file, as Cygwin reads them.
fn read() -> (u16, Vec<u8>) {
    let text = fs::read_to_string(of_user("AppData/Local/keyagent/agent.sock")).expect("a file");
    let text = text.strip_suffix('\0').expect("a zero at its end");
    let (port, secret) = text.split_once(" s ").expect("a port and a secret");
    let port = port.strip_prefix("!<socket >").and_then(|port| port.parse().ok());
    let numbers = secret.split('-').map(|number| u32::from_str_radix(number, 16).expect("hex"));
    (port.expect("a number"), numbers.flat_map(u32::to_le_bytes).collect())
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream.set_read_timeout(Some(harness::DEADLINE)).expect("a stream");
    stream
}

fn reply<const N: usize>(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<[u8; N]> {
    stream.write_all(bytes)?;
    let mut answer = [0; N];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

#[test]
fn only_clients_with_the_secret_are_answered() {
    let _alone = wine::alone();
    let home = Home::new();
    let _agent = Ours::start(&home, &[]);
    let (port, secret) = read();
    let mut client = connect(port);
    assert_eq!(reply::<16>(&mut client, &secret).expect("said back")[..], secret[..]);
    let identity = [7_u32, 1000, 513].map(u32::to_le_bytes).concat();
    let theirs = reply::<12>(&mut client, &identity).expect("an identity");
    assert_eq!(theirs[4..], identity[4..], "the same user and group");
    for _ in 0..2 {
        assert_eq!(reply(&mut client, &LIST).expect("an answer"), NO_KEYS);
    }
    // A wrong secret, half of the right one, and a request without any.
    let mut wrong = secret.clone();
    *wrong.last_mut().expect("sixteen bytes") ^= 1;
    let half = secret.get(..8).expect("sixteen bytes");
    for bytes in [&wrong[..], half, &LIST] {
        let refused = reply::<16>(&mut connect(port), bytes);
        assert!(refused.is_err(), "{bytes:?}: {refused:?}");
    }
}

#[test]
fn silent_clients_do_not_block_others_for_long() {
    let _alone = wine::alone();
    let home = Home::new();
    let _agent = Ours::start(&home, &[]);
    let (port, secret) = read();
    let strangers: Vec<TcpStream> = (0..40).map(|_| connect(port)).collect();
    harness::until("the agent answers", || reply::<16>(&mut connect(port), &secret).is_ok());
    drop(strangers);
}

#[test]
fn the_file_is_for_its_owner_alone_and_marked_for_cygwin() {
    let _alone = wine::alone();
    let home = Home::new();
    let list = wine::helper(&home, "access_list", include_str!("../access_list.c"));
    let agent = Ours::start(&home, &[]);
    let file = agent.places().pop().expect("it has places");
    let marks = wine::builtin(&home, "attrib").arg(&file).run();
    let marks = marks.stdout().split_once(r"C:\").expect("a path").0.trim_end();
    assert!(marks.contains('S'), "{marks}");
    let list = wine::program(&home, list).arg(&file).run().quiet_success();
    let (owner, entries) = list.trim_end().split_once("D:").expect("an owner and a list");
    let owner = owner.trim_start_matches("O:");
    // Wine adds the system's entry to every file.
    assert_eq!(entries, format!("(A;;FA;;;SY)(A;;FA;;;{owner})"));
    // The file of an agent that has died is replaced.
    let before = read();
    drop(agent);
    let left = of_user("AppData/Local/keyagent/agent.sock");
    fs::write(&left, "!<socket >1 s 00000000-00000000-00000000-00000000\0").expect("a file");
    let _agent = Ours::start(&home, &[]);
    assert_ne!(read(), before);
    assert_ne!(read().0, 1);
}

#[test]
fn a_shell_of_git_for_windows_gets_the_file() {
    let _alone = wine::alone();
    let home = Home::new();
    let agent = Ours::start(&home, &[]);
    let file = agent.places().pop().expect("it has places").replace('\\', "/");
    let cygwin = format!("SSH_AUTH_SOCK={file}; export SSH_AUTH_SOCK;\n");
    assert_eq!(agent.says(["env", "--shell", "sh"]), cygwin);
    let git_bash = keyagent(&home).args(["env", "--shell", "sh"]).env("MSYSTEM", "MINGW64").run();
    let path = file.replacen("C:/", "/c/", 1);
    let expected = format!("SSH_AUTH_SOCK={path}; export SSH_AUTH_SOCK;\n");
    assert_eq!(git_bash.quiet_success(), expected);
    // The path as that shell converts it for Windows programs also leads to the agent.
    let listed = keyagent(&home).arg("status").env("SSH_AUTH_SOCK", &file).run().quiet_success();
    assert!(listed.ends_with("holds 0 keys\n"), "{listed}");
}
