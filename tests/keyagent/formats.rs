//! Keys of every format, and the questions for their passphrases where there is no terminal.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use harness::agent::Agent;
use harness::home::Home;

use super::hostile_clients::{LIST, ask};
use super::other_agents::put;
use super::{agent, key, keyagent, ssh_add};

#[test]
fn keys_of_every_format_are_added_locked_or_not() {
    let (home, _agent) = agent(&[]);
    home.write("pass", "sesam\n");
    for kind in [&["-t", "ed25519"][..], &["-t", "ecdsa", "-b", "384"], &["-b", "2048"]] {
        let made = home.tool("keygen").args(kind.to_vec()).args(["-C", "ada", "-o", "made"]);
        let line = made.args(["--force", "--no-passphrase"]).run().quiet_success();
        home.write("public.pub", &line);
        for format in ["ppk", "ppk2", "openssh", "pkcs8", "pem"] {
            if format == "pem" && kind.contains(&"ed25519") {
                // PEM's older formats have no such keys.
                continue;
            }
            for lock in [&["--no-new-passphrase"][..], &["--new-passphrase-file", "pass"]] {
                let convert = home.tool("keygen").args(["convert", "made", "-o", "file", "-O"]);
                let convert = convert.args([format, "--force"]).args(lock.to_vec()).run();
                assert_eq!(convert.code(), 0, "{format}: {}", convert.stderr());
                // These formats lock the public half, too.
                let hides_public = ["pkcs8", "pem"].contains(&format) && lock.contains(&"pass");
                if hides_public {
                    let later = home.tool("keyagent").args(["add", "file", "--later"]).run();
                    assert_eq!(
                        later.failure(1),
                        "keyagent: cannot add `file`: the file does not have the public half in clear\n\
                         keyagent: hint: put its `.pub` file beside it, or leave out --later\n"
                    );
                    home.write("file.pub", &line);
                }
                for way in [&["--passphrase-file", "pass"][..], &["--later"]] {
                    let add = home.tool("keyagent").args(["add", "file", "--comment", "ada"]);
                    let added = add.args(way.to_vec()).run();
                    assert_eq!(added.code(), 0, "{format} {lock:?} {way:?}: {}", added.stderr());
                    assert_eq!(ssh_add(&home, ["-L"]).1, line, "{format} {lock:?} {way:?}");
                    if lock.contains(&"pass") && way.contains(&"--later") {
                        let mut terminal =
                            home.peer("ssh-add").args(["-T", "public.pub"]).on_terminal();
                        terminal.expect("Passphrase for key \"ada\"");
                        terminal.send_line("sesam");
                        assert_eq!(terminal.finish().code(), 0, "{format}");
                    }
                    assert_eq!(
                        ssh_add(&home, ["-T", "public.pub"]),
                        (0, String::new()),
                        "{format}"
                    );
                    keyagent(&home, ["remove", "--all"]);
                }
                let _ = fs::remove_file(home.path("file.pub"));
            }
        }
    }
}

#[test]
fn a_passphrase_for_later_is_asked_for_by_the_askpass_program() {
    let mut home = Home::new();
    let program =
        home.write("ask", "#!/bin/sh\necho \"$1\" >> asked\nread answer < answer\necho $answer\n");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("ours");
    let named = program.to_str().expect("UTF-8");
    let agent = Agent::keyagent_with(&home, &[], &[("SSH_ASKPASS", named)]);
    home.set("SSH_AUTH_SOCK", agent.socket());
    key(&home, "ed25519", "id", "sesam");
    keyagent(&home, ["add", "id", "--later"]);
    home.write("answer", "wrong\n");
    assert_eq!(ssh_add(&home, ["-T", "id.pub"]).0, 1);
    let asked = home.read_text("asked");
    assert_eq!(asked.lines().count(), 3, "three tries: {asked}");
    assert!(asked.starts_with("Passphrase for key \"id\" (SHA256:"), "{asked}");
    home.write("answer", "sesam\n");
    for _ in 0..2 {
        assert_eq!(ssh_add(&home, ["-T", "id.pub"]).0, 0);
    }
    assert_eq!(home.read_text("asked").lines().count(), 4, "it is not asked for again");
}

#[test]
fn wrong_unlocks_wait_longer_each_time_and_hold_up_no_other() {
    let (home, agent) = agent(&[]);
    home.write("right", "sesam\n");
    home.write("wrong", "mases\n");
    keyagent(&home, ["lock", "--passphrase-file", "right"]);
    let unlock = |file| home.tool("keyagent").args(["unlock", "--passphrase-file", file]);
    for failures in 1..=3 {
        let start = Instant::now();
        assert_eq!(unlock("wrong").run().code(), 1);
        assert!(start.elapsed() >= Duration::from_millis(100 * failures), "{failures}");
    }
    // Thirty at once have waited when the last of them has: the next one waits for three seconds.
    let wrong: Vec<_> = (0..30).map(|_| sent(agent.socket(), &wrong_unlock())).collect();
    assert!(wrong.into_iter().all(|mut client| ask(&mut client, &[]) == Some(vec![5])));
    let mut waiting = sent(agent.socket(), &wrong_unlock());
    assert_eq!(ask(&mut sent(agent.socket(), &LIST), &[]), Some(vec![12, 0, 0, 0, 0]));
    assert_eq!(unlock("right").run().quiet_success(), "");
    waiting.set_nonblocking(true).expect("a socket");
    let early = waiting.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(early, Err(ErrorKind::WouldBlock), "a later client is answered earlier");
    waiting.set_nonblocking(false).expect("a socket");
    assert_eq!(ask(&mut waiting, &[]), Some(vec![5]));
    assert_eq!(ssh_add(&home, ["-l"]), (1, "The agent has no identities.\n".to_owned()));
}

/// A wrong unlock.
fn wrong_unlock() -> Vec<u8> {
    let (mut message, mut frame) = (vec![23], Vec::new());
    put(&mut message, b"mases");
    put(&mut frame, &message);
    frame
}

/// A client that has sent this.
fn sent(socket: &Path, frame: &[u8]) -> UnixStream {
    let mut client = UnixStream::connect(socket).expect("it listens");
    client.write_all(frame).expect("it listens");
    client
}

#[test]
fn without_a_runtime_folder_the_socket_is_in_a_safe_one_of_its_own() {
    use std::os::unix::fs::MetadataExt as _;
    let home = Home::new();
    key(&home, "ed25519", "id", "");
    let temporary = home.path("tmp");
    fs::create_dir(&temporary).expect("the name is free");
    let run = |arguments: &[&str]| {
        let keyagent = home.tool("keyagent").args(arguments.to_vec());
        keyagent.env_remove("XDG_RUNTIME_DIR").env("TMPDIR", &temporary).run()
    };
    let user = rustix::process::geteuid().as_raw();
    let folder = temporary.join(format!("keyagent-{user}"));
    // What another could have put there first: a link, and a folder that others may write to.
    std::os::unix::fs::symlink(home.path("elsewhere"), &folder).expect("the name is free");
    fs::create_dir(home.path("elsewhere")).expect("the name is free");
    for _ in 0..2 {
        let said = run(&["add", "id"]).failure(1);
        assert!(said.contains("its folder belongs to another user, or others may write"), "{said}");
        fs::remove_file(&folder).or_else(|_| fs::remove_dir(&folder)).expect("ours");
        fs::create_dir(&folder).expect("the name is free");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("ours");
    }
    fs::remove_dir(&folder).expect("ours");
    assert_eq!(run(&["add", "id"]).quiet_success(), "");
    let mode = |path: &Path| path.metadata().expect("it is there").mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("agent.sock"))), (0o700, 0o600));
    assert!(run(&["list"]).quiet_success().contains(" ssh-ed25519 id\n"));
    assert_eq!(run(&["stop"]).quiet_success(), "");
}

/// As `ssh-add -` does, which scripts of CI use: `echo "$KEY" | ssh-add -`.
#[test]
fn a_key_comes_from_standard_input() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    let made = home.tool("keygen").args([
        "-t",
        "ed25519",
        "-o",
        "locked.ppk",
        "--passphrase-file",
        "-",
        "-C",
        "",
    ]);
    assert_eq!(made.stdin("sesam\n").run().code(), 0);
    home.write("pass", "sesam\n");
    let add = |file: &str, options: &[&str]| {
        let add = home.tool("keyagent").args(["add", "-"]).args(options.to_vec());
        add.stdin(fs::read(home.path(file)).expect("it is there")).run()
    };
    // A certificate beside a file of this name is not meant.
    home.write("--cert.pub", "nonsense");
    assert_eq!(add("id", &[]).quiet_success(), "");
    assert!(keyagent(&home, ["list"]).ends_with(" ssh-ed25519 id\n"));
    assert_eq!(add("locked.ppk", &["--passphrase-file", "pass"]).quiet_success(), "");
    assert!(keyagent(&home, ["list"]).ends_with(" ssh-ed25519 (stdin)\n"));
    keyagent(&home, ["remove", "--all"]);
    assert_eq!(add("locked.ppk", &["--later", "--comment", "ada"]).quiet_success(), "");
    let listed = keyagent(&home, ["list"]);
    assert!(listed.ends_with(" ssh-ed25519 ada (asks for its passphrase)\n"), "{listed}");
    for twice in [&["-"][..], &["--passphrase-file", "-"]] {
        assert_eq!(
            add("id", twice).failure(2),
            "keyagent: standard input can be only one of the files\n"
        );
    }
}
